"""What stands around a time expression and says how to read it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from clashtag.analysis.dates.anchors import Anchor, NoDateError
from clashtag.analysis.dates.named_years import is_fresh, with_named_year
from clashtag.analysis.dates.phrases import read_phrase
from clashtag.analysis.dates.times_of_day import split_time_of_day
from clashtag.analysis.dates.words import FULL_WEEKDAY, MONTH, WEEKDAY, plain
from clashtag.analysis.findings import Interval

_WINDOW: Final = 60
_SENTENCE_WINDOW: Final = 120
_PARAGRAPH_WINDOW: Final = 1000
_LEAD = re.compile(
    r"(?:\b(?:since|until|till|by|before|after|as of|up to|between|from|late|early|earlier|later"
    r"|(?:end|start|beginning|middle) of) (?:(?:the|on|in|at|about|around) )*)+$",
    re.IGNORECASE,
)
# Weekdays in full: "he sat at dawn" and "the sun" name no day.
_DATE = (
    rf"(?:{FULL_WEEKDAY}|yesterday|today|tomorrow|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{4}}-\d\d-\d\d"
    rf"|(?:{FULL_WEEKDAY},? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {MONTH}|{MONTH}\.? \d{{1,2}})"
    r"(?:,? \d{4})?)"
)
_DATE_BEFORE = re.compile(rf"\b{_DATE},?(?: (?:at|around|about|from|in|the))* $", re.IGNORECASE)
_DATE_AFTER = re.compile(rf",?(?: (?:on|of|the))* {_DATE}\b", re.IGNORECASE)
_INTO_AFTER = re.compile(rf" (?:in)?to {FULL_WEEKDAY}\b", re.IGNORECASE)
_YEAR_AFTER = re.compile(r",? (?:(?:of )?(?:last|this|next) year|[12]\d{3})\b", re.IGNORECASE)
_LACKS_YEAR = re.compile(rf"(?:\d{{1,2}} )?{MONTH}")
_THE_BEFORE = re.compile(r"\bthe $", re.IGNORECASE)
_THE_LAST = re.compile(r"\bthe last (?P<unit>week|month|year|decade)$", re.IGNORECASE)
_ITS_END = re.compile(r" (?:of|before|in)\b")
_BOUND = re.compile(r"^(?:since|until|till|by|before|after|from) (?:the )?", re.IGNORECASE)
_DATE_OF_NOUN = re.compile(rf"(?:(?:\d{{1,2}} )?{MONTH}(?: \d{{4}})?|{WEEKDAY}|(?:19|20)\d\d)")
_NOUN_AFTER = re.compile(
    r" (?!(?:and|or|to|until|till|in|on|at|when|where|while|that|which|as|after|before|was|were|is"
    r"|has|had|have|of|with|from|by|near|for)\b)[a-z]"
)
_WHEN_AFTER = re.compile(r",? when\b")
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
    "on Monday"), the morning that a night leads into, and the year of a month. "The last year" is
    the past year, and not the calendar's last one.
    """
    words = text[start:end]
    before = re.sub(r"\s+", " ", text[max(0, start - _WINDOW) : start])
    after = re.sub(r"\s+", " ", text[end : end + _WINDOW])
    phrase = plain(words)
    if _NARRATED.search(before + words):
        return f"that {phrase}"
    the_last = _THE_LAST.search(before + words)
    if the_last and phrase == f"last {the_last['unit'].lower()}" and not _ITS_END.match(after):
        return phrase.replace("last", "past")
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
    dated = words + (tail[0] if tail else "")
    is_possessive = _POSSESSIVE.search(words) or after.startswith(("'", "’"))
    if _is_told_of(before, dated, after[len(dated) - len(words) :]):
        return plain(_BOUND.sub("", dated, count=1))
    lead = None if is_possessive else _LEAD.search(before)
    return plain(f"{lead[0] if lead else ''}{dated}")


def _is_told_of(before: str, dated: str, after: str) -> bool:
    """Whether a date is that of what follows it, and "since" is said of that.

    So it is in "since the August 2022 raid" and "since August 2022, when gunmen raided Harn".
    """
    date_words = _BOUND.sub("", dated, count=1)
    if _DATE_OF_NOUN.fullmatch(plain(date_words)) is None:
        return False
    is_after_the = _THE_BEFORE.search(before + dated[: -len(date_words)])
    return bool(_WHEN_AFTER.match(after) or (is_after_the and _NOUN_AFTER.match(after)))


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
            named = match
    if named is None:
        return None
    phrase = plain(named[0])
    interval = _read(phrase, published)
    dated = None if is_fresh(interval, published) else with_named_year(text, named.start(), phrase)
    interval = (_read(dated.phrase, published) if dated else None) or interval
    return None if interval is None else interval.first_day


def _read(phrase: str, published: date | None) -> Interval | None:
    try:
        return read_phrase(phrase, Anchor(published))
    except (NoDateError, OverflowError):
        return None
