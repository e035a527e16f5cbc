"""The time of day in a time expression: the clock ("14:30") or a part of the day ("morning")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from clashtag.analysis.dates.words import MONTH, UNIT

_PARTS: Final = {
    "early morning": r"(?:early|small|wee) hours(?: morning)?|early morning|pre-?dawn"
    r"|(?:(?:shortly|long) )?before (?:dawn|daybreak|sunrise|sunup|1st light)(?: prayers?)?",
    "dawn": r"(?:dawn|daybreak|sunrise|sunup|1st light|cock-?crow)(?: prayers?)?",
    "morning": r"(?:mid-?|late )?morning|forenoon|(?<!\d )am",
    "noon": r"(?:noon|mid-?day|lunch(?:-?time)?)(?: prayers?)?",
    "afternoon": r"(?:early |late |mid-?)?afternoon(?: prayers?)?|(?<!\d )pm",
    "dusk": r"(?:dusk|sunset|sundown|nightfall|twilight)(?: prayers?)?",
    "evening": r"(?:early |late )?evening(?: prayers?)?",
    "night": r"(?:late )?night(?:-?time)?|after dark",
    "midnight": r"midnight",
}
_LABELS: Final = tuple(_PARTS)
_LEAD: Final = r"(?:(?:(?:shortly|soon|long|little|minutes) )*(?:before|after|past) )??"
_PART = re.compile(
    rf"(?<![\w-]){_LEAD}(?:{'|'.join(f'({words})' for words in _PARTS.values())})(?: hours)?"
    r"(?![\w-])"
)
# Clock times are first rewritten: "14:30", or "02~30" where nothing says which half of the day.
_DIGITS = re.compile(
    r"(?<![\w:./-])(?:"
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d))?(?: oclock)? ?(?P<half>am|pm)"
    r"|(?P<hour24>\d{1,2})(?:[:h](?P<minute24>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?|h)"
    r"(?: ?(?:hrs?|hours|z|gmt|utc)|\+\d\d:?\d\d)?"
    r"|(?P<military>[0-2]\d)[.:]?(?P<military_minute>[0-5]\d) ?(?:hrs?|hours|h|z|gmt|utc)"
    r"|(?P<dotted>\d{1,2})\.(?P<dotted_minute>[0-5]\d)(?!\.)"
    r")(?![\w:])"
)
_WORDS = re.compile(
    r"(?<![\w:./-])(?:(?P<fraction>half|quarter|5|10|20|25)(?: minutes?)? (?P<side>past|to) "
    rf"(?P<hour>\d{{1,2}})(?! (?:{MONTH}|{UNIT}s?)\b)(?: oclock)?"
    r"|(?P<sharp>\d{1,2})(?: oclock|(?= (?:morning|noon|afternoon|evening|night|midnight)\b))"
    r")(?![\w:-])"
)
_DATE_ENDING = re.compile(rf"\b{MONTH} ?$")
_CLOCK = r"\d\d[:~]\d\d"
_CLOCKS = re.compile(
    rf"(?<![\w:~-]){_LEAD}(?:from |between )?({_CLOCK})"
    rf"(?: ?(?:to|and|until|till|-) ?({_CLOCK}))?(?![\w:~])"
)
_AFTER_NOON: Final = frozenset({"afternoon", "dusk", "evening"})


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """An hour ("14:30", "17:00-19:30") or a part of the day ("early morning", "dusk").

    `label` is None where the clock time may belong to either half of the day.
    """

    label: str | None
    granularity: Literal["hour", "part_of_day"]


def split_time_of_day(phrase: str) -> tuple[TimeOfDay | None, str]:
    """Take the time of day out of a plain time expression; return it and what is left."""
    rest = _WORDS.sub(_from_words, _DIGITS.sub(_from_digits, phrase))
    clocks = _CLOCKS.search(rest)
    rest = _without(rest, clocks)
    part = _PART.search(rest)
    rest = _without(rest, part)
    label = None if part is None or part.lastindex is None else _LABELS[part.lastindex - 1]
    if clocks is None or label in {"noon", "midnight"}:
        return None if label is None else TimeOfDay(label, "part_of_day"), rest
    times = [_clock_label(clock, label) for clock in clocks.groups() if clock]
    exact = "-".join(time for time in times if time)
    if exact.count(":") < len(times):
        return TimeOfDay(label, "part_of_day"), rest
    return TimeOfDay(exact, "hour"), rest


def _from_digits(match: re.Match[str]) -> str:
    hours = match["hour"] or match["hour24"] or match["military"] or match["dotted"]
    minutes = match["minute"] or match["minute24"] or match["military_minute"]
    hour, minute = int(hours), int(minutes or match["dotted_minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return match[0]
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 else match[0]


def _from_words(match: re.Match[str]) -> str:
    hour = int(match["hour"] or match["sharp"])
    is_bare = match[0].isdecimal()
    if not 1 <= hour <= 12 or (is_bare and _DATE_ENDING.search(match.string[: match.start()])):
        return match[0]
    minutes = {None: 0, "half": 30}.get(match["fraction"], 15)
    if match["fraction"] and match["fraction"].isdecimal():
        minutes = int(match["fraction"])
    if match["side"] == "to":
        hour, minutes = (hour - 2) % 12 + 1, 60 - minutes
    return f"{hour:02}~{minutes:02}"


def _clock_label(clock: str, part: str | None) -> str | None:
    """Return a clock time in 24 hours, or None where its half of the day is open."""
    hour, minute = int(clock[:2]), clock[3:]
    is_open = "~" in clock
    if part in _AFTER_NOON or (part == "night" and hour >= 6):
        hour = hour + 12 if hour < 12 else hour
        hour = 0 if hour == 12 and part == "night" else hour
    elif is_open and part is None:
        return None
    elif is_open and hour == 12:
        hour = 0
    return f"{hour:02}:{minute}"


def _without(phrase: str, match: re.Match[str] | None) -> str:
    if match is None:
        return phrase
    return " ".join(f"{phrase[: match.start()]} {phrase[match.end() :]}".split())
