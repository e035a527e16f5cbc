"""The one time that a sentence names for an event whose mention has none tagged."""

from __future__ import annotations

import re

from clashtag.analysis.dates.words import FULL_WEEKDAY, MONTH_ABBREVIATIONS, MONTH_NAMES
from clashtag.analysis.text.passages import Passages
from clashtag.records import Span

_WEEKDAY = rf"{FULL_WEEKDAY}(?: (?:morning|afternoon|evening|night))?"
_MONTH = rf"(?:{'|'.join((*MONTH_NAMES, *MONTH_ABBREVIATIONS))})"
_TIME = re.compile(
    rf"\b(?:(?:[Ll]ast |[Ll]ate on |[Ee]arly on )?{_WEEKDAY}|[Yy]esterday|[Ll]ast night"
    r"|[Oo]vernight"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?: \d{{4}})?"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
    r"|(?:(?<=on the )|(?<=On the ))\d{1,2}(?:st|nd|rd|th)(?= [a-z]|[,.;])"
    rf"|(?:[Ll]ast |(?<=[Ii]n )){_MONTH}(?: \d{{4}})?)\b(?!['’]s)"
)
_CLOCK = r"\d{1,2}[:.]\d\d(?: ?[–-] ?\d{1,2}[:.]\d\d)?(?: ?(?:hrs?|hours))?"
_BULLET = r"(?:[•*–—-] ?)?"
_HEADING = re.compile(
    rf"{_BULLET}(?P<date>(?:{_WEEKDAY},? )?(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}"
    rf"|{_MONTH}\.? \d{{1,2}})(?:,? \d{{4}})?|{_WEEKDAY})(?:,? (?:at )?{_CLOCK})?"
    r"(?: ?[.:–—] ?(?=\s)| \(|\s*$)"
)
_CLOCK_HEADING = re.compile(rf"{_BULLET}{_CLOCK}[.:,]? ")
_LISTED = re.compile(r"[•*–—-]")
_DATELINE = re.compile(
    r"[A-Z]{2}[\w'’.-]*(?:(?:,? | / )(?:[A-Z(][\w'’.)-]*|\d{1,4}|of|and|del?|la|el))*"
    r",? ?(?<![-–—])[-–—]+ "
)
_SAID_THEN = re.compile(
    r"\b(?:said|says|told|announced|reported|added|stated|statement|according)\b[^,;.]{0,40}$"
)
_APART = re.compile(
    r"[;:—–]| - |, (?:and|but)\b|\b(?:after|before|since|following|until|till|while|when|where|who"
    r"|whom|which|whose|ago|earlier|later|then|had|has|have|that|under|from)\b"
)
_OTHER_TIME = re.compile(
    r"\b(?:ago|earlier|later|weeks?|months?|years?|days|since|morning|afternoon|evening|night|then|now"
    r"|spring|summer|autumn|winter|(?:19|20)\d\d|has|have|had|will|would|could|may)\b"
)
_OPEN_END = re.compile(r"\b(?:by|until|till|since|before|after) (?:the )?$", re.IGNORECASE)
_REFERENCE = re.compile(r"\b(?:during|after|before|since|of|over|about) (?:the|this|that) $")
_MAX_SENTENCES_BACK = 3
_OPENING_CHARACTERS = 15


def time_beside(passages: Passages, trigger: Span) -> Span | None:
    """Return the time in the clause of an event's trigger, if its sentence names just that one.

    A dateline's date and the day on which somebody said it are not the event's.
    """
    start, end = passages.sentence_bounds(trigger.start)
    time = _only_time(passages.text, start, end)
    if time is None or _REFERENCE.search(passages.text, start, trigger.start):
        return None
    first, last = sorted((time.start, trigger.start))
    return None if _APART.search(passages.text, first, last) else time


def time_set_before(passages: Passages, trigger: Span) -> Span | None:
    """Return the time that opens an earlier sentence of the paragraph, as stories set the scene.

    "On Monday gunmen came. They shot two guards." It holds until another time is named or the
    story turns to what has been or will be.
    """
    text, number = passages.text, passages.sentence_of(trigger.start)
    paragraph, _ = passages.paragraph_bounds(trigger.start)
    for at in range(number, max(-1, number - 1 - _MAX_SENTENCES_BACK), -1):
        start, end = passages.sentence_bounds(passages.sentence_starts[at])
        if start < paragraph:
            return None
        if at < number and (time := _only_time(text, start, end)):
            return time if time.start - start <= _OPENING_CHARACTERS else None
        if _OTHER_TIME.search(text, start, end) or _TIME.search(text, start, end):
            return None
    return None


def time_of_entry(passages: Passages, trigger: Span) -> Span | None:
    """Return the date that heads the entry of a chronology, for an event that the entry tells.

    The date opens the paragraph ("12 June: ...") or stands alone on a line before it or its list.
    An entry that opens with the hour alone is of the day of the entry before it. Where the
    paragraph names another time before the event's sentence ends, the date does not hold.
    """
    text, number = passages.text, passages.paragraph_of(trigger.start)
    start = passages.paragraph_starts[number]
    _, end = passages.sentence_bounds(trigger.start)
    heading = _heading(passages, number)
    first = start if heading is None else heading.end
    if first > trigger.start or _TIME.search(text, first, end):
        return None
    while heading is None and number > 0:
        is_clock = _CLOCK_HEADING.match(text, passages.paragraph_starts[number]) is not None
        is_listed = _LISTED.match(text, passages.paragraph_starts[number]) is not None
        number -= 1
        before = _heading(passages, number)
        if before and (is_clock or _is_alone(passages, number, before)):
            heading = before
        elif before or not (is_clock or is_listed):
            return None
    return heading


def _heading(passages: Passages, paragraph: int) -> Span | None:
    """Return the date that a paragraph opens with, as a heading; the headline has none."""
    start, end = passages.paragraph_bounds(passages.paragraph_starts[paragraph])
    last = start + len(passages.text[start:end].rstrip())
    opening = _HEADING.match(passages.text, start, last)
    if opening is None or paragraph == 0 or after_dateline(passages.text, start, end) > start:
        return None
    return Span(*opening.span("date"), opening["date"])


def _is_alone(passages: Passages, paragraph: int, heading: Span) -> bool:
    _, end = passages.paragraph_bounds(passages.paragraph_starts[paragraph])
    return not re.search(r"[^\W\d]", passages.text[heading.end : end])


def no_time_between(text: str, first: int, last: int) -> bool:
    """Whether nothing between two offsets says that a story goes on at another time."""
    return not (_TIME.search(text, first, last) or _OTHER_TIME.search(text, first, last))


def _only_time(text: str, start: int, end: int) -> Span | None:
    found = list(_TIME.finditer(text, after_dateline(text, start, end), end))
    if len(found) != 1:
        return None
    time = found[0]
    if _SAID_THEN.search(text, start, time.start()) or _OPEN_END.search(text, start, time.start()):
        return None
    return Span(time.start(), time.end(), time.group())


def after_dateline(text: str, start: int, end: int) -> int:
    """Return where a paragraph goes on after its dateline ("HARN, June 12 - "), else its start."""
    opening = _DATELINE.match(text, start, end)
    return opening.end() if opening else start
