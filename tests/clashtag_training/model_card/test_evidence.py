from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clashtag.errors import InputError
from clashtag_training.model_card.evidence import load_evidence

from .conftest import NAMES, edit


def merge(fields: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        fields[key] = {**fields[key], **value} if isinstance(value, dict) else value


def test_evidence_lists_everything_that_does_not_fit(results: Path, bundle: Path) -> None:
    (results / "fp32-voa-articles-gold-triggers.json").unlink()
    other_bundle = {"predictions": {"sha256": "e" * 64}}
    edit(results / "int8-voa-articles-end-to-end.json", lambda f: merge(f, other_bundle))
    other_gold = {"dataset": {"sha256": "1" * 64}}
    edit(results / "fp32-current-events-end-to-end.json", lambda f: merge(f, other_gold))
    edit(results / "bench.json", lambda f: merge(f, {"plan": "quick", "model": {"sha256": "e"}}))
    wrong = {"trigger_cls": 0.8571, "arg_cls_plus": 85.71}
    edit(results / "seeds.json", lambda f: f["runs"][1]["int8"].update({NAMES[1]: wrong}))
    with pytest.raises(InputError) as caught:
        load_evidence(results, bundle)
    for part in (
        "no result for fp32, voa-articles, gold triggers",
        "int8 voa-articles end-to-end: scores the bundle eeeeeeeeeeee",
        "current-events: the results were scored on different gold files",
        "bench.json was measured with another bundle",
        "bench.json holds a quick bench",
        "seed 8 int8 voa-articles: not points",
    ):
        assert part in caught.value.problem


def test_evidence_compares_the_shipped_seed_with_its_results(results: Path, bundle: Path) -> None:
    scores = {"trigger_cls": 85.71, "arg_cls_plus": 90.0}
    edit(results / "seeds.json", lambda f: f["runs"][0]["fp32"].update({NAMES[0]: scores}))
    with pytest.raises(InputError, match=r"fp32 arg_cls_plus 90\.0 on current-events"):
        load_evidence(results, bundle)


def test_evidence_compares_the_recipe_with_the_bundle(results: Path, bundle: Path) -> None:
    def change(fields: dict[str, Any]) -> None:
        fields["config_sha256"] = "d" * 64
        del fields["runs"][0]

    edit(results / "seeds.json", change)
    with pytest.raises(InputError) as caught:
        load_evidence(results, bundle)
    assert "settings sha256 dddddddddddd, the bundle of cccccccccccc" in caught.value.problem
    assert "seeds.json lacks the shipped seed 7" in caught.value.problem


def test_evidence_refuses_unknown_and_mistyped_fields(results: Path, bundle: Path) -> None:
    edit(results / "seeds.json", lambda f: f.update(surprise=1, recipe=3))
    with pytest.raises(InputError) as caught:
        load_evidence(results, bundle)
    assert "seeds: unknown 'surprise'" in caught.value.problem
    assert "seeds.recipe: expected str, found 3" in caught.value.problem


def test_evidence_without_results_says_which_are_needed(results: Path, bundle: Path) -> None:
    for path in (*results.glob("int8-*.json"), *results.glob("fp32-*.json")):
        path.unlink()
    with pytest.raises(InputError, match=r"no result of clashtag evaluate \(int8-\*\.json"):
        load_evidence(results, bundle)
