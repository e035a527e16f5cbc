from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError
from clashtag.records import Event, Record, Span
from clashtag_training.corpora.incident_gold import IncidentArticle
from clashtag_training.incidents.predicted import matches, on_predicted

TEXT = "Rebels opened fire on Harn, killing two; a truce failed."


def event(type_: str, words: str) -> Event:
    start = TEXT.index(words)
    return Event(type_, Span(start, start + len(words), words))


GOLD = (event("attack", "opened fire"), event("death", "killing"), event("agreement", "truce"))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (event("attack", "opened fire"), {0: 0}),
        (event("attack", "fire"), {0: 0}),
        (event("shelling", "fire"), {0: 0}),
        (event("death", "fire"), {}),
        (event("attack", "Harn"), {}),
        (event("injury", "killing"), {}),
    ],
    ids=["exact", "overlap", "another act", "no act", "elsewhere", "another harm"],
)
def test_what_matches(found, expected):
    assert matches(GOLD, [found]) == expected


def test_equal_types_match_before_longer_overlaps():
    found = [event("bombing", "opened fire"), event("attack", "fire")]
    assert matches(GOLD, found) == {1: 0}


spans = st.tuples(st.integers(0, 20), st.integers(1, 5)).map(lambda at: Span(at[0], sum(at), "x"))
events = st.lists(st.builds(Event, st.sampled_from(["attack", "clash", "death"]), spans))


@given(events, events)
def test_matches_are_one_to_one_and_overlap(gold, found):
    match_of = matches(gold, found)
    assert len(set(match_of.values())) == len(match_of)
    for guess, wanted in match_of.items():
        one, other = found[guess].trigger, gold[wanted].trigger
        assert one.start < other.end
        assert other.start < one.end


def test_incidents_are_carried_over():
    record = Record(TEXT, id="a1", events=GOLD, extra={"published": "2026-05-08"})
    article = IncidentArticle(record, "train", ((0, 1), (2,)), (0, 2))
    found = (event("protest", "Harn"), event("death", "killing"), event("agreement", "truce"))
    [carried] = on_predicted([article], [Record(TEXT, id="a1", events=found)])
    assert carried.incidents == ((1,), (2,))
    assert carried.leads == (1, 2)
    assert carried.record.events == found
    assert carried.record.extra == {"published": "2026-05-08"}


def test_an_article_without_predictions_has_no_incident():
    article = IncidentArticle(Record(TEXT, id="a1", events=GOLD), "train", ((0, 1), (2,)), (0, 2))
    [carried] = on_predicted([article], [])
    assert carried.incidents == ()


def test_predictions_of_another_text_are_refused():
    article = IncidentArticle(Record(TEXT, id="a1", events=GOLD), "train", ((0, 1), (2,)), (0, 2))
    with pytest.raises(InputError, match="texts that differ"):
        on_predicted([article], [replace(article.record, text=TEXT + " It rained.")])
