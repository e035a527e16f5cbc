from __future__ import annotations

from pathlib import Path

import pytest

from clashtag.errors import InputError
from clashtag_training.model_card.texts import read_texts

from .conftest import CORPORA


def test_notes_name_missing_unknown_and_empty_sections(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("## Limits\n\n<!-- later -->\n\n## Surprise\n\nx\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_texts(notes, CORPORA)
    for part in ("'Intended use'", "'Out of scope'", "no section 'Limits'", "unknown section"):
        assert part in caught.value.problem
