"""`clashtag model-card` writes every file, and the ones in the repository are current."""

from __future__ import annotations

from pathlib import Path

import pytest

from clashtag.bundle import shipped_bundle_path
from clashtag.errors import BundleError, InputError
from clashtag_training.commands.model_card import write_model_card
from clashtag_training.model_card.evidence import load_evidence
from clashtag_training.model_card.readme import with_results

from .conftest import CORPORA, NOTES, README, ROOT, card_of


def test_command_writes_both_files_and_checks_them(
    results: Path, bundle: Path, tmp_path: Path
) -> None:
    card, readme = tmp_path / "model_card.md", tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")

    def run(*, check: bool) -> list[Path]:
        return write_model_card(
            results, NOTES, CORPORA, card, readme=readme, model=bundle, check=check
        )

    with pytest.raises(InputError, match="differs from the result files"):
        run(check=True)
    assert not card.exists()
    plot = tmp_path / "docs" / "speed.svg"
    assert run(check=False) == [card, plot, readme]
    assert run(check=True) == [card, plot, readme]
    plot.write_text("<svg/>", encoding="utf-8")
    with pytest.raises(InputError, match=r"speed\.svg"):
        run(check=True)
    assert run(check=False) == [card, plot, readme]
    card.write_text(card.read_text(encoding="utf-8").replace("85.7", "95.7"), encoding="utf-8")
    with pytest.raises(InputError, match=r"model_card\.md"):
        run(check=True)


def test_repository_card_and_readme_are_current() -> None:
    if not (ROOT / "model_card.md").is_file():
        pytest.skip("no model_card.md yet: clashtag model-card --readme README.md writes it")
    try:
        bundle = shipped_bundle_path()
    except BundleError as error:
        pytest.skip(error.problem)
    evidence = load_evidence(ROOT / "results", bundle)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "model_card.md").read_text(encoding="utf-8") == card_of(evidence)
    assert readme == with_results(readme, evidence)
