"""The arguments of events as the analysis reads them.

A tagger cuts a phrase in the wrong place at times: "Odrel and", "settlement of", "2nd". Here, and
nowhere else, such edges are mended and what cannot play its role is left out. The record itself
keeps the spans as they were tagged.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from clashtag.analysis.arguments.mention_times import with_named_times
from clashtag.analysis.arguments.untagged_times import after_dateline
from clashtag.analysis.dates.words import WEEKDAY
from clashtag.analysis.kinds import PLACE, TIME, VICTIM
from clashtag.analysis.quantities.read import number_after
from clashtag.analysis.text.passages import Passages, passages_of
from clashtag.analysis.text.word_lists import word_set
from clashtag.records import Argument, Event, Record, Span

_FUNCTION_WORDS = word_set(
    "and or but nor the a an of in on at to from for by with near between against into than as who"
    " whom which whose that while when where was were is are be been has have had his her its their"
    " incl including"
)
_MARKS = r"[\s,;:.!?–—-]"
_LEADING = re.compile(
    rf"(?:{_MARKS}|(?:and|or|but|nor|of|in|on|by|from|to|with|near|for|as|at(?! (?:least|most)))"
    r"\s+)+"
)
# Of reversed text, since a search from the left takes quadratic time on runs of spaces.
_BACKWARDS = "|".join(sorted(word[::-1] for word in _FUNCTION_WORDS))
_TRAILING = re.compile(rf"[\s,;:–—-]*(?:(?:{_BACKWARDS})(?=\s){_MARKS}+)*")
_ENDS_IN_OF = re.compile(r"\bof\s*$")
_REST_AFTER_OF = re.compile(
    r"[ \t]*\b(?:(?:them|us|whom|those|these)\b|(?:the )?[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)"
)
_DAY = rf"(?:{WEEKDAY}|yesterday|today|tomorrow|tonight|\d{{1,2}}(?:st|nd|rd|th))"
_ONLY_A_DAY = re.compile(rf"(?:(?i:{_DAY})|(?:19|20)\d\d)")
_DAY_BEFORE = re.compile(r"\d{1,2}(?:st|nd|rd|th) (?=[a-z])")
_OPENS_DATE = re.compile(r"\b(?:on|by|since|until|from|before|after) the $", re.IGNORECASE)
_TOLD_ON = re.compile(
    r"(?<!was )(?<!were )(?<!is )(?<!are )(?<!been )\b(?:said|says|told \w+|claimed|stated)"
    r"(?: late| early)?(?: on)? $"
)
_ARTICLE = re.compile(r"\b(?:[Aa]n?|[Tt]he|[Ii]ts|[Tt]heir|['’]s) $")
_OF_REPORT = re.compile(r" (?:[\w-]+ )?(?:report|survey|study|inquiry)\b")
_THING = re.compile(
    r"(?:(?!(?:in|from|on|with|aboard|by|and|or|of|near|at)\b)[\w'’.-]+[ ,]+)*?"
    r"(?:(?:head|herds?|flocks?|dozens|scores|hundreds|thousands|sums?|bags?) of (?:[\w'’-]+ )*?)?"
    r"(?:trucks?|lorr(?:y|ies)|cars?|vans?|vehicles?|pick-?ups?|motor(?:cycle|bike)s?|tractors?"
    r"|cattle|cows?|goats?|sheep|camels?|livestock|money|cash|guns?|rifles?|weapons?)",
    re.IGNORECASE,
)
_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
_LINE = re.compile(r"[^\s][^\n]*")
_GAP = re.compile(r"[ \t]+")
_MAX_CHARACTERS = 80
_MAX_TELLING_CHARACTERS = 40

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CleanRecord(Record):
    """A record whose arguments are clean, which cleaning leaves as it is."""


def clean_arguments(record: Record) -> CleanRecord:
    """Return a record whose arguments have clean edges; events keep their order and triggers.

    Of an argument that runs over several lines the one nearest to its trigger is kept, without the
    function words, commas and unpaired quotes at its edges. Pieces of one phrase are joined, and a
    span inside a longer one of its role takes the longer one. Left out are function words alone, a
    day anywhere but as a time ("2nd"), a number as a place, the date of a dateline, the trigger
    itself as its victim, and trucks, cattle or money as those abducted. A mention without a time
    takes the one that the text names for it.
    """
    if isinstance(record, CleanRecord):
        return record
    text, passages = record.text, passages_of(record.text)
    lines = [_on_one_line(text, event) for event in record.events]
    near = [_without_far(passages, event) for event in lines]
    edged = [_clean_event(text, event) for event in near]
    widest = _widest(argument for event in edged for argument in event.arguments)
    widened = [_widened(text, event, widest) for event in edged]
    cut = [_without_things(_without_triggers(text, event)) for event in widened]
    values = {field.name: getattr(record, field.name) for field in fields(Record)}
    return CleanRecord(**values | {"events": with_named_times(passages, cut)})


def _on_one_line(text: str, event: Event) -> Event:
    """Cut arguments that run over several lines to the one that is nearest to the trigger."""
    return replace(
        event, arguments=tuple(_cut_to_line(text, one, event.trigger) for one in event.arguments)
    )


def _cut_to_line(text: str, argument: Argument, trigger: Span) -> Argument:
    lines = [line.span() for line in _LINE.finditer(text, argument.start, argument.end)]
    if not lines:
        return argument
    nearest = min(lines, key=lambda line: max(trigger.start - line[1], line[0] - trigger.end))
    return _at(text, argument, nearest)


def _without_far(passages: Passages, event: Event) -> Event:
    """Leave out what stands in a later sentence or another paragraph than its trigger.

    A dateline's date is left out as well: it is the day of the report, as is that of "said on
    Monday" and "a 2022 report". A headline is told in full
    by the paragraph after it, whose places and times hold for the rest of the article too.
    """
    kept = tuple(
        one
        for one in event.arguments
        if _is_in_reach(passages, one, event.trigger.start)
        and not _is_dateline(passages, one)
        and not _dates_telling(passages.text, one)
    )
    return replace(event, arguments=kept)


def _is_dateline(passages: Passages, argument: Argument) -> bool:
    start, end = passages.paragraph_bounds(argument.start)
    return argument.role == TIME and argument.end <= after_dateline(passages.text, start, end)


def _dates_telling(text: str, argument: Argument) -> bool:
    if argument.role != TIME:
        return False
    before = text[max(0, argument.start - _MAX_TELLING_CHARACTERS) : argument.start]
    if _ARTICLE.search(before):
        return _OF_REPORT.match(text, argument.end) is not None
    is_possessive = text.startswith(("'s", "’s"), argument.end)
    return _TOLD_ON.search(before) is not None and not is_possessive


def _is_in_reach(passages: Passages, argument: Argument, trigger: int) -> bool:
    if passages.opens_article(argument.start):
        if passages.opens_article(trigger):
            is_headline = passages.paragraph_of(trigger) == 0
            return is_headline or argument.start < passages.sentence_bounds(trigger)[1]
        return argument.role in (TIME, PLACE)
    first, _ = passages.paragraph_bounds(trigger)
    return first <= argument.start < passages.sentence_bounds(trigger)[1]


def _clean_event(text: str, event: Event) -> Event:
    kept: list[Argument] = []
    for argument in sorted(event.arguments, key=lambda one: (one.role, one.start, one.end)):
        bounds = _clean_bounds(text, argument)
        if bounds is None:
            continue
        before = kept[-1] if kept and kept[-1].role == argument.role else None
        if before and _GAP.fullmatch(text, before.end, bounds[0]):
            kept[-1] = _at(text, before, (before.start, bounds[1]))
        else:
            kept.append(_at(text, argument, bounds))
    return replace(event, arguments=tuple(sorted(kept, key=lambda one: (one.start, one.end))))


def _clean_bounds(text: str, argument: Argument) -> Bounds | None:
    start, end = argument.start, argument.end
    opening = _LEADING.match(text, start, end)
    start = opening.end() if opening else start
    start, end = _without_unpaired(text, start, end)
    rest = _REST_AFTER_OF.match(text, end) if _ENDS_IN_OF.search(text[start:end]) else None
    if rest and argument.role != TIME:
        end = rest.end()
    trailing = _TRAILING.match(text[start:end][::-1])
    end -= trailing.end() if trailing else 0
    if argument.role != TIME and _OPENS_DATE.search(text, max(0, start - 10), start):
        day = _DAY_BEFORE.match(text, start, end)
        start = day.end() if day else start
    if start >= end or not _can_play(text, start, end, argument.role):
        return None
    return start, end


def _without_unpaired(text: str, start: int, end: int) -> Bounds:
    """Leave out a quotation mark or bracket at an edge whose partner is outside."""
    for opening, closing in _QUOTES:
        words = text[start:end]
        is_paired = words.count(opening) == words.count(closing)
        if opening == closing:
            is_paired = words.count(opening) % 2 == 0
        if not is_paired and words.startswith(opening):
            start += 1
        elif not is_paired and words.endswith(closing):
            end -= 1
    return start, end


def _can_play(text: str, start: int, end: int, role: str) -> bool:
    words = text[start:end]
    if not any(character.isalnum() for character in words) or words.lower() in _FUNCTION_WORDS:
        return role not in (TIME, PLACE) and words.lower() in {"who", "whom", "that"}
    if role == TIME:
        return True
    if _ONLY_A_DAY.fullmatch(words):
        return False
    return role != PLACE or not _is_number(text, start, end)


def _is_number(text: str, start: int, end: int) -> bool:
    words = text[start:end]
    quantity = number_after(words, 0)
    return quantity is not None and quantity.words.end == len(words)


def _widest(arguments: Iterable[Argument]) -> dict[str, list[Bounds]]:
    """Return the longest of the spans that overlap, by role and in text order."""
    spans: dict[str, set[Bounds]] = {}
    for one in arguments:
        if one.end - one.start <= _MAX_CHARACTERS:
            spans.setdefault(one.role, set()).add((one.start, one.end))
    return {role: list(_longest(sorted(of))) for role, of in spans.items() if role != TIME}


def _longest(spans: list[Bounds]) -> Iterator[Bounds]:
    kept: Bounds | None = None
    for span in spans:
        if kept is None or span[0] >= kept[1]:
            if kept is not None:
                yield kept
            kept = span
        elif span[1] - span[0] > kept[1] - kept[0]:
            kept = span
    if kept is not None:
        yield kept


def _widened(text: str, event: Event, widest: dict[str, list[Bounds]]) -> Event:
    found: dict[tuple[str, int, int], Argument] = {}
    for one in event.arguments:
        start, end = _around(one, widest.get(one.role, []))
        found.setdefault((one.role, start, end), _at(text, one, (start, end)))
    return replace(event, arguments=tuple(found.values()))


def _around(argument: Argument, spans: list[Bounds]) -> Bounds:
    """Return the span that holds an argument; none of the spans overlap."""
    at = bisect_right(spans, argument.start, key=lambda bounds: bounds[0]) - 1
    is_inside = at >= 0 and argument.end <= spans[at][1]
    return spans[at] if is_inside else (argument.start, argument.end)


def _without_things(event: Event) -> Event:
    """Leave out what is stolen of those abducted: "they took two men and 40 head of cattle"."""
    if event.type != "abduction":
        return event
    kept = (one for one in event.arguments if one.role != VICTIM or not _THING.fullmatch(one.text))
    return replace(event, arguments=tuple(kept))


def _without_triggers(text: str, event: Event) -> Event:
    """Leave the trigger out at a victim's end: of "seventeen arrests" only the number is people."""
    cut = (_without_trigger(text, argument, event.trigger) for argument in event.arguments)
    return replace(event, arguments=tuple(argument for argument in cut if argument is not None))


def _without_trigger(text: str, argument: Argument, trigger: Span) -> Argument | None:
    if argument.role != VICTIM or trigger.end != argument.end or trigger.start < argument.start:
        return argument
    end = argument.start + len(text[argument.start : trigger.start].rstrip())
    is_counted = end > argument.start and _is_number(text, argument.start, end)
    return _at(text, argument, (argument.start, end)) if is_counted else None


def _at(text: str, argument: Argument, bounds: Bounds) -> Argument:
    start, end = bounds
    if (start, end) == (argument.start, argument.end):
        return argument
    return replace(argument, start=start, end=end, text=text[start:end])
