from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

pytest.importorskip("onnx")

from clashtag.decode import TriggerCandidate
from clashtag.encoding import Encoded, RoleLogits
from clashtag.records import Record
from clashtag.tagger import Tagger
from clashtag.windows import Tokens
from clashtag_training.active_learning import (
    PreTagged,
    entropies,
    most_uncertain_first,
    pre_tag,
    uncertainty,
)
from tiny_model import LABELS, ROLES, TYPES, write_tiny_bundle

SURE = 60.0
LOGITS = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 3), st.integers(1, 5)),
    elements=st.floats(-30, 30, width=32),
)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    bundle = write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny")
    return Tagger.from_pretrained(bundle, threads=1).pipeline


def encoded(opens_word: list[bool]) -> Encoded:
    """A text of these tokens in which the model is sure of everything."""
    count = len(opens_word)
    bounds = np.arange(count, dtype=np.int64)
    tokens = Tokens(bounds, bounds, bounds + 1, np.array(opens_word, dtype=np.bool_))
    triggers = np.zeros((count, 1 + 2 * len(TYPES)), dtype=np.float32)
    statuses = np.zeros((count, 2), dtype=np.float32)
    triggers[:, 0] = statuses[:, 0] = SURE
    return Encoded("x" * count, tokens, 0, count, statuses, triggers, statuses)


def sure_roles(count: int) -> RoleLogits:
    logits = np.zeros((count, len(ROLES), 3), dtype=np.float32)
    logits[..., 0] = SURE
    return RoleLogits(0, count, logits)


@pytest.mark.parametrize("choices", [1, 2, 3, 33])
def test_the_entropy_of_equal_choices_is_the_logarithm_of_their_number(choices):
    assert entropies(np.full((4, choices), 7, dtype=np.float32), 1.0) == pytest.approx(
        np.full(4, math.log(choices))
    )


@given(LOGITS)
def test_an_entropy_has_its_bounds_and_ignores_a_constant(logits):
    found = entropies(logits, 1.0)
    assert (found >= 0).all()
    assert (found <= math.log(logits.shape[1]) + 1e-9).all()
    assert entropies(logits + np.float32(4), 1.0) == pytest.approx(found, abs=1e-4)
    assert (entropies(logits, 2.0) >= found - 1e-9).all()


def test_each_kind_of_choice_counts_once_per_word():
    sure = encoded([True, True, False, True])
    assert uncertainty(sure, [], [], LABELS) == pytest.approx(0, abs=1e-6)
    word = encoded([True, True, False, True])
    word.trigger_logits[1] = 0
    assert uncertainty(word, [], [], LABELS) == pytest.approx(math.log(7) / 3)
    trigger = TriggerCandidate(1, 3, "death")
    status = encoded([True, True, False, True])
    status.status_logits[:] = 0
    assert uncertainty(status, [], [], LABELS) == pytest.approx(0, abs=1e-6)
    assert uncertainty(status, [trigger], [sure_roles(4)], LABELS) == pytest.approx(math.log(2) / 3)


def test_only_allowed_roles_and_first_tokens_count():
    trigger = TriggerCandidate(1, 3, "death")
    text = encoded([True, True, False, True])
    roles = sure_roles(4)
    roles.logits[:, ROLES.index("claimant")] = 0  # no role of a death
    roles.logits[2] = 0  # goes on with a word
    assert uncertainty(text, [trigger], [roles], LABELS) == pytest.approx(0, abs=1e-6)
    roles.logits[3, ROLES.index("victim")] = 0
    assert uncertainty(text, [trigger], [roles], LABELS) == pytest.approx(math.log(3) / 3)


def test_temperatures_apply():
    text = encoded([True])
    text.trigger_logits[0] = [2, 0, 0, 0, 0, 0, 0]
    hot = dataclasses.replace(
        LABELS, temperature=dataclasses.replace(LABELS.temperature, triggers=4.0)
    )
    assert uncertainty(text, [], [], hot) > uncertainty(text, [], [], LABELS) + 0.1


def test_a_text_without_words_is_certain(pipeline):
    assert pre_tag(pipeline, Record("", id="empty")) == PreTagged(
        Record("", id="empty", tokens=0), 0.0
    )


def test_the_events_are_those_of_the_tagger(pipeline):
    article = Record(
        "Armed gunmen killed civilians in Kyiv on Monday. A planned air strike.",
        id="a",
        extra={"published": "2026-01-02"},
    )
    (expected,) = pipeline.tag_many([article])
    found = pre_tag(pipeline, article)
    assert len(found.record.events) == 2
    assert found.record == dataclasses.replace(expected, windows=None)
    assert found.uncertainty > 0


def test_a_text_twice_as_long_is_as_uncertain(pipeline):
    sentence = "The market report said rain. "
    once, twice = (pre_tag(pipeline, Record(sentence * n)).uncertainty for n in (1, 2))
    assert once == pytest.approx(twice, rel=0.05)


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5]), max_size=8))
def test_the_most_uncertain_come_first_and_ties_stay(values):
    articles = [PreTagged(Record("", id=str(n)), value) for n, value in enumerate(values)]
    ordered = most_uncertain_first(articles)
    keys = [(-article.uncertainty, int(article.record.id or "")) for article in ordered]
    assert keys == sorted(keys)
    assert len(ordered) == len(articles)
