"""What two event mentions are compared on: where they stand, and what and when they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clashtag.analysis.actors.join import join_mentions
from clashtag.analysis.actors.phrases import read_phrase
from clashtag.analysis.dates import resolve_time
from clashtag.analysis.findings import Interval
from clashtag.analysis.kinds import CASUALTIES, NOT_ACTUAL, PLACE, TARGET, TIME, VICTIM
from clashtag.analysis.text.passages import passages_of
from clashtag.records import Argument, Event, Record, Span

_PLACE_ROLES = frozenset({PLACE, "origin", "destination"})
_LOCATING_ROLES = _PLACE_ROLES | {TARGET, VICTIM}
_COARSE = frozenset({"month", "season", "year", "period"})
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those|same)\s+(?:[\w'’-]+\s+)?$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:separate(?:ly)?|another|elsewhere|meanwhile|earlier|previous(?:ly)?|neighbouring|also"
    r"|last (?:year|month|week|spring|summer|autumn|winter)|(?:in|since) (?:19|20)\d\d"
    r"|(?:years?|months?) (?:ago|earlier|before)|the same day)\b",
    re.IGNORECASE,
)
_BACKGROUND_AGE = timedelta(days=14)
_UNDATED_PRESS = date(2000, 6, 15)  # compares "Monday" with "Friday" in an article without a date
_LOOK_BACK_CHARACTERS = 30


class _Entities:
    """The entities of a record's arguments, by number, and which of them bear a name."""

    def __init__(self, record: Record) -> None:
        spans = {_span(argument) for event in record.events for argument in event.arguments}
        joined = join_mentions(record.text, spans)
        self._number_of = {span: n for n, one in enumerate(joined) for span in one.mentions}
        self.named = frozenset(
            number
            for span, number in self._number_of.items()
            if read_phrase(record.text, span).holds_name
        )

    def of(self, event: Event, roles: frozenset[str]) -> frozenset[int]:
        """Return the entities that play some roles in an event."""
        played = (argument for argument in event.arguments if argument.role in roles)
        return frozenset(self._number_of[_span(argument)] for argument in played)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One event mention as the grouping sees it; `position` counts the events of the text.

    `located` are the entities it happens at or to, and `places` those of its named places;
    `times` are the spans of its time arguments, and `intervals` what these stand for. `setting`
    and `setting_days` are its places and intervals too, or where it has none, those of the other
    events in its sentence, or else of the last event before it in its paragraph.

    `is_main` holds in the headline and for the first act of the text. `is_definite` is true after
    "the" or "this", `points_elsewhere` after words such as "earlier" in its sentence.
    `is_background` holds for what the paragraph dates well before the article.
    """

    position: int
    event: Event
    sentence: int
    paragraph: int
    is_headline: bool
    is_main: bool
    is_definite: bool
    points_elsewhere: bool
    is_background: bool
    located: frozenset[int]
    places: frozenset[int]
    times: frozenset[tuple[int, int]]
    intervals: tuple[Interval, ...]
    setting: frozenset[int] = frozenset()
    setting_days: tuple[Interval, ...] = ()


def read_facts(record: Record, order: Sequence[int], published: date | None) -> list[EventFacts]:
    """Return the facts of a record's events, in an order of their indexes that follows the text."""
    text, passages = record.text, passages_of(record.text)
    has_headline = len(passages.paragraph_starts) > 1
    entities = _Entities(record)
    events = [record.events[index] for index in order]
    first_act = next((n for n, event in enumerate(events) if _is_act(event)), None)
    old_paragraphs: dict[int, bool] = {}
    facts = []
    for position, event in enumerate(events):
        start = event.trigger.start
        paragraph = passages.paragraph_of(start)
        sentence = passages.sentence_bounds(start)
        times = [argument for argument in event.arguments if argument.role == TIME]
        intervals = _intervals(text, times, published)
        if times:
            old_paragraphs[paragraph] = _is_old(intervals, published)
        is_headline = has_headline and paragraph == 0
        facts.append(
            EventFacts(
                position=position,
                event=event,
                sentence=passages.sentence_of(start),
                paragraph=paragraph,
                is_headline=is_headline,
                is_main=is_headline or position == first_act,
                is_definite=bool(
                    _DEFINITE.search(text, max(0, start - _LOOK_BACK_CHARACTERS), start)
                ),
                points_elsewhere=bool(_ELSEWHERE.search(text, sentence[0], start)),
                is_background=old_paragraphs.get(paragraph, False),
                located=entities.of(event, _LOCATING_ROLES),
                places=entities.of(event, _PLACE_ROLES) & entities.named,
                times=frozenset((time.start, time.end) for time in times),
                intervals=intervals,
            )
        )
    return _with_settings(facts)


def _with_settings(facts: Sequence[EventFacts]) -> list[EventFacts]:
    """Add the places and days that mentions without their own are told amid."""
    by_sentence: dict[int, list[EventFacts]] = {}
    for one in facts:
        by_sentence.setdefault(one.sentence, []).append(one)
    last_places: dict[int, frozenset[int]] = {}
    last_days: dict[int, tuple[Interval, ...]] = {}
    settled = []
    for one in facts:
        beside = by_sentence[one.sentence]
        places = one.places or frozenset[int]().union(*(other.places for other in beside))
        days = one.intervals
        if not one.times:
            days = tuple(interval for other in beside for interval in other.intervals)
            days = days or last_days.get(one.paragraph, ())
        places = places or last_places.get(one.paragraph, frozenset())
        settled.append(replace(one, setting=places, setting_days=days))
        if one.places:
            last_places[one.paragraph] = one.places
        if one.intervals:
            last_days[one.paragraph] = one.intervals
    return settled


def _is_act(event: Event) -> bool:
    return event.type not in CASUALTIES and event.status != NOT_ACTUAL


def _span(argument: Argument) -> Span:
    return Span(argument.start, argument.end, argument.text)


def _intervals(
    text: str, times: Sequence[Argument], published: date | None
) -> tuple[Interval, ...]:
    day = published or _UNDATED_PRESS
    resolved = (resolve_time(text, time.start, time.end, day).interval for time in times)
    return tuple(interval for interval in resolved if interval is not None)


def _is_old(intervals: Sequence[Interval], published: date | None) -> bool:
    """Whether times lie well before publication; without a date nothing is background."""
    if published is None or not intervals:
        return False
    return all(
        published - interval.last_day > _BACKGROUND_AGE or interval.granularity in _COARSE
        for interval in intervals
    )
