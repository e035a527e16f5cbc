from __future__ import annotations

import pytest

from clashtag.errors import InputError
from clashtag_training.model_card.evidence import Evidence
from clashtag_training.model_card.readme import with_results

from .conftest import README


def test_readme_results_are_replaced_and_nothing_else(evidence: Evidence) -> None:
    readme = with_results(README, evidence)
    assert readme.startswith("# x\n")
    assert readme.endswith("\n\nafter\n")
    assert "\nold\n" not in readme
    assert "two annotators working apart" in readme
    assert "| encoder at 30% or more of the int8 ceiling | 32% | met |" in readme
    assert with_results(readme, evidence) == readme


def test_readme_without_markers_is_refused(evidence: Evidence) -> None:
    with pytest.raises(InputError, match="lacks the markers"):
        with_results("# x\n", evidence)
