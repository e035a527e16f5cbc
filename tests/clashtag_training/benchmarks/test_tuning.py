"""Role fillers tuned on dev: the model is a table of one row of probabilities a word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from clashtag.labels import Labels, SpecialTokens
from clashtag.pipeline import Pipeline
from clashtag.records import Record
from clashtag.session import EncoderOutput
from clashtag_training.benchmarks.predict import Predictor, mention_ontology
from clashtag_training.benchmarks.scoring import count_scores
from clashtag_training.benchmarks.tuning import tune

# O, B and I of Target, B and I of Weapon.
TABLE = {
    "power": (0.28, 0.72, 0.0, 0.0, 0.0),
    "station": (0.88, 0.0, 0.12, 0.0, 0.0),
    "rifle": (0.7, 0.0, 0.0, 0.3, 0.0),
    "harn": (0.45, 0.55, 0.0, 0.0, 0.0),
    "burned": (1.0, 0.0, 0.0, 0.0, 0.0),
}
SPECIAL = SpecialTokens(cls=0, sep=1, pad=2)
FIRST_WORD = 3


class TableEncoder:
    def run(self, input_ids, attention_mask):  # noqa: ARG002
        rows = [(1.0, 0, 0, 0, 0)] * FIRST_WORD + list(TABLE.values())
        logits = np.log(np.array(rows, dtype=np.float32) + 1e-9)[input_ids]
        nothing = np.zeros((*input_ids.shape, 1), dtype=np.float32)
        return EncoderOutput(nothing, logits, nothing)


class NoRoles:
    def run(self, *_):
        raise NotImplementedError


@pytest.fixture
def predictor():
    vocabulary = {word: FIRST_WORD + number for number, word in enumerate(TABLE)}
    vocabulary |= {"[CLS]": 0, "[SEP]": 1, "[PAD]": 2}
    tokenizer = Tokenizer(models.WordLevel(vocabulary))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    labels = Labels(
        ontology=mention_ontology(("Target", "Weapon")),
        trigger_thresholds={"Target": 0.5, "Weapon": 0.5},
        role_thresholds={},
        special_tokens=SPECIAL,
    )
    pipeline = Pipeline(labels, tokenizer, TableEncoder(), NoRoles())
    return Predictor("role_fillers", "end-to-end", pipeline)


def records(target, *, count=30):
    # A label of fewer than 20 gold items has no threshold of its own.
    fillers = {"Target": [[target]], "Weapon": [["rifle"]]}
    return [
        Record("power station burned rifle", id=f"d{n}", extra={"role_fillers": fillers})
        for n in range(count)
    ]


def f1(predictor, gold):
    counts = count_scores("role_fillers", "end-to-end", gold, predictor.predict(gold))
    return counts.metrics["ceaf_ree"].f1


@pytest.mark.parametrize(
    ("target", "continues"), [("power station", True), ("power", False)], ids=["long", "short"]
)
def test_where_fillers_end_is_learned_from_dev(predictor, target, continues):
    gold = records(target)
    tuned = tune(predictor, gold)
    assert (tuned.pipeline.labels.continuation.roles <= 0.12) is continues
    assert tuned.pipeline.labels.trigger_thresholds["Weapon"] <= 0.3
    assert f1(tuned, gold) == 1
    assert f1(predictor, gold) < 1


def test_each_role_has_a_threshold_of_its_own(predictor):
    # A word of 0.55 is no target anywhere, one of 0.72 is, and one of 0.3 always a weapon.
    gold = [replace(record, text=f"{record.text} harn") for record in records("power station")]
    tuned = tune(predictor, gold)
    assert tuned.pipeline.labels.trigger_thresholds["Target"] in (0.6, 0.65, 0.7)
    assert tuned.pipeline.labels.trigger_thresholds["Weapon"] <= 0.3
    assert f1(tuned, gold) == 1
