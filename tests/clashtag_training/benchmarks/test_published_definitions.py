"""Our scores against the papers' definitions, written out as literally as they can be."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.records import Argument, Event, Record, Span
from clashtag_training.evaluation.ceaf_ree import ROLES, normalize_mention, score_role_fillers
from clashtag_training.evaluation.counts import Counts
from clashtag_training.evaluation.scores import METRICS, score_events


def ceaf_ree(gold, predicted):
    """CEAF-REE of Du et al. (2021): the best one-to-one alignment of entities, by trying all.

    The similarity of a gold entity K and a predicted one R is 1 if R is a subset of K, else 0;
    precision divides its sum by the predicted entities, recall by the gold ones, over documents.
    """
    aligned = predictions = golds = 0
    for document, fillers in gold.items():
        for role in ROLES:
            keys = [{normalize_mention(m) for m in entity} for entity in fillers.get(role, [])]
            guessed = predicted.get(document, {}).get(role, [])
            responses = [{normalize_mention(m) for m in entity} for entity in guessed]
            short, long = sorted((keys, responses), key=len)
            aligned += max(
                sum(
                    (b <= a) if short is keys else (a <= b)
                    for a, b in zip(short, chosen, strict=False)
                )
                for chosen in permutations(long)
            )
            golds += len(keys)
            predictions += len(responses)
    return Counts(golds, predictions, aligned)


strings = st.sampled_from(["army", "The Army", "soldiers", "rebels", "a rebel", "bomb", "car bomb"])
entities = st.lists(st.lists(strings, min_size=1, max_size=3), max_size=4)
documents = st.dictionaries(st.sampled_from(ROLES), entities, max_size=2)
corpora = st.dictionaries(st.sampled_from(["d1", "d2"]), documents, min_size=2)


@given(corpora, corpora)
def test_ceaf_ree_is_the_best_alignment(gold, predicted):
    assert score_role_fillers(gold, predicted).micro() == ceaf_ree(gold, predicted)


def test_ceaf_ree_corner_cases_hand_computed():
    gold = {
        "nothing": {},  # a document without fillers, for which one is found
        "empty": {"Victim": []},  # and one for which none is
        "aliases": {"PerpOrg": [["Lynx Brigade", "LB"]]},
        "duplicates": {"Weapon": [["bomb"], ["a bomb"]]},  # equal once articles are gone
    }
    predicted = {
        "nothing": {"Victim": [["mayor"]]},
        # All its aliases in one entity are as good as one; a second entity is too many.
        "aliases": {"PerpOrg": [["lb", "the lynx brigade"], ["LB"]]},
        "duplicates": {"Weapon": [["bomb"], ["bomb"], ["bomb"]]},  # two of three can be aligned
    }
    table = score_role_fillers(gold, predicted)
    assert table["Victim"] == Counts(0, 1, 0)
    assert table["PerpOrg"] == Counts(1, 2, 1)
    assert table["Weapon"] == Counts(2, 3, 2)
    micro = table.micro()
    assert (micro.precision, micro.recall) == (3 / 6, 3 / 3)
    assert micro.f1 == pytest.approx(2 * 0.5 * 1.0 / 1.5)


def items(record, metric):
    """The sets that TextEE (Huang et al. 2024) compares, each event's argument one by one."""
    found = set()
    for event in record.events:
        trigger = (event.trigger.start, event.trigger.end)
        if metric == "trigger_id":
            found.add(trigger)
        elif metric == "trigger_cls":
            found.add((trigger, event.type))
        for argument in event.arguments if metric.startswith("arg") else ():
            item = [argument.start, argument.end, event.type]
            item += [argument.role] if "cls" in metric else []
            item += [trigger] if metric.endswith("plus") else []
            found.add(tuple(item))
    return found


spans = st.tuples(st.integers(0, 9), st.integers(1, 3)).map(lambda s: (s[0], s[0] + s[1]))
events = st.builds(
    Event,
    st.sampled_from(["attack", "death"]),
    spans.map(lambda span: Span(*span, text=".")),
    st.lists(
        st.tuples(st.sampled_from(["agent", "target"]), spans).map(
            lambda a: Argument(a[0], *a[1], text=".")
        ),
        max_size=3,
    ).map(tuple),
)
annotated = st.lists(st.lists(events, max_size=4), min_size=1, max_size=3).map(
    lambda texts: [
        Record("." * 20, id=str(index), events=(*found,)) for index, found in enumerate(texts)
    ]
)


@given(annotated, annotated)
def test_event_scores_are_intersections_of_sets(gold, predicted):
    predicted = predicted[: len(gold)]
    by_id = {record.id: record for record in predicted}
    scores = score_events(gold, predicted)
    for metric in METRICS:
        pairs = [
            (
                items(record, metric),
                items(by_id[record.id], metric) if record.id in by_id else set(),
            )
            for record in gold
        ]
        assert scores.exact[metric] == Counts(
            sum(len(ours) for ours, _ in pairs),
            sum(len(theirs) for _, theirs in pairs),
            sum(len(ours & theirs) for ours, theirs in pairs),
        )


def test_several_events_of_one_type_hand_computed():
    # Two attacks share an agent, and one of them is annotated twice. arg_cls asks for the agent of
    # an attack, once; arg_cls_plus asks for it at each trigger.
    first = Event("attack", Span(0, 3, "..."), (Argument("agent", 5, 7, ".."),))
    second = Event("attack", Span(9, 12, "..."), (Argument("agent", 5, 7, ".."),))
    gold = Record("." * 20, id="a", events=(first, second, second))
    found = Record("." * 20, id="a", events=(first,))
    exact = score_events([gold], [found]).exact
    assert exact["trigger_cls"] == Counts(2, 1, 1)
    assert exact["arg_cls"] == Counts(1, 1, 1)
    assert exact["arg_cls_plus"] == Counts(2, 1, 1)


def test_empty_documents_hand_computed():
    # Found in an empty document counts against precision, nothing found in one counts nothing.
    attack = Event("attack", Span(0, 3, "..."))
    gold = [Record("...", id=name) for name in "ab"] + [Record("...", id="c", events=(attack,))]
    predicted = [Record("...", id="a", events=(attack,)), gold[1], gold[2]]
    assert score_events(gold, predicted).exact["trigger_cls"] == Counts(1, 2, 1)
