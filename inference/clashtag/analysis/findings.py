"""What is read out of a tagged article: entities, quantities, dates and incidents.

Every finding keeps the spans it was read from, so that each can be traced to its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from clashtag.records import Record, Span

Granularity = Literal[
    "hour", "part_of_day", "day", "weekend", "week", "month", "season", "year", "period"
]
Outcome = Literal["killed", "injured", "abducted", "detained", "displaced"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as the text gives it; None is an open end, as in "at least 26".

    `words` are the words that were read as the number.
    """

    minimum: int | None
    maximum: int | None
    approximate: bool
    words: Span


@dataclass(frozen=True, slots=True)
class Interval:
    """The days `first_day` to `last_day`, both included, and how finely the text dates them.

    `time_of_day` is the part of the day or the hour where the text names one ("morning",
    "14:30").
    """

    first_day: date
    last_day: date
    granularity: Granularity
    time_of_day: str | None = None


@dataclass(frozen=True, slots=True)
class ResolvedTime:
    """A time expression with the interval it stands for, or the reason why it has none.

    `year` are the words before it that its year was taken from, where it names none itself.
    """

    words: Span
    interval: Interval | None
    reason: str | None = None
    year: Span | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """Mentions of one actor, place or thing in an article, joined.

    `name` is the most informative mention's text, `mentions` are all of them in text order, and
    `canonical` is the name that the alias table knows it by.
    """

    name: str
    mentions: tuple[Span, ...]
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class Toll:
    """One count of people harmed, as one event mention gives it.

    `victims` is the argument that was counted, the stretch from the first to the last of several
    that were added, or the number's own words where no argument holds it. `source` is who is said
    to have given the number, and `event` the index of the mention in the record's events.
    """

    outcome: Outcome
    quantity: Quantity
    victims: Span
    event: int
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An event type and sub-event type (or mode) of a codebook; a blank one has its reason."""

    event_type: str | None
    sub_type: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One happening: the event mentions that tell of it, merged.

    `events` are indexes into the record's events in text order; `lead` is the one that names the
    incident. `roles` holds entities, the most informative first; `places` runs from the narrowest
    place to the widest. `tolls` keeps conflicting counts side by side.
    """

    id: str
    type: str
    status: str | None
    lead: int
    events: tuple[int, ...]
    roles: Mapping[str, tuple[Entity, ...]]
    places: tuple[Entity, ...] = ()
    times: tuple[ResolvedTime, ...] = ()
    interval: Interval | None = None
    tolls: tuple[Toll, ...] = ()
    sources: tuple[Span, ...] = ()
    acled: Code | None = None
    plover: Code | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """A tagged article with its incidents, most important first, and its actors.

    `reading` is the record as the analysis reads it, which exports match incidents against: the
    same events, their arguments cleaned and completed.
    """

    record: Record
    published: date | None
    incidents: tuple[Incident, ...]
    actors: tuple[Entity, ...]
    reading: Record

    def _repr_html_(self) -> str:
        """Show the analysis in a notebook."""
        from clashtag.formats.html import notebook_html  # noqa: PLC0415 - a view of this module

        return notebook_html(self)
