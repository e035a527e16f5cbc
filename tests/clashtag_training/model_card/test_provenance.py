from __future__ import annotations

from pathlib import Path

import pytest

from clashtag.bundle import load_bundle, seal_bundle
from clashtag.errors import InputError
from clashtag_training.model_card.provenance import read_provenance

from .conftest import PROVENANCE


def test_provenance_leaves_out_corpora_that_were_not_trained_on(bundle: Path) -> None:
    provenance = read_provenance(load_bundle(bundle))
    assert provenance.training_records == {"current-events": 2}
    assert (provenance.encoder, provenance.commit, provenance.seeds) == (
        "hub/encoder",
        "abc1234",
        (7,),
    )


@pytest.mark.parametrize("missing", ["run", "corpora"])
def test_bundle_that_does_not_say_what_it_was_trained_on_is_refused(
    tmp_path: Path, missing: str
) -> None:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    path = write_tiny_bundle(tmp_path / "tiny")
    seal_bundle(path, "tiny", "1.0.0", {k: v for k, v in PROVENANCE.items() if k != missing})
    with pytest.raises(InputError, match="lacks 'run' with 'encoder'"):
        read_provenance(load_bundle(path))
