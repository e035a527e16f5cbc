"""Numbers of victims that stand beside a trigger, outside any argument: "the toll rose to 14"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from clashtag.analysis.findings import Quantity
from clashtag.analysis.quantities.read import number_after, number_before
from clashtag.analysis.text.passages import passages_of
from clashtag.analysis.text.spans import span_at
from clashtag.records import Span

_TOLL_NOUN = re.compile(
    r"\b(?:toll|casualt\w+|fatalit\w+|deaths|number|count|tally)\b", re.IGNORECASE
)
_TOLL_VERB = re.compile(
    r"\b(?:at|to|is|was|of|now|reach(?:es|ed|ing)|stands?|stood|hits?|hitting"
    r"|(?P<passed>above|over|(?:pass|exceed|surpass)(?:es|s|ed|ing)|topp?(?:s|ed|ing))) +",
    re.IGNORECASE,
)
# A number with a noun of its own is no toll: "at 12 polling stations".
_TOLL_END = re.compile(
    r" *(?:[^\w ]|$|(?:on|by|since|in|after|at|as|from|with|and|but|so|this|last|people|persons"
    r"|dead|killed|wounded|injured|including|according|today|yesterday|overnight|when|while)\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTED_TRIGGER = re.compile(
    r"\b(?:deaths?|fatalit(?:y|ies)|casualties|kills|killings|murders|injur(?:y|ies)|wounded|injured"
    r"|hurt|dead|killed|arrests?|detentions|abductions|kidnappings|missing|displaced)$",
    re.IGNORECASE,
)
_COLON = re.compile(r" ?: ?")
_PUT = re.compile(r"\bput(?:s|ting)? (?:the |its |their )?(?:[a-z]+ ){0,2}$")
_AT = re.compile(r" at ")
_OF_THE_HURT = re.compile(
    r"\b(?:wounded|injured|hurt)\b[^.;:]{0,60}?"
    r"(?P<of> of (?:whom|them)(?: (?:had|later|then|\w+ly))*) $"
)
_ADJECTIVE = re.compile(r"\b[a-z]+ +$")
_NO_CASE = re.compile(
    r"\b(no)(?! (?:more|other|further|additional|longer)) (?:[a-z]+ )?$", re.IGNORECASE
)
_NOBODY = re.compile(
    r"\b(no[- ]one|nobody|none)\b(?! else)(?: \w+){0,3}"
    r" (?:was|were|been|got|be|is|are)(?: \w+ly)? $",
    re.IGNORECASE,
)


def read_stated_toll(text: str, trigger: Span, victims: Sequence[Span]) -> Quantity | None:
    """Return the number that a sentence gives for a trigger whose victims have none.

    Reads "the death toll rose to 14", "put the dead at 14", "12 confirmed deaths", "Killed: 12",
    "the number of soldiers killed stood at 40" and "no casualties"; a number with a noun of its
    own ("at 12 schools") is no toll.

    Args:
        text: the text.
        trigger: a word for people killed, injured, abducted, detained or displaced.
        victims: the trigger's victims, which may stand between it and the number.
    """
    start, end = passages_of(text).sentence_bounds(trigger.start)
    spans = [trigger, *victims]
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    if first < start or last > end:
        return None
    quantity = None if victims else _number_beside_trigger(text, start, trigger)
    if quantity is None and _TOLL_NOUN.search(text, start, max(first, trigger.end)):
        quantity = _toll_after(text, last, end)
    return quantity


def read_died_of_wounds(text: str, trigger: Span) -> Quantity | None:
    """Return the number of those who died, where they are told of as some of the wounded.

    Reads "four were wounded, one of whom died".

    Args:
        text: the text.
        trigger: a word for deaths.
    """
    start, _ = passages_of(text).sentence_bounds(trigger.start)
    hurt = _OF_THE_HURT.search(text, start, trigger.start)
    return number_before(text, hurt.start("of")) if hurt else None


def _number_beside_trigger(text: str, start: int, trigger: Span) -> Quantity | None:
    is_noun = _COUNTED_TRIGGER.search(trigger.text) is not None
    nobody = (_NO_CASE if is_noun else _NOBODY).search(text, start, trigger.start)
    if nobody:
        return Quantity(0, 0, approximate=False, words=span_at(text, *nobody.span(1)))
    adjective = _ADJECTIVE.search(text, start, trigger.start)
    offsets = [trigger.start, adjective.start() if adjective else trigger.start]
    found = [number_before(text, offset) for offset in offsets if is_noun]
    at = _AT.match(text, trigger.end)
    if is_noun and at and _PUT.search(text, start, trigger.start):
        put = number_after(text, at.end())
        found.append(put if put and _TOLL_END.match(text, put.words.end) else None)
    if is_noun and (colon := _COLON.match(text, trigger.end)):
        found.append(number_after(text, colon.end()))
    return next((quantity for quantity in found if quantity), None)


def _toll_after(text: str, start: int, end: int) -> Quantity | None:
    """Read the number that a verb or preposition after a toll leads to."""
    for match in _TOLL_VERB.finditer(text, start, end):
        quantity = number_after(text, match.end())
        if quantity is None or _YEAR.fullmatch(quantity.words.text):
            continue
        if not _TOLL_END.match(text, quantity.words.end):
            continue
        if match["passed"] and quantity.minimum is not None:
            words = span_at(text, match.start(), quantity.words.end)
            return replace(quantity, minimum=quantity.minimum + 1, maximum=None, words=words)
        return quantity
    return None
