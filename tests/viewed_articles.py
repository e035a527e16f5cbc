"""Articles with events for tests of views, written down or drawn at random."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import Analysis
from clashtag.records import Argument, Event, Record, Span

PUBLISHED = date(2026, 6, 12)
RAID = (
    "Gunmen overrun post near Harn\n"
    "\n"
    "Gunmen attacked an army post near Harn on Thursday night, killing seven soldiers, the ministry"
    " said. The Lynx Brigade claimed the raid.\n"
    "Elsewhere, the rebels could shell a town."
)


def span(text: str, words: str) -> tuple[int, int, str]:
    """Return where words first stand in a text."""
    start = text.index(words)
    return start, start + len(words), words


def event(text: str, label: str, trigger: str, status: str = "actual", **roles: str) -> Event:
    """Return an event whose trigger and arguments are the first of such words in a text."""
    arguments = tuple(Argument(role, *span(text, words)) for role, words in roles.items())
    return Event(label, Span(*span(text, trigger)), arguments, status)


def raid_record() -> Record:
    """Return an article of five mentions in two incidents, one of them feared only."""
    return Record(
        RAID,
        id="raid.txt",
        events=(
            event(RAID, "territory", "overrun", agent="Gunmen", target="post", place="Harn"),
            event(
                RAID,
                "attack",
                "attacked",
                agent="Gunmen",
                target="army post",
                place="Harn",
                time="Thursday night",
            ),
            event(RAID, "death", "killing", victim="seven soldiers", time="Thursday night"),
            event(RAID, "attack", "raid", claimant="Lynx Brigade"),
            event(RAID, "shelling", "shell", "other", agent="rebels", target="town"),
        ),
    )


def raid() -> Analysis:
    """Return the analysis of `raid_record`."""
    return analyse(raid_record(), published=PUBLISHED)


def records(max_characters: int = 60, max_events: int = 4) -> st.SearchStrategy[Record]:
    """Draw records of any text whose events overlap in any way."""
    return st.text(max_size=max_characters).flatmap(lambda text: _records_of(text, max_events))


def _records_of(text: str, max_events: int) -> st.SearchStrategy[Record]:
    if not text:
        return st.just(Record(text))
    bounds = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))
    )
    roles = st.sampled_from(["agent", "victim", "place", "time", "claimant", 'un"heard <of>'])
    arguments = st.tuples(roles, bounds).map(
        lambda drawn: Argument(drawn[0], *drawn[1], text[slice(*drawn[1])])
    )
    types = st.sampled_from(["attack", "death", "agreement", 'un"heard <of>'])
    events = st.builds(
        lambda label, trigger, found, status: Event(
            label, Span(*trigger, text[slice(*trigger)]), tuple(found), status
        ),
        types,
        bounds,
        st.lists(arguments, max_size=4),
        st.sampled_from(["actual", "other", None, "<rumoured>"]),
    )
    return st.lists(events, max_size=max_events).map(
        lambda drawn: Record(text, id="<i>", events=tuple(drawn))
    )
