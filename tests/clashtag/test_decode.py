from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clashtag.decode import decode_roles, decode_triggers, span_characters
from clashtag.labels import Continuation, Temperature
from clashtag.windows import Tokens
from tiny_model import LABELS, ROLES, TYPES

LOGITS = st.floats(-8, 8, width=32)


def words_of(opens_word):
    """Tokens of a text of one-letter words, each followed by a space."""
    opens = np.array(opens_word, dtype=np.bool_)
    word = np.cumsum(opens) - 1
    return Tokens(np.arange(len(opens)), 2 * word, 2 * word + 1, opens)


def trigger_logits(tags):
    """Logits that make each tag ("O", "B-attack", "I-death", ...) all but certain."""
    names = ["O", *(f"{bio}-{name}" for name in TYPES for bio in "BI")]
    logits = np.zeros((len(tags), len(names)), dtype=np.float32)
    for row, tag in enumerate(tags):
        logits[row, names.index(tag)] = 10
    return logits


def role_logits(context, **tags):
    logits = np.zeros((context, len(ROLES), 3), dtype=np.float32)
    logits[:, :, 0] = 5
    for role, of_role in tags.items():
        for row, tag in enumerate(of_role):
            logits[row, ROLES.index(role), "OBI".index(tag)] = 10
    return logits


def triggers(tags, opens_word=None, labels=LABELS, statuses=None):
    tokens = words_of(opens_word or [True] * len(tags))
    status_logits = np.zeros((len(tags), 2), dtype=np.float32)
    status_logits[:, 1] = statuses or 0
    found = decode_triggers(trigger_logits(tags), status_logits, tokens, labels)
    return [(trigger.start, trigger.end, trigger.type) for trigger in found]


def roles(event_type="attack", opens_word=None, labels=LABELS, **tags):
    context = len(next(iter(tags.values())))
    tokens = words_of(opens_word or [True] * context)
    found = decode_roles(role_logits(context, **tags), tokens, event_type, labels)
    return [(argument.start, argument.end, argument.role) for argument in found]


def test_trigger_goes_on_while_its_own_inside_wins():
    tags = ["O", "B-attack", "I-attack", "I-death", "B-death", "B-death"]
    assert triggers(tags) == [(1, 3, "attack"), (4, 5, "death"), (5, 6, "death")]


def test_trigger_skips_continuation_tokens():
    tags = ["B-attack", "B-death", "I-attack", "B-death"]
    assert triggers(tags, opens_word=[True, False, True, False]) == [(0, 4, "attack")]


def test_trigger_never_opens_in_the_middle_of_a_word():
    assert triggers(["B-attack", "O"], opens_word=[False, True]) == []


def test_trigger_needs_its_own_types_threshold():
    strict = replace(LABELS, trigger_thresholds=LABELS.trigger_thresholds | {"attack": 1.0})
    assert triggers(["B-attack", "B-death"], labels=strict) == [(1, 2, "death")]


def test_trigger_status_is_that_of_its_first_word():
    logits = trigger_logits(["B-attack", "I-attack", "B-death"])
    status = np.array([[0, 1], [1, 0], [1, 0]], dtype=np.float32)
    found = decode_triggers(logits, status, words_of([True] * 3), LABELS)
    assert [trigger.status for trigger in found] == ["other", "actual"]


def test_trigger_score_is_softened_by_the_temperature():
    logits, status = trigger_logits(["B-attack"]), np.zeros((1, 2), dtype=np.float32)
    soft = replace(LABELS, temperature=Temperature(triggers=5.0))
    scores = [
        decode_triggers(logits, status, words_of([True]), labels)[0].score
        for labels in (LABELS, soft)
    ]
    others = 2 * len(TYPES)
    assert scores == pytest.approx(
        [np.e**10 / (np.e**10 + others), np.e**2 / (np.e**2 + others)], rel=1e-5
    )


def test_no_tokens_give_no_triggers():
    assert triggers([]) == []


def test_role_spans_open_and_go_on():
    assert roles(agent="OBIBO", place="BOOOB") == [
        (0, 1, "place"),
        (1, 3, "agent"),
        (3, 4, "agent"),
        (4, 5, "place"),
    ]


def test_role_spans_take_in_continuation_tokens():
    assert roles(agent="BOIO", opens_word=[True, False, True, False]) == [(0, 4, "agent")]


def test_roles_outside_the_types_frame_are_left_out():
    assert roles("death", target="B", victim="B") == [(0, 1, "victim")]


def test_roles_need_their_own_threshold():
    strict = replace(LABELS, role_thresholds=LABELS.role_thresholds | {"agent": 1.0})
    assert roles(agent="BO", place="OB", labels=strict) == [(1, 2, "place")]


def test_of_overlapping_roles_the_better_scored_stays():
    logits = role_logits(2, agent="BI", target="OB")
    logits[1, ROLES.index("target"), 1] = 12
    (found,) = decode_roles(logits, words_of([True] * 2), "attack", LABELS)
    assert (found.start, found.end, found.role) == (1, 2, "target")


def test_a_dropped_span_drops_no_other():
    logits = role_logits(3, agent="BIO", target="OBI", place="OOB")
    logits[0, ROLES.index("agent"), 1] = 14
    logits[1, ROLES.index("target"), 1] = 12
    found = decode_roles(logits, words_of([True] * 3), "attack", LABELS)
    assert [argument.role for argument in found] == ["agent", "place"]


def test_a_pair_of_roles_may_share_just_the_same_span():
    assert roles(agent="B", claimant="B") == [(0, 1, "agent"), (0, 1, "claimant")]
    assert len(roles(agent="BI", claimant="BO")) == 1
    assert len(roles(agent="B", target="B")) == 1


@settings(deadline=None)
@given(
    st.lists(st.booleans(), min_size=1, max_size=12).flatmap(
        lambda opens: st.tuples(
            st.just(opens),
            arrays(np.float32, (len(opens), 1 + 2 * len(TYPES)), elements=LOGITS),
            arrays(np.float32, (len(opens), len(ROLES), 3), elements=LOGITS),
        )
    ),
    st.floats(0.05, 1.0),
)
def test_spans_are_whole_words_over_their_threshold(case, threshold):
    opens, of_triggers, of_roles = case
    labels = replace(
        LABELS,
        trigger_thresholds=dict.fromkeys(TYPES, threshold),
        role_thresholds=dict.fromkeys(ROLES, threshold),
    )
    tokens = words_of(opens)
    edges = {*np.flatnonzero(opens).tolist(), len(opens)}
    status_logits = np.zeros((len(opens), 2), dtype=np.float32)
    found = decode_triggers(of_triggers, status_logits, tokens, labels)
    for one, following in pairwise(found):
        assert one.end <= following.start
    for span in [*found, *decode_roles(of_roles, tokens, "attack", labels)]:
        assert {span.start, span.end} <= edges
        assert span.start < span.end
        assert threshold - 1e-6 <= span.score <= 1


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("cafe\u0301 x", 4, "cafe\u0301"),
        ("\u2764\ufe0f x", 1, "\u2764\ufe0f"),
        ("1\ufe0f\u20e3 x", 1, "1\ufe0f\u20e3"),
        ("\U0001f469\u200d", 1, "\U0001f469\u200d"),
        ("cafe x", 4, "cafe"),
    ],
)
def test_span_takes_in_the_marks_of_its_last_letter(text, end, expected):
    one_word = np.array([0]), np.array([0]), np.array([end]), np.array([True])
    start, end = span_characters(text, Tokens(*one_word), 0, 1)
    assert text[start:end] == expected


@pytest.mark.parametrize(
    ("least", "inside", "end"), [(0.2, 0.25, 2), (0.2, 0.15, 1), (0.3, 0.25, 1), (0.1, 0.15, 2)]
)
def test_role_span_goes_on_while_inside_is_likely_enough(least, inside, end):
    labels = replace(LABELS, continuation=Continuation(roles=least))
    logits = role_logits(2, agent="BO")
    logits[1, ROLES.index("agent")] = np.log([0.9 - inside, 0.1, inside])
    found = decode_roles(logits, words_of([True, True]), "attack", labels)
    assert [(argument.start, argument.end) for argument in found] == [(0, end)]


@settings(deadline=None)
@given(
    st.integers(1, 10).flatmap(lambda words: arrays(np.float32, (words, 3), elements=LOGITS)),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_role_that_goes_on_sooner_covers_all_that_it_covered(of_agent, one, other):
    logits = role_logits(len(of_agent))
    logits[:, ROLES.index("agent")] = of_agent

    def covered(least):
        labels = replace(LABELS, continuation=Continuation(roles=least))
        spans = decode_roles(logits, words_of([True] * len(of_agent)), "attack", labels)
        assert {span.role for span in spans} <= {"agent"}
        return {word for span in spans for word in range(span.start, span.end)}

    assert covered(max(one, other)) <= covered(min(one, other))


def test_role_span_ends_where_another_begins():
    logits = role_logits(2, agent="BO")
    logits[1, ROLES.index("agent")] = np.log([0.1, 0.6, 0.3])
    found = decode_roles(logits, words_of([True, True]), "attack", LABELS)
    assert [(argument.start, argument.end) for argument in found] == [(0, 1), (1, 2)]
