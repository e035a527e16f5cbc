from __future__ import annotations

import dataclasses
import re

import pytest

from clashtag_training.model_card.evidence import Evidence
from clashtag_training.model_card.provenance import read_provenance
from clashtag_training.model_card.reproduction import reproduction


@pytest.mark.parametrize(
    ("int8", "option"),
    [
        ((80.0, 60.0), None),
        ((79.5, 60.0), None),
        ((79.49, 60.0), "0.6"),
        ((80.0, 58.5), "1.5"),
        ((76.0, 57.75), "4.0"),
    ],
)
def test_the_loss_that_export_must_allow_is_stated(
    evidence: Evidence, int8: tuple[float, float], option: str | None
) -> None:
    scores = {
        form: {"news": dict(zip(("trigger_cls", "arg_cls_plus"), points, strict=True))}
        for form, points in (("fp32", (80.0, 60.0)), ("int8", int8))
    }
    provenance = dataclasses.replace(read_provenance(evidence.bundle), dev_f1=scores)
    found = re.search(r"clashtag export .* --max-drop (\S+) ", reproduction(evidence, provenance))
    assert (found and found[1]) == option
