from __future__ import annotations

import copy
import json

import pytest

pytest.importorskip("onnx")

from clashtag.errors import InputError
from clashtag_training.commands.seeds import collect_seeds
from tiny_model import write_tiny_bundle

SCORES = {"tuned-on": {"trigger_cls": 91.5, "arg_cls_plus": 80.0}}
ORIGIN = {
    "run": {"name": "conflict", "config_sha256": "c" * 64},
    "corpora": {
        "tuned-on": {"records": 5, "sha256": {"train": "a", "dev": "b"}},
        "trained-on": {"records": 7, "sha256": {"train": "d", "dev": "e"}},
    },
    "seeds": [1],
    "dev_f1": {"fp32": SCORES, "int8": SCORES},
    "training_minutes": 44.9,
}


@pytest.fixture
def make_bundle(tmp_path):
    def make(seed: int, change=lambda _: None):
        bundle = write_tiny_bundle(tmp_path / f"seed{seed}")
        manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
        manifest["provenance"] = {**copy.deepcopy(ORIGIN), "seeds": [seed]}
        change(manifest["provenance"])
        (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return bundle

    return make


def test_seeds_are_summed_up_in_their_order(make_bundle, tmp_path):
    output = tmp_path / "seeds.json"
    collect_seeds([make_bundle(2), make_bundle(1)], output, machine="a laptop")
    found = json.loads(output.read_text(encoding="utf-8"))
    assert found["recipe"] == "conflict"
    assert found["machine"] == "a laptop"
    assert [run["seed"] for run in found["runs"]] == [1, 2]
    assert found["runs"][0] == {"seed": 1, "fp32": SCORES, "int8": SCORES, "minutes": 44.9}


def test_a_dev_part_that_nothing_was_tuned_on_may_have_changed(make_bundle, tmp_path):
    def change(origin):
        origin["corpora"]["trained-on"]["sha256"]["dev"] = "mended"

    collect_seeds([make_bundle(1), make_bundle(2, change)], tmp_path / "seeds.json")


@pytest.mark.parametrize(("corpus", "part"), [("tuned-on", "dev"), ("trained-on", "train")])
def test_seeds_of_other_data_are_refused(make_bundle, tmp_path, corpus, part):
    def change(origin):
        origin["corpora"][corpus]["sha256"][part] = "other"

    with pytest.raises(InputError, match="2 states of the corpora"):
        collect_seeds([make_bundle(1), make_bundle(2, change)], tmp_path / "seeds.json")
    assert not (tmp_path / "seeds.json").exists()


def test_seeds_of_other_recipes_are_refused(make_bundle, tmp_path):
    def change(origin):
        origin["run"]["config_sha256"] = "d" * 64

    with pytest.raises(InputError, match="2 configurations"):
        collect_seeds([make_bundle(1), make_bundle(2, change)], tmp_path / "seeds.json")


def test_a_bundle_that_was_measured_in_one_form_is_refused(make_bundle, tmp_path):
    def change(origin):
        del origin["dev_f1"]["int8"]

    with pytest.raises(InputError, match="seed 1 was measured in one form only"):
        collect_seeds([make_bundle(1, change)], tmp_path / "seeds.json")
