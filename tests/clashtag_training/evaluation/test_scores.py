from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.corpora.record_files import read_records
from clashtag_training.evaluation.counts import Counts
from clashtag_training.evaluation.scores import METRICS, counts_by_label, score_events

CORPORA = Path(os.environ.get("CLASHTAG_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))
MakeRecord = Callable[..., Record]

TEXT = "Rebels attacked Goma on Monday, killing six soldiers"
GOLD_ATTACK = ("attack", "attacked", [("agent", "Rebels"), ("target", "Goma"), ("time", "Monday")])
GOLD_DEATH = ("death", "killing", [("victim", "six soldiers"), ("agent", "Rebels")])


def event(kind: str, start: int, end: int, *arguments: tuple[str, int, int]) -> Event:
    return Event(
        kind,
        Span(start, end, "."),
        tuple(Argument(role, first, last, ".") for role, first, last in arguments),
    )


def record(*events: Event, identifier: str = "a") -> Record:
    return Record(text="." * 100, id=identifier, events=events)


def test_scores_hand_computed(make_record: MakeRecord) -> None:
    # The attack is found with `Goma` in the wrong role; the death is typed as an injury and its
    # victim cut short. Gold holds 2 triggers and 5 arguments, the prediction 2 and 4.
    gold = make_record("a", TEXT, GOLD_ATTACK, GOLD_DEATH)
    predicted = make_record(
        "a",
        TEXT,
        ("attack", "attacked", [("agent", "Rebels"), ("place", "Goma"), ("time", "Monday")]),
        ("injury", "killing", [("victim", "soldiers")]),
    )
    scores = score_events([gold], [predicted])
    assert scores.setting == "end-to-end"
    assert {name: scores.exact[name] for name in METRICS} == {
        "trigger_id": Counts(2, 2, 2),
        "trigger_cls": Counts(2, 2, 1),
        "arg_id": Counts(5, 4, 3),
        "arg_cls": Counts(5, 4, 2),
        "arg_id_plus": Counts(5, 4, 3),
        "arg_cls_plus": Counts(5, 4, 2),
    }
    headline = scores.exact["arg_cls_plus"]
    assert headline.precision == pytest.approx(2 / 4)
    assert headline.recall == pytest.approx(2 / 5)
    assert headline.f1 == pytest.approx(4 / 9)  # 2 * 2 / (5 + 4)


def test_scores_tables_hand_computed(make_record: MakeRecord) -> None:
    gold = make_record("a", TEXT, GOLD_ATTACK, GOLD_DEATH)
    predicted = make_record(
        "a",
        TEXT,
        ("attack", "attacked", [("agent", "Rebels"), ("place", "Goma"), ("time", "Monday")]),
        ("injury", "killing", [("victim", "soldiers")]),
    )
    scores = score_events([gold], [predicted])
    types, roles = scores.triggers_by_type, scores.arguments_by_role
    assert {label: types[label] for label in types.labels} == {
        "attack": Counts(1, 1, 1),
        "death": Counts(1, 0, 0),
        "injury": Counts(0, 1, 0),
    }
    assert types.macro_f1() == pytest.approx((1 + 0) / 2)  # injury has no gold support
    assert {label: roles[label] for label in roles.labels} == {
        "agent": Counts(2, 1, 1),
        "place": Counts(0, 1, 0),
        "target": Counts(1, 0, 0),
        "time": Counts(1, 1, 1),
        "victim": Counts(1, 1, 0),
    }
    assert roles.macro_f1() == pytest.approx((2 / 3 + 0 + 1 + 0) / 4)  # place has no gold support
    assert scores.arguments_by_type["attack"] == Counts(3, 3, 2)
    assert scores.arguments_by_type["death"] == Counts(2, 0, 0)


def test_scores_plus_needs_the_right_trigger() -> None:
    # Two attacks whose targets are swapped: every (type, role, span) is right, no trigger is.
    gold = record(
        event("attack", 0, 5, ("target", 10, 15)), event("attack", 20, 25, ("target", 30, 35))
    )
    swapped = record(
        event("attack", 0, 5, ("target", 30, 35)), event("attack", 20, 25, ("target", 10, 15))
    )
    scores = score_events([gold], [swapped])
    assert scores.exact["arg_id"] == scores.exact["arg_cls"] == Counts(2, 2, 2)
    assert scores.exact["arg_id_plus"] == scores.exact["arg_cls_plus"] == Counts(2, 2, 0)
    assert scores.soft["arg_cls_plus"] == Counts(2, 2, 0)


def test_scores_argument_needs_the_right_event_type() -> None:
    scores = score_events(
        [record(event("attack", 0, 5, ("agent", 10, 15)))],
        [record(event("clash", 0, 5, ("agent", 10, 15)))],
    )
    assert scores.exact["trigger_id"].correct == 1
    assert all(scores.exact[name].correct == 0 for name in METRICS if name != "trigger_id")


def test_scores_duplicate_events_count_once() -> None:
    once = event("attack", 0, 5, ("agent", 10, 15))
    scores = score_events([record(once)], [record(once, once)])
    assert scores.exact["trigger_cls"] == scores.exact["arg_cls_plus"] == Counts(1, 1, 1)


def test_scores_same_span_in_two_roles() -> None:
    # One span as agent and claimant is one argument to identify and two to classify.
    gold = record(event("attack", 0, 5, ("agent", 10, 15), ("claimant", 10, 15)))
    scores = score_events([gold], [record(event("attack", 0, 5, ("agent", 10, 15)))])
    assert scores.exact["arg_id_plus"] == Counts(1, 1, 1)
    assert scores.exact["arg_cls_plus"] == Counts(2, 1, 1)


def test_scores_nested_spans_match_one_to_one() -> None:
    # Both predicted spans overlap the one gold span, but only one of them can be right.
    gold = record(event("death", 0, 5, ("victim", 10, 22)))
    nested = record(event("death", 0, 5, ("victim", 10, 22), ("victim", 14, 22)))
    scores = score_events([gold], [nested])
    assert scores.exact["arg_cls"] == scores.soft["arg_cls"] == Counts(1, 2, 1)


def test_scores_soft_matching_is_optimal() -> None:
    # Gold A = 10:20, B = 21:25; predicted X = 10:22 overlaps both, Y = 15:18 only A.
    # Giving X to A first leaves B alone (1 match); A-Y and B-X are two.
    gold = record(event("death", 0, 5, ("victim", 10, 20), ("victim", 21, 25)))
    predicted = record(event("death", 0, 5, ("victim", 10, 22), ("victim", 15, 18)))
    scores = score_events([gold], [predicted])
    assert scores.soft["arg_cls_plus"] == Counts(2, 2, 2)
    assert scores.exact["arg_cls_plus"] == Counts(2, 2, 0)


def test_scores_soft_needs_overlap_of_trigger_and_argument() -> None:
    gold = record(event("death", 0, 5, ("victim", 10, 20)))
    touching = record(event("death", 5, 9, ("victim", 12, 30)))  # ends are exclusive
    scores = score_events([gold], [touching])
    assert scores.soft["trigger_id"] == Counts(1, 1, 0)
    assert scores.soft["arg_cls"] == Counts(1, 1, 1)
    assert scores.soft["arg_cls_plus"] == Counts(1, 1, 0)


def test_scores_soft_needs_equal_labels() -> None:
    scores = score_events(
        [record(event("death", 0, 5, ("victim", 10, 20)))],
        [record(event("death", 0, 6, ("agent", 10, 20)))],
    )
    assert scores.soft["arg_id_plus"] == Counts(1, 1, 1)
    assert scores.soft["arg_cls_plus"] == Counts(1, 1, 0)


def test_scores_status_over_matched_triggers(make_record: MakeRecord) -> None:
    # Three gold triggers: one matched with the right status, one with the wrong, one missed.
    gold = [
        make_record(name, "Rebels attacked", ("attack", "attacked", []), status="actual")
        for name in "abc"
    ]
    predicted = [
        make_record("a", "Rebels attacked", ("attack", "attacked", []), status="actual"),
        make_record("b", "Rebels attacked", ("attack", "attacked", []), status="other"),
    ]
    scores = score_events(gold, predicted)
    assert scores.status["status"] == Counts(2, 2, 1)
    assert scores.status["status"].recall == 0.5


def test_scores_status_ignores_gold_without_status() -> None:
    gold = record(event("attack", 0, 5))
    predicted = record(dataclasses.replace(event("attack", 0, 5), status="actual"))
    assert score_events([gold], [predicted]).status["status"] == Counts(0, 0, 0)


def test_scores_empty_documents() -> None:
    scores = score_events([record()], [record()])
    assert scores.exact["trigger_cls"] == Counts(0, 0, 0)
    assert scores.exact["trigger_cls"].f1 == 0.0
    assert scores.triggers_by_type.macro_f1() == 0.0
    assert score_events([], []).exact["arg_cls_plus"] == Counts(0, 0, 0)


def test_scores_missing_prediction_counts_as_missed() -> None:
    gold = [record(event("attack", 0, 5), identifier=name) for name in ("a", "b")]
    assert score_events(gold, gold[:1]).exact["trigger_cls"] == Counts(2, 1, 1)


def test_scores_every_mismatch_of_records_is_named() -> None:
    gold = [record(identifier="a"), record(identifier="b"), record(identifier="b")]
    predicted = [
        record(identifier="x"),
        record(identifier="y"),
        Record(text="another", id="a"),
        Record(text="."),
    ]
    with pytest.raises(InputError) as caught:
        score_events(gold, predicted)
    for part in (
        "predicted records without an id: 1",
        "gold ids that occur more than once: 'b'",
        "predictions for ids that the gold data lacks: 'x', 'y'",
        "texts that differ from the gold text: 'a'",
    ):
        assert part in caught.value.problem


def test_scores_gold_triggers_label_is_kept_and_checked() -> None:
    gold = record(event("attack", 0, 5, ("agent", 10, 15)))
    given = record(event("attack", 0, 5, ("agent", 10, 16)))
    assert score_events([gold], [given], "gold triggers").setting == "gold triggers"
    assert score_events([gold], [record()], "gold triggers").exact["arg_cls"] == Counts(1, 0, 0)
    with pytest.raises(InputError, match=r"record 'a': attack at 1:5"):
        score_events([gold], [record(event("attack", 1, 5))], "gold triggers")


def test_scores_sentences_of_one_document_share_a_row() -> None:
    sentences = [
        dataclasses.replace(
            record(event("attack", 0, 5), identifier=name), extra={"document": document}
        )
        for name, document in (("s1", "d1"), ("s2", "d1"), ("s3", "d2"))
    ]
    scores = score_events(sentences, [])
    assert scores.exact.documents == ("d1", "d2")
    assert scores.exact.values[:, 0].tolist() == [[2, 0, 0], [1, 0, 0]]


spans = st.tuples(st.integers(0, 12), st.integers(1, 4)).map(lambda s: (s[0], s[0] + s[1]))
arguments = st.tuples(st.sampled_from(["agent", "target"]), spans).map(
    lambda a: Argument(a[0], *a[1], text=".")
)
events = st.builds(
    Event,
    st.sampled_from(["attack", "death"]),
    spans.map(lambda span: Span(*span, text=".")),
    st.lists(arguments, max_size=4).map(tuple),
    st.sampled_from(["actual", "other"]),
)
corpora = st.lists(st.lists(events, max_size=5), min_size=1, max_size=3).map(
    lambda documents: [
        record(*found, identifier=str(index)) for index, found in enumerate(documents)
    ]
)


@given(corpora)
def test_scores_gold_against_itself_is_perfect(gold: list[Record]) -> None:
    scores = score_events(gold, gold)
    for table in (scores.exact, scores.soft, scores.status):
        for label in table.labels:
            counts = table[label]
            assert counts.gold == counts.predicted == counts.correct
    if any(item.events for item in gold):
        assert scores.triggers_by_type.macro_f1() == 1.0


@given(corpora, corpora, st.randoms())
def test_scores_do_not_depend_on_order(gold: list[Record], predicted: list[Record], random) -> None:
    predicted = predicted[: len(gold)]
    shuffled = [
        dataclasses.replace(item, events=tuple(random.sample(item.events, len(item.events))))
        for item in random.sample(predicted, len(predicted))
    ]
    scores = score_events(gold, predicted)
    again = score_events(random.sample(gold, len(gold)), shuffled)
    for name in METRICS:
        assert scores.exact[name] == again.exact[name]
        assert scores.soft[name] == again.soft[name]


@given(corpora, corpora)
def test_scores_f1_is_symmetric_and_soft_is_no_lower(
    gold: list[Record], predicted: list[Record]
) -> None:
    size = min(len(gold), len(predicted))
    forth = score_events(gold[:size], predicted[:size])
    back = score_events(predicted[:size], gold[:size])
    for name in METRICS:
        assert forth.exact[name].f1 == back.exact[name].f1
        assert forth.soft[name].f1 == back.soft[name].f1
        assert forth.exact[name].precision == back.exact[name].recall
        assert forth.soft[name].correct >= forth.exact[name].correct


@given(corpora, corpora)
def test_counts_by_label_are_those_of_the_scores(
    gold: list[Record], predicted: list[Record]
) -> None:
    predicted = predicted[: len(gold)]
    scores = score_events(gold, predicted)
    for name in ("triggers_by_type", "arguments_by_type", "arguments_by_role"):
        table, wanted = counts_by_label(gold, predicted, name), getattr(scores, name)
        assert (table.documents, table.labels) == (wanted.documents, wanted.labels)
        assert table.values.tolist() == wanted.values.tolist()


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["current-events", "voa-articles", "wikievents", "muc4-triggers"])
def test_scores_public_corpora_against_themselves(name: str) -> None:
    path = CORPORA / name / "dev.jsonl"
    if not path.is_file():
        pytest.skip(f"no corpus {name} in {CORPORA}; set CLASHTAG_CORPORA")
    gold = read_records(path)
    scores = score_events(gold, gold, "gold triggers")
    assert scores.exact["arg_cls_plus"].f1 == scores.soft["arg_cls_plus"].f1 == 1.0
