from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.encoding import Encoded
from clashtag.labels import Continuation, Labels
from clashtag.ontology import EventType, Ontology
from clashtag.windows import Tokens
from clashtag_training.benchmarks.filler_mentions import find_fillers

ROLES = ("Target", "Victim")
COLUMNS = 1 + 2 * len(ROLES)


def labels(threshold=0.5, continuation=0.2, **thresholds):
    types = {role: EventType(role, role, (), (), (), ()) for role in ROLES}
    return Labels(
        ontology=Ontology(version=1, statuses={"actual": "actual"}, roles={}, types=types),
        trigger_thresholds={role: thresholds.get(role, threshold) for role in ROLES},
        role_thresholds={},
        continuation=Continuation(continuation),
    )


def encoded(words, rows):
    """A text of one-token words; each row is (O, B-Target, I-Target, B-Victim, I-Victim)."""
    text = " ".join(words)
    starts = np.cumsum([0, *(len(word) + 1 for word in words)])[: len(words)]
    ends = starts + np.array([len(word) for word in words], dtype=np.int64)
    probabilities = np.array(rows, dtype=np.float32).reshape(len(words), COLUMNS)
    return Encoded(
        text=text,
        tokens=Tokens(
            ids=np.arange(len(words)),
            word_starts=starts,
            word_ends=ends,
            opens_word=np.ones(len(words), dtype=np.bool_),
        ),
        owned_start=0,
        owned_end=len(words),
        hidden=np.zeros((len(words), 4), dtype=np.float32),
        trigger_logits=np.log(probabilities + 1e-9),
        status_logits=np.zeros((len(words), 1), dtype=np.float32),
    )


def found(text, settings):
    return [(f.mention.label, f.mention.text) for f in find_fillers(text, settings)]


OUTSIDE = (1.0, 0, 0, 0, 0)
TARGET = (0.2, 0.8, 0, 0, 0)
DOUBTFUL = (0.7, 0, 0.3, 0, 0)


def test_a_mention_goes_on_while_its_role_stays_possible():
    less = (0.85, 0, 0.15, 0, 0)
    rows = [OUTSIDE, TARGET, DOUBTFUL, less, OUTSIDE]
    text = encoded(["the", "power", "station", "of", "harn"], rows)
    assert found(text, labels(continuation=0.2)) == [("Target", "power station")]
    assert found(text, labels(continuation=0.1)) == [("Target", "power station of")]
    assert found(text, labels(continuation=0.4)) == [("Target", "power")]


def test_a_second_beginning_joins_the_mention_that_it_touches():
    text = encoded(["power", "station", "and", "bridge"], [TARGET, TARGET, OUTSIDE, TARGET])
    assert found(text, labels()) == [("Target", "power station"), ("Target", "bridge")]


def test_roles_are_decoded_apart_and_may_overlap():
    shared = (0.0, 0.6, 0, 0.4, 0)
    text = encoded(["miners", "slept"], [shared, (0.5, 0, 0, 0, 0.5)])
    assert found(text, labels(Victim=0.3)) == [("Target", "miners"), ("Victim", "miners slept")]
    assert found(text, labels(Victim=0.45)) == [("Target", "miners")]


def test_the_score_is_the_probability_of_the_beginning():
    [filler] = find_fillers(encoded(["dynamite"], [(0.3, 0.7, 0, 0, 0)]), labels())
    assert filler.score == pytest.approx(0.7, abs=1e-5)
    assert (filler.mention.start, filler.mention.end) == (0, len("dynamite"))


def test_only_first_subwords_are_read_and_a_mention_takes_its_last_word_whole():
    text = encoded(["kar", "st", "fell"], [TARGET, TARGET, OUTSIDE])
    tokens = replace(
        text.tokens,
        word_starts=np.array([0, 0, 7]),
        word_ends=np.array([6, 6, 11]),
        opens_word=np.array([True, False, True]),
    )
    assert found(replace(text, tokens=tokens), labels()) == [("Target", "kar st")]


def test_an_empty_text_has_none():
    assert find_fillers(encoded([], []), labels()) == []


probabilities = st.lists(
    st.lists(st.floats(0.01, 1), min_size=COLUMNS, max_size=COLUMNS).map(
        lambda row: [value / sum(row) for value in row]
    ),
    min_size=1,
    max_size=8,
)


@given(probabilities, st.floats(0.05, 0.9), st.floats(0.05, 0.9))
def test_mentions_of_a_role_never_overlap_and_open_at_or_above_the_threshold(
    rows, threshold, continuation
):
    words = [f"word{number}" for number in range(len(rows))]
    fillers = find_fillers(encoded(words, rows), labels(threshold, continuation))
    assert [f.mention.start for f in fillers] == sorted(f.mention.start for f in fillers)
    for role in ROLES:
        spans = [(f.mention.start, f.mention.end) for f in fillers if f.mention.label == role]
        assert all(end < start for (_, end), (start, _) in pairwise(spans))
    assert all(f.score >= threshold for f in fillers)


@given(probabilities, st.floats(0.05, 0.5), st.floats(0, 0.4))
def test_a_lower_continuation_never_shortens_what_a_word_opens(rows, continuation, margin):
    words = [f"word{number}" for number in range(len(rows))]
    text = encoded(words, rows)
    strict = find_fillers(text, labels(0.3, continuation + margin))
    lenient = find_fillers(text, labels(0.3, continuation))
    for one in strict:
        assert any(
            one.mention.label == other.mention.label
            and other.mention.start <= one.mention.start
            and one.mention.end <= other.mention.end
            for other in lenient
        )
