"""How many people an incident killed, injured, abducted, detained or displaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from clashtag.analysis.actors.phrases import in_apposition
from clashtag.analysis.findings import Outcome, Quantity, Toll
from clashtag.analysis.kinds import NOT_ACTUAL, VICTIM
from clashtag.analysis.merging.stated_tolls import read_died_of_wounds, read_stated_toll
from clashtag.analysis.quantities.counts import add_up
from clashtag.analysis.quantities.read import is_bare_number, read_quantity
from clashtag.analysis.text.pronouns import ONE_HUMAN
from clashtag.analysis.text.spans import span_at
from clashtag.records import Event, Record, Span

_OUTCOMES: Final[dict[str, Outcome]] = {
    "death": "killed",
    "injury": "injured",
    "abduction": "abducted",
    "arrest": "detained",
    "displacement": "displaced",
}
_LOOK_BEFORE_CHARACTERS = 40
_PART_AFTER_WORDS = re.compile(
    r"\b(?:including|incl\.|comprising|counting|includ(?:es?|ed)|notably|especially|namely"
    r"|among (?:them|whom|these|those|the \w+)|of (?:them|whom|which))"
    r",?(?: (?:is|are|was|were|being))?(?: at least)?(?: an?| the)?\s*$",
    re.IGNORECASE,
)
_OF_WHOM = re.compile(r"\bof (?:them|whom|which),?[^,;.]*$", re.IGNORECASE)
_PART_BEFORE_WORDS = re.compile(
    r" (?:was |were )?among (?:them|the (?:dead|victims|killed|wounded|injured)) *(?:[,.;:)]|$)",
    re.IGNORECASE,
)
_PART_AFTER_MARK = re.compile(r"(?:[(:—–]|\s-)\s*(?:an? |the )?$", re.IGNORECASE)
_LIST_GAP = re.compile(
    r"[\"”'’)]?\s*(?:,|and|&|,\s*and|as well as)\s*(?:an? |the |\w+ other )?", re.IGNORECASE
)
_OF_THE_COUNTED = re.compile(
    r"\bof (?:them|whom|which|these|those|us|the (?:dead|victims?|killed|injured|wounded|hurt"
    r"|casualties|missing|detained|detainees|arrested|captives|hostages|abducted|\d[\d,]*|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty))\b",
    re.IGNORECASE,
)
_ALONG_WITH = re.compile(
    r"[^.;]*(?:\b(?:along|together) with|\balongside) (?:an? |the )?", re.IGNORECASE
)
_ONE_MORE = re.compile(r"(?:[\w,-]+ ){0,3}(?:others?|another|more)\b", re.IGNORECASE)
_PERSONAL = re.compile(rf"(?:{'|'.join(sorted(ONE_HUMAN))})$", re.IGNORECASE)
_NOT_PEOPLE = re.compile(
    r"\s*(?:of\s+)?(?:(?!of\b)[\w-]+\s+){0,3}(?:famil(?:y|ies)|households?|villages?|towns?|homes?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Victim:
    """A victim argument, its number, and whether it is a part of another one."""

    span: Span
    quantity: Quantity | None
    is_part: bool

    @property
    def last_word(self) -> str:
        return _last_word(self.span)


def read_tolls(record: Record, events: Iterable[int]) -> tuple[Toll, ...]:
    """Return the counts of people harmed that the event mentions of one incident give.

    A mention gives the sum of its victims; tolls that differ stand side by side. A part
    ("including two children") is no toll of its own, nor is what repeats an earlier one. Planned
    and denied events count only where they say that nobody was harmed, and where no other mention
    says that somebody was. `source` is None.

    Args:
        record: a tagged article.
        events: indexes into its events.
    """
    tolls: list[Toll] = []
    named: set[tuple[Outcome, str]] = set()
    for index in sorted(set(events)):
        event = record.events[index]
        outcome = _OUTCOMES.get(event.type)
        if outcome is None:
            continue
        victims = _victims(record.text, event)
        parts = {victim.span for victim in victims if victim.is_part}
        for span, quantity in _counted(record.text, event, victims):
            toll = Toll(outcome, quantity, span, index)
            is_told = event.status != NOT_ACTUAL or quantity.maximum == 0
            is_named_again = _is_same_one(quantity) and (outcome, _last_word(span)) in named
            is_part = span in parts or _OF_THE_COUNTED.search(span.text) is not None
            if is_told and not is_named_again and not _is_known(toll, tolls, is_part=is_part):
                tolls.append(toll)
        named.update((outcome, victim.last_word) for victim in victims if victim.quantity)
    harmed = {toll.outcome for toll in tolls if toll.quantity.maximum != 0}
    return tuple(toll for toll in tolls if toll.quantity.maximum != 0 or toll.outcome not in harmed)


def _victims(text: str, event: Event) -> list[_Victim]:
    """Return the victims of an event in text order, each person once."""
    arguments = [argument for argument in event.arguments if argument.role == VICTIM]
    victims: list[_Victim] = []
    for argument in sorted(arguments, key=lambda argument: (argument.start, -argument.end)):
        start, end = argument.start, argument.end
        if victims and start < victims[-1].span.end:
            continue
        if victims and in_apposition(text, victims[-1].span, span_at(text, start, end)):
            continue
        quantity = read_quantity(text, start, end)
        if quantity is None and is_bare_number(text, start, end):
            continue  # an age or a date
        if quantity is None or not _NOT_PEOPLE.match(text, quantity.words.end, end):
            span = span_at(text, start, end)
            is_part = _is_part(text, span, victims[-1] if victims else None)
            victims.append(_Victim(span, quantity, is_part))
    counted = [one for one in victims if not _is_told_again(text, one, victims)]
    return counted or victims


def _is_told_again(text: str, victim: _Victim, victims: Sequence[_Victim]) -> bool:
    """Whether "he" is one of the others who are named, and not told of beside them.

    In "him and two guards", "he died along with his wife" and "he and 3 others" he is one more.
    """
    if not _PERSONAL.match(victim.span.text):
        return False
    for one in victims:
        first, second = sorted((victim.span, one.span), key=lambda span: span.start)
        if one is not victim and (
            _ONE_MORE.match(one.span.text)
            or _LIST_GAP.fullmatch(text, first.end, second.start)
            or _ALONG_WITH.fullmatch(text, first.end, second.start)
        ):
            return False
    return True


def _is_part(text: str, span: Span, before: _Victim | None) -> bool:
    """Whether a victim is told of as one of those before it."""
    left = text[max(0, span.start - _LOOK_BEFORE_CHARACTERS) : span.start]
    if _PART_AFTER_WORDS.search(left) or _PART_BEFORE_WORDS.match(text, span.end):
        return True
    if before is None:
        return False
    if before.quantity and (_PART_AFTER_MARK.search(left) or _OF_THE_COUNTED.search(span.text)):
        return True
    return before.is_part and _LIST_GAP.fullmatch(text, before.span.end, span.start) is not None


def _counted(
    text: str, event: Event, victims: Sequence[_Victim]
) -> Iterator[tuple[Span, Quantity]]:
    """Yield the people that an event mention counts, and their number."""
    died = read_died_of_wounds(text, event.trigger) if event.type == "death" else None
    if died:
        yield died.words, died
        return
    parts = [victim for victim in victims if victim.is_part and victim.quantity]
    wholes = [victim for victim in victims if not victim.is_part and victim.quantity]
    if not parts and not wholes:
        quantity = read_stated_toll(text, event.trigger, [victim.span for victim in victims])
        if quantity:
            yield quantity.words, quantity
    is_open = _has_uncounted(text, victims) or not (wholes or _are_all_of_them(text, parts))
    for group in _groups(text, wholes or parts):
        quantity = _sum(text, [victim.quantity for victim in group if victim.quantity])
        if is_open:
            quantity = replace(quantity, maximum=None)
        yield span_at(text, group[0].span.start, group[-1].span.end), quantity


def _are_all_of_them(text: str, parts: Sequence[_Victim]) -> bool:
    """Whether parts are told of with "of whom", which leaves out nobody, and not "including"."""
    return all(
        _OF_WHOM.search(text, max(0, part.span.start - _LOOK_BEFORE_CHARACTERS), part.span.start)
        for part in parts
    )


def _groups(text: str, victims: Sequence[_Victim]) -> list[list[_Victim]]:
    """Group the victims that add up, apart from other numbers for the same people.

    "three soldiers and a boy" add up; the two of "12, says the army, but 30 by other counts" or
    of "12 people ... 30 people" do not.
    """
    groups: list[list[_Victim]] = []
    for victim in victims:
        before = groups[-1][-1] if groups else None
        if before is None or _is_other_number(text, before, victim):
            groups.append([])
        groups[-1].append(victim)
    return groups


def _is_other_number(text: str, before: _Victim, victim: _Victim) -> bool:
    if victim.quantity is None or _LIST_GAP.fullmatch(text, before.span.end, victim.span.start):
        return False
    is_bare = victim.quantity.words.end >= victim.span.end and victim.quantity.maximum != 1
    return is_bare or victim.last_word == before.last_word


def _has_uncounted(text: str, victims: Sequence[_Victim]) -> bool:
    """Whether victims without a number stand in a list with the others, or beside one person.

    "seven men and an unknown number of boys" has some, "87 women and children" has none.
    """
    wholes = [victim for victim in victims if not victim.is_part]
    sizes = {victim.quantity.maximum if victim.quantity else None for victim in wholes}
    if sizes == {None, 1}:
        return True
    for before, victim in pairwise(wholes):
        gap = text[before.span.end : victim.span.start]
        is_mixed = (before.quantity is None) != (victim.quantity is None)
        if is_mixed and _LIST_GAP.fullmatch(gap) and (gap.strip() != "and" or not before.quantity):
            return True
    return False


def _sum(text: str, quantities: Sequence[Quantity]) -> Quantity:
    if len(quantities) == 1:
        return quantities[0]
    first = min(quantity.words.start for quantity in quantities)
    last = max(quantity.words.end for quantity in quantities)
    minimum, maximum, approximate = add_up(quantities)
    return Quantity(minimum, maximum, approximate, span_at(text, first, last))


def _is_known(toll: Toll, earlier: Sequence[Toll], *, is_part: bool) -> bool:
    """Whether a toll repeats earlier ones of the same outcome, or is a part of one."""
    return any(
        _repeats(toll, other) or (is_part and _includes(other.quantity, toll.quantity))
        for other in earlier
        if other.outcome == toll.outcome
    )


def _repeats(toll: Toll, earlier: Toll) -> bool:
    """Whether a toll counts the same words again, or "he" after "a driver"."""
    if toll.quantity.words == earlier.quantity.words or toll.victims == earlier.victims:
        return True
    is_same = replace(toll.quantity, words=earlier.quantity.words) == earlier.quantity
    is_pronoun = _PERSONAL.match(toll.victims.text) is not None
    is_named_again = _last_word(toll.victims) == _last_word(earlier.victims)
    is_number = _is_number(toll) or _is_number(earlier)
    is_again = (is_named_again or is_number) and toll.quantity.maximum != 1
    return is_same and (is_pronoun or is_again)


def _is_number(toll: Toll) -> bool:
    return toll.victims == toll.quantity.words


def _is_same_one(quantity: Quantity) -> bool:
    """Whether one person may be one named before, as "another soldier" is not."""
    return quantity.maximum == 1 and not quantity.words.text.lower().startswith("another")


def _includes(whole: Quantity, part: Quantity) -> bool:
    return whole.maximum is None or (part.minimum or 0) <= whole.maximum


def _last_word(span: Span) -> str:
    return span.text.split()[-1].lower() if span.text.split() else ""
