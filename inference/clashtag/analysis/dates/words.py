"""The vocabulary of English time expressions and their plain form."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MONTH_NAMES: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTH_ABBREVIATIONS: Final = (*(name[:3] for name in MONTH_NAMES if name != "May"), "Sept")
MONTH_WORDS: Final = frozenset(name.lower() for name in (*MONTH_NAMES, *MONTH_ABBREVIATIONS))
FULL_WEEKDAY: Final = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
WEEKDAY: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
SEASON: Final = r"(?:spring|summer|autumn|winter)"
UNIT: Final = r"(?:minute|hour|day|night|week|month|year|decade)"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = tuple(name[:3].lower() for name in MONTH_NAMES)
_DIGITS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINAL_DIGITS: Final = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth"),
)
_ORDINALS: Final = (
    *_ORDINAL_DIGITS,
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth"),
    *("fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
    *(f"twenty-{digit}" for digit in _ORDINAL_DIGITS),
    *("thirtieth", "thirty-first"),
)
_ORDINAL_WORD = re.compile(rf"\b(?:{'|'.join(reversed(_ORDINALS))})\b")
_CARDINAL_WORD = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[ -]({'|'.join(_DIGITS)}))?"
    rf"|({'|'.join(reversed(_DIGITS + _TEENS))}))\b"
)
_PART = r"(?:morning|afternoon|evening|night)"
_MONTH_DAY = r"(\d{1,2}(?:st|nd|rd|th)?)"
_SPELLING: Final = (
    (re.compile(r"[‐‑‒–—−]"), "-"),
    (re.compile(r"[‘’ʼ`]"), "'"),
    (re.compile(r"\b([ap])\.\s?m\b\.?"), r"\1m"),
    (re.compile(r"(?<=\d)t(?=\d\d:)"), " "),
    (re.compile(r"\bo'clock\b"), " oclock"),
    (re.compile(r"(?<=\d0)'s\b"), "s"),
    (re.compile(r"(?<=\w)'s?(?!\w)"), ""),
    (re.compile(rf"\b({MONTH}), ?(?=(?:0\d|1[0-8])[0-5]\d\b)(\d\d)"), r"\1 \2:"),
    (re.compile(rf"(?<=\d )({MONTH}), ?(?=19[0-5]\d\b)"), r"\1 year or hour "),
    (re.compile(r"(?<=[a-z])\.|\.(?!\S)|[,;()\[\]\"“”«»]"), " "),
    (re.compile(rf"\b(?:one|an?|some) (?={_PART}\b)"), ""),
    (re.compile(r"\b(?:most|much|all|parts?|rest|remainder) of "), ""),
    (re.compile(rf"^through (?=(?:the )?(?:weekend|{UNIT}|{SEASON})\b)"), ""),
    (re.compile(r"(?:(?<=\d)|(?<=[ap]m)) (?:[a-z]+ )?time\b"), ""),
    (re.compile(r"\bof the (?=month\b)"), "this "),
)
_WORDING: Final = (
    (re.compile(rf"\ban? (?={UNIT}\b)"), "1 "),
    (re.compile(r"\b(?:an? )?fortnight\b"), "2 weeks"),
    (
        re.compile(
            r"\b(?:at|around|about|towards?|(?:little|shortly|just|soon) (?:after|before|past))"
            r"(?: around| about)? (\d{1,2})"
            rf"(?=$| (?:in|at|on|yesterday|today|tomorrow|{WEEKDAY})\b)"
        ),
        r"\1 oclock",
    ),
    (re.compile(r"\blast (?=night\b|evening\b)"), "yesterday "),
    (re.compile(r"\bnight before last\b"), "day before yesterday night"),
    (re.compile(r"\btonight\b"), "today night"),
    (re.compile(rf"\bthis (?=(?:early |late |mid-?)?{_PART}\b)"), "today "),
    (re.compile(r"\bthis (?=last\b|past\b)"), ""),
    (re.compile(rf"\b(?:this )?(?:upcoming|coming) (?!{UNIT}s)"), "next "),
    (re.compile(r"\bcurrent\b"), "this"),
    (re.compile(r"\b(?:instant|inst)\b"), "this month"),
    (re.compile(r"\b(early|mid|late|end)-"), r"\1 "),
    (re.compile(r"\bfriday (?:noon |midday )?prayers?\b"), "noon friday"),
    (re.compile(r"\bchristmas day\b"), "25 december"),
    (re.compile(r"\bchristmas eve\b"), "24 december"),
    (re.compile(r"\bnew year eve\b"), "31 december"),
    (re.compile(r"\bnew year(?: day)?\b"), "1 january"),
    (re.compile(rf"\b({MONTH}) {_MONTH_DAY} ?(-|to|and) ?{_MONTH_DAY}(?![\w:])"), r"\2 \3 \4 \1"),
    (re.compile(rf"(?<![\dhtd] )\b({MONTH}) {_MONTH_DAY}(?![\w:.]| ?(?:am|pm|oclock))"), r"\2 \1"),
)
_ORDERING: Final = (
    (
        re.compile(
            r"\b(early|mid|middle|late|start|beginning|outset|end|earlier|later|half|quarter)"
            r" (?=(?:week|month|year|decade|century)$)"
        ),
        r"\1 this ",
    ),
    (re.compile(r"(?<=last |this |next |past )fall\b|\bfall(?= \d{4}\b)"), "autumn"),
    (re.compile(r"^(?=(?:week|month|year) (?:so far|to date)$)"), "this "),
    (re.compile(r"\bearly ((?:[\w'-]+ ){1,4}?)morning\b"), r"\1early morning"),
)
_FILLERS = re.compile(
    r"\b(?:an?|the|of|on|in|at|about|around|approximately|approx|roughly|circa|over|during"
    r"|throughout|across|nearly|almost|just|exactly|only|towards?|or (?=about|around)|some ?time"
    r"|twice|again)\b|~"
)


def weekday_number(word: str) -> int:
    """Return 0 for "mon", "monday" and so on to 6 for "sunday"."""
    return _WEEKDAYS.index(word[:3])


def month_number(word: str) -> int:
    """Return 1 for "jan", "january" and so on to 12 for "december"."""
    return _MONTHS.index(word[:3]) + 1


def plain(expression: str) -> str:
    """Return a time expression in lower case, digits for number words, filling words left out.

    "in the second week of September" becomes "2nd week september".
    """
    text = " ".join(unicodedata.normalize("NFKC", expression).lower().split())
    for pattern, replacement in _SPELLING:
        text = pattern.sub(replacement, text)
    text = _ORDINAL_WORD.sub(_ordinal_digits, text)
    text = _CARDINAL_WORD.sub(_cardinal_digits, " ".join(text.split()))
    for pattern, replacement in _WORDING:
        text = pattern.sub(replacement, text)
    text = " ".join(_FILLERS.sub(" ", text).split())
    for pattern, replacement in _ORDERING:
        text = pattern.sub(replacement, text)
    return text


def _ordinal_digits(match: re.Match[str]) -> str:
    number = _ORDINALS.index(match[0]) + 1
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number if number < 20 else number % 10, "th")
    return f"{number}{ending}"


def _cardinal_digits(match: re.Match[str]) -> str:
    tens, digit, small = match.groups()
    if small is not None:
        return str((_DIGITS + _TEENS).index(small) + 1)
    return str(10 * _TENS.index(tens) + 20 + (_DIGITS.index(digit) + 1 if digit else 0))
