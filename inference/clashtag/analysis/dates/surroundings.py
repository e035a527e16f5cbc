"""What stands around a time expression and says how to read it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from clashtag.analysis.dates.anchors import Anchor, NoDateError
from clashtag.analysis.dates.phrases import read_phrase
from clashtag.analysis.dates.times_of_day import split_time_of_day
from clashtag.analysis.dates.words import MONTH, WEEKDAY, plain

_WINDOW: Final = 60
_SENTENCE_WINDOW: Final = 120
_PARAGRAPH_WINDOW: Final = 1000
_LEAD = re.compile(
    r"(?:\b(?:since|until|till|by|before|after|as of|up to|between|from|late|early|earlier|later"
    r"|(?:end|start|beginning|middle) of) (?:(?:the|on|in|at|about|around) )*)+$",
    re.IGNORECASE,
)
# In full: "he sat at dawn" and "the sun" name no day.
_FULL_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DATE = (
    rf"(?:{_FULL_WEEKDAY}|yesterday|today|tomorrow|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{4}}-\d\d-\d\d"
    rf"|(?:{_FULL_WEEKDAY},? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {MONTH}|{MONTH}\.? \d{{1,2}})"
    r"(?:,? \d{4})?)"
)
_DATE_BEFORE = re.compile(rf"\b{_DATE},?(?: (?:at|around|about|from|in|the))* $", re.IGNORECASE)
_DATE_AFTER = re.compile(rf",?(?: (?:on|of|the))* {_DATE}\b", re.IGNORECASE)
_INTO_AFTER = re.compile(rf" (?:in)?to {_FULL_WEEKDAY}\b", re.IGNORECASE)
_YEAR_AFTER = re.compile(r",? (?:(?:of )?(?:last|this|next) year|[12]\d{3})\b", re.IGNORECASE)
_LACKS_YEAR = re.compile(rf"(?:\d{{1,2}} )?{MONTH}")
_POSSESSIVE = re.compile(r"['’]s?$")
_NARRATED = re.compile(
    rf"\bon the {WEEKDAY}(?: (?:morning|afternoon|evening|night))?$", re.IGNORECASE
)
_PLANNED = re.compile(
    r"(?:\b(?:will|shall|would|going to|(?:is|are) to|(?:expected|likely) to|scheduled|slated"
    r"|threatens? to|plans? to|planning to|(?:announced|called|planned|set) for|to be held"
    r"|to take place"
    r"|(?:ends?|expires?|begins?|starts?|opens?) (?:on|in|at)"
    r"|due (?:on|in|back|to (?:be|begin|start|open|leave|arrive|resume|meet|expire|end|return|go"
    r"|run|appear|stand|take|hold)))\b|\w[’']ll\b)"
    r"(?P<rest>[^.!?:;\n]*)$",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:said|says?|told|announced|reported|warned|added|confirmed|declared|stated|according)\b"
)
_NAMED = re.compile(
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? )?\b(?P<month>{MONTH})\b\.?"
    r"(?: \d{1,2}(?:st|nd|rd|th)?\b)?(?:,? [12]\d{3}\b)?",
    re.IGNORECASE,
)


def expression_at(text: str, start: int, end: int) -> str:
    """Return the plain form of a span with the words beside it that belong to its date.

    Those are words such as "since" and "late on" before it, the day of a time of day ("noon" +
    "on Monday"), the morning that a night leads into, and the year of a month.
    """
    words = text[start:end]
    before = re.sub(r"\s+", " ", text[max(0, start - _WINDOW) : start])
    after = re.sub(r"\s+", " ", text[end : end + _WINDOW])
    phrase = plain(words)
    if _NARRATED.search(before + words):
        return f"that {phrase}"
    tail = None
    if phrase == "overnight":
        tail = _INTO_AFTER.match(after)
    elif _LACKS_YEAR.fullmatch(phrase):
        tail = _YEAR_AFTER.match(after)
    elif split_time_of_day(phrase)[1] == "":
        tail = _DATE_AFTER.match(after)
        head = None if tail else _DATE_BEFORE.search(before)
        if head:
            return plain(f"{head[0]} {words}")
    is_possessive = _POSSESSIVE.search(words) or after.startswith(("'", "’"))
    lead = None if is_possessive else _LEAD.search(before)
    return plain(f"{lead[0] if lead else ''}{words}{tail[0] if tail else ''}")


def is_planned(text: str, start: int) -> bool:
    """Whether the sentence up to `start` speaks of what is to come.

    A verb of saying after the cue takes the date for itself: "will withdraw, he said on Monday".
    """
    cue = _PLANNED.search(text[max(0, start - _SENTENCE_WINDOW) : start])
    return cue is not None and _REPORTED.search(cue["rest"]) is None


def named_before(text: str, start: int, published: date | None) -> date | None:
    """Return the day, or first day of the month, that the paragraph named last before `start`."""
    named = None
    window = max(0, start - _PARAGRAPH_WINDOW)
    paragraph = max(window, text.rfind("\n", window, start))
    for match in _NAMED.finditer(text, paragraph, start):
        if match["month"][0].isupper():
            named = match[0]
    if named is None:
        return None
    try:
        interval = read_phrase(plain(named), Anchor(published))
    except (NoDateError, OverflowError):
        return None
    return None if interval is None else interval.first_day
