from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError
from clashtag.records import Argument, Event, Mention, Record, Span
from clashtag_training.benchmarks.errors import analyse_errors
from clashtag_training.evaluation.ceaf_ree import ROLES, score_role_filler_records
from clashtag_training.evaluation.counts import Counts
from clashtag_training.evaluation.scores import score_events

TEXT = (
    "Gunmen raided Belmar at dawn and shot two guards. The mayor of Belmar blamed the Lynx Brigade."
)


def event(kind, trigger, *arguments):
    start = TEXT.index(trigger)
    return Event(
        kind,
        Span(start, start + len(trigger), trigger),
        tuple(argument(role, words) for role, words in arguments),
    )


def argument(role, words):
    start = TEXT.index(words)
    return Argument(role, start, start + len(words), words)


def record(*events):
    return Record(TEXT, id="a", events=events)


def test_outcomes_of_triggers_hand_computed():
    gold = record(event("attack", "raided"), event("death", "shot"), event("protest", "blamed"))
    predicted = record(
        event("attack", "raided"),  # correct
        event("injury", "shot"),  # wrong type
        event("protest", "Belmar blamed"),  # wrong boundary
        event("arrest", "Gunmen"),  # spurious
    )
    errors = analyse_errors("events", "end-to-end", [gold], [predicted])
    assert errors.outcomes["triggers"] == {
        "correct": 1,
        "wrong type": 1,
        "wrong boundary": 1,
        "missed": 0,
        "spurious": 1,
    }
    assert errors.confusions == {"death → injury": 1}


def test_outcomes_of_arguments_hand_computed():
    gold = record(
        event("attack", "raided", ("agent", "Gunmen"), ("target", "Belmar"), ("time", "dawn")),
        event("death", "shot", ("victim", "two guards"), ("agent", "Gunmen")),
    )
    predicted = record(
        # agent is right; target in the wrong role; `at dawn` is too long; a spurious place.
        event(
            "attack",
            "raided",
            ("agent", "Gunmen"),
            ("place", "Belmar"),
            ("time", "at dawn"),
            ("place", "the Lynx Brigade"),
        ),
        # The death is typed as an injury: its arguments go with it, right as they are.
        event("injury", "shot", ("victim", "two guards"), ("agent", "Gunmen")),
    )
    errors = analyse_errors("events", "end-to-end", [gold], [predicted])
    assert errors.outcomes["arguments"] == {
        "correct": 1,
        "wrong role": 1,
        "wrong boundary": 1,
        "missed": 0,
        "spurious": 1,
        "missed with its event": 2,
        "spurious with its event": 2,
    }
    assert errors.confusions == {"death → injury": 1, "target → place": 1}


def test_wrong_role_and_boundary_at_once():
    gold = record(event("attack", "raided", ("target", "Belmar")))
    predicted = record(event("attack", "raided", ("time", "Belmar at dawn")))
    errors = analyse_errors("events", "end-to-end", [gold], [predicted])
    assert errors.outcomes["arguments"]["wrong role and boundary"] == 1
    assert errors.confusions == {}


def test_gold_triggers_have_no_outcomes():
    gold = record(event("attack", "raided", ("agent", "Gunmen")))
    predicted = record(event("attack", "raided"))
    errors = analyse_errors("events", "gold triggers", [gold], [predicted])
    assert errors.outcomes == {"arguments": {"missed": 1, "spurious": 0}}


def test_a_gold_item_is_paired_once():
    # Two predictions overlap the one gold span; the right one is taken, the other is spurious.
    gold = record(event("attack", "raided", ("victim", "two guards")))
    predicted = record(event("attack", "raided", ("victim", "guards"), ("victim", "two guards")))
    errors = analyse_errors("events", "end-to-end", [gold], [predicted])
    assert errors.outcomes["arguments"] == {"correct": 1, "missed": 0, "spurious": 1}


def test_pairing_leaves_no_item_alone_that_could_be_paired():
    # `Gunmen raided Belmar` overlaps both gold spans, `Gunmen` only one: both find a partner.
    gold = record(event("death", "shot", ("agent", "Gunmen"), ("agent", "raided Belmar")))
    predicted = record(
        event("death", "shot", ("agent", "Gunmen raided"), ("agent", "Gunmen raided Belmar"))
    )
    errors = analyse_errors("events", "end-to-end", [gold], [predicted])
    assert errors.outcomes["arguments"]["wrong boundary"] == 2


def test_several_events_of_one_type_keep_their_arguments_apart():
    # Agents swapped between two attacks: each is missed here and spurious there.
    gold = record(
        event("attack", "raided", ("agent", "Gunmen")),
        event("attack", "shot", ("agent", "the Lynx Brigade")),
    )
    swapped = record(
        event("attack", "raided", ("agent", "the Lynx Brigade")),
        event("attack", "shot", ("agent", "Gunmen")),
    )
    errors = analyse_errors("events", "end-to-end", [gold], [swapped])
    assert errors.outcomes["arguments"] == {"missed": 2, "spurious": 2}


def test_distances_and_sentences_hand_computed():
    gold = record(
        event("attack", "raided", ("agent", "Gunmen"), ("agent", "the Lynx Brigade")),
    )
    predicted = record(event("attack", "raided", ("agent", "Gunmen"), ("time", "dawn")))
    errors = analyse_errors("events", "end-to-end", [gold], [predicted])
    # `dawn` has 2 words before it, `the Lynx Brigade` 12 and the end of a sentence.
    assert {name: c for name, c in errors.by_distance.items() if c != Counts(0, 0, 0)} == {
        "0 to 2": Counts(1, 2, 1),
        "11 to 20": Counts(1, 0, 0),
    }
    assert errors.by_sentence == {
        "same sentence": Counts(1, 2, 1),
        "another sentence": Counts(1, 0, 0),
    }


def test_outcomes_of_entities_hand_computed():
    def mentions(*labelled):
        spans = [(label, TEXT.index(words), words) for label, words in labelled]
        return Record(
            TEXT, id="a", mentions=tuple(Mention(n, s, s + len(w), w) for n, s, w in spans)
        )

    gold = mentions(("Organisation", "the Lynx Brigade"), ("Location", "Belmar"), ("Time", "dawn"))
    predicted = mentions(
        ("Organisation", "Lynx Brigade"), ("Person", "Belmar"), ("Person", "mayor")
    )
    errors = analyse_errors("entities", "end-to-end", [gold], [predicted])
    assert errors.outcomes == {
        "entities": {"wrong boundary": 1, "wrong label": 1, "missed": 1, "spurious": 1}
    }
    assert errors.confusions == {"Location → Person": 1}


def fillers(identifier="d", **entities):
    return Record("", id=identifier, extra={"role_fillers": entities})


def test_outcomes_of_role_fillers_hand_computed():
    gold = fillers(
        PerpOrg=[["fmln", "farabundo marti front"], ["the army"]],
        Target=[["power station"]],
        Weapon=[["dynamite"]],
    )
    predicted = fillers(
        PerpOrg=[["the FMLN"], ["farabundo marti front"]],  # correct, repeated
        PerpInd=[["army"]],  # wrong role
        Target=[["station"]],  # wrong boundary
        Victim=[["mayor"]],  # spurious
    )
    errors = analyse_errors("role_fillers", "end-to-end", [gold], [predicted])
    assert errors.outcomes == {
        "entities": {
            "correct": 1,
            "wrong role": 1,
            "wrong boundary": 1,
            "missed": 1,
            "repeated": 1,
            "spurious": 1,
        }
    }
    assert errors.confusions == {"PerpOrg → PerpInd": 1}


def test_records_that_do_not_match_are_named():
    with pytest.raises(InputError, match="lacks: 'b'"):
        analyse_errors("events", "end-to-end", [record()], [Record(TEXT, id="b")])


spans = st.tuples(st.integers(0, 12), st.integers(1, 4)).map(lambda s: (s[0], s[0] + s[1]))
arguments = st.tuples(st.sampled_from(["agent", "target"]), spans).map(
    lambda a: Argument(a[0], *a[1], text=".")
)
events = st.builds(
    Event,
    st.sampled_from(["attack", "death"]),
    spans.map(lambda span: Span(*span, text=".")),
    st.lists(arguments, max_size=4).map(tuple),
)
records = st.lists(events, max_size=5).map(lambda found: Record("." * 30, id="a", events=(*found,)))


@given(records, records)
def test_every_item_of_events_is_counted_once(gold, predicted):
    errors = analyse_errors("events", "end-to-end", [gold], [predicted])
    exact = score_events([gold], [predicted]).exact
    for kind, metric in (("triggers", "trigger_cls"), ("arguments", "arg_cls_plus")):
        outcomes, counts = errors.outcomes[kind], exact[metric]
        spurious = sum(n for name, n in outcomes.items() if name.startswith("spurious"))
        missed = sum(n for name, n in outcomes.items() if name.startswith("missed"))
        total = sum(outcomes.values())
        assert outcomes.get("correct", 0) == counts.correct
        assert total - spurious == counts.gold
        assert total - missed == counts.predicted
    for groups in (errors.by_distance, errors.by_sentence):
        assert sum(groups.values(), Counts(0, 0, 0)) == exact["arg_cls_plus"]


strings = st.sampled_from(["army", "the army", "army base", "base", "rebels", "two rebels"])
documents = st.dictionaries(
    st.sampled_from(ROLES),
    st.lists(st.lists(strings, min_size=1, max_size=3), max_size=4),
    max_size=3,
)


@given(documents, documents)
def test_every_role_filler_is_counted_once(gold, predicted):
    ours, theirs = fillers(**gold), fillers(**predicted)
    outcomes = analyse_errors("role_fillers", "end-to-end", [ours], [theirs]).outcomes["entities"]
    counts = score_role_filler_records([ours], [theirs]).micro()
    total = sum(outcomes.values())
    assert outcomes.get("correct", 0) == counts.correct
    assert total - outcomes["spurious"] - outcomes["repeated"] == counts.gold
    assert total - outcomes["missed"] == counts.predicted
