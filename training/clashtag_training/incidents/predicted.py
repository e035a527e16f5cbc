"""Gold incidents carried over to predicted events, to fit on what a tagger really finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clashtag.analysis.kinds import ACTS
from clashtag.records import Event, Record
from clashtag_training.corpora.incident_gold import IncidentArticle
from clashtag_training.evaluation.pairs import pair_records

_ONE_FAMILY = ACTS | {"territory"}


def on_predicted(
    articles: Sequence[IncidentArticle], predicted: Sequence[Record]
) -> list[IncidentArticle]:
    """Return articles with predicted events, grouped as the gold events that they match.

    Two events match whose triggers overlap and whose types are equal, or both acts. Predicted
    events that match none stay in the record, but in no incident. Articles keep their order and
    publication dates.

    Raises:
        InputError: if an article has no prediction of its text, or a prediction no article.
    """
    pairs = pair_records([article.record for article in articles], predicted)
    return [
        _carried_over(article, guess) for article, (_, guess) in zip(articles, pairs, strict=True)
    ]


def matches(gold: Sequence[Event], predicted: Sequence[Event]) -> dict[int, int]:
    """Return the gold event that each predicted one matches, as indexes, one to one.

    Equal types come first, then longer overlaps.
    """
    candidates = sorted(
        (guess.type != event.type, -_overlap(guess, event), found, wanted)
        for found, guess in enumerate(predicted)
        for wanted, event in enumerate(gold)
        if _overlap(guess, event) > 0 and _are_alike(guess, event)
    )
    match_of: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, found, wanted in candidates:
        if found not in match_of and wanted not in taken:
            match_of[found] = wanted
            taken.add(wanted)
    return match_of


def _carried_over(article: IncidentArticle, predicted: Record) -> IncidentArticle:
    match_of = matches(article.record.events, predicted.events)
    found_as = {wanted: found for found, wanted in match_of.items()}
    incidents, leads = [], []
    for incident, lead in zip(article.incidents, article.leads, strict=True):
        events = tuple(sorted(found_as[event] for event in incident if event in found_as))
        if events:
            incidents.append(events)
            leads.append(found_as.get(lead, events[0]))
    record = replace(predicted, extra=dict(predicted.extra) | dict(article.record.extra))
    return IncidentArticle(record, article.split, tuple(incidents), tuple(leads))


def _overlap(one: Event, other: Event) -> int:
    return min(one.trigger.end, other.trigger.end) - max(one.trigger.start, other.trigger.start)


def _are_alike(one: Event, other: Event) -> bool:
    return one.type == other.type or {one.type, other.type} <= _ONE_FAMILY
