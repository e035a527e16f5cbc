"""Which mentions of an incident say who acted, on whom, with what and where.

An incident's mentions may name others beside those of the happening that leads it: the police who
came after a riot, the hospital where its injured died. So what stands in the lead's own paragraph
says first, and there the mentions of its own kind before other acts of violence and the harm done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

from clashtag.analysis.actors.phrases import read_phrase
from clashtag.analysis.codebooks.actor_classes import actor_class
from clashtag.analysis.kinds import PLACE, TARGET, TIME, VICTIM, VIOLENCE, closeness
from clashtag.analysis.merging.places import is_site
from clashtag.analysis.quantities.number_lexicon import TITLES
from clashtag.analysis.text.passages import passages_of
from clashtag.analysis.text.spans import bounds_of
from clashtag.records import Event, Span

_POINTS_BACK = re.compile(r"\b(?:the|this|that)\s+$", re.IGNORECASE)
_LOOK_BACK_CHARACTERS = 10
_NAMED_PLACE = re.compile(
    r"(?:village|town|city|hamlet|port|district|province|region|county|commune|settlement|island)"
    r" of (?=[A-Z])|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)* (?:village|town|city|district|province)$"
)
_DIRECTION = r"(?:(?:north|south|east|west|central|upper|lower)\w* )?"
_NAME = re.compile(rf"{_DIRECTION}[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){{0,2}}")
_HIT = (TARGET, VICTIM)
_HITS_SITES = ("destruction", "riot")
_FROM_AFAR = ("airstrike", "shelling")
_ONTO = re.compile(r"\b(?:on|at|into|over) (?:the )?$")


def role_spans(events: Iterable[Event]) -> dict[str, list[Span]]:
    """Return the spans that play each role in some events, in text order."""
    spans: dict[str, set[Span]] = {}
    for event in events:
        for argument in event.arguments:
            span = Span(argument.start, argument.end, argument.text)
            spans.setdefault(argument.role, set()).add(span)
    return {role: sorted(of, key=bounds_of) for role, of in spans.items()}


def told_spans(text: str, lead: Event, mentions: Sequence[Event]) -> dict[str, list[Span]]:
    """Return the spans of an incident's mentions that say who takes part in it, and where.

    Each role is that of the first mentions that name it, nearest to the lead first; those who are
    hit are targets and victims together.

    Args:
        text: the article.
        lead: the mention that names the incident.
        mentions: all of its mentions.
    """
    near, far = by_distance(text, lead, [one for one in mentions if one.status == lead.status])
    told: dict[str, list[Span]] = {}
    for group, kind in product((near, far), range(3)):
        spans = role_spans(one for one in group if closeness(lead, one) == kind)
        if PLACE not in spans:
            named = [one for one in spans.get(TARGET, ()) if _is_place(text, lead, one)]
            spans |= {PLACE: named} if named else {}
        told |= {role: of for role, of in spans.items() if role not in told}
    told.pop(TIME, None)
    hit = [role_spans(one for one in group if tells(lead, one)) for group in (near, far)]
    nearest = next((of for of in hit if not of.keys().isdisjoint(_HIT)), {})
    told = {role: of for role, of in told.items() if role not in _HIT}
    told |= {role: nearest[role] for role in _HIT if role in nearest}
    sites = set(told.get(TARGET, ())) & set(hit[0].get(PLACE, ()))
    if sites:  # a post that was attacked is where its guards died
        told[PLACE] = sorted({*told.get(PLACE, ()), *sites}, key=bounds_of)
    if PLACE not in told:
        struck = [one for one in told.get(TARGET, ()) if _is_struck_site(text, lead, one)]
        told |= {PLACE: struck} if struck else {}
    return told


def _is_place(text: str, lead: Event, target: Span) -> bool:
    """Whether what was hit or taken is a place: by its words, or by "in" or "near" before its name.

    A name that is taken is one, and one that is struck from afar and no actor's.
    """
    if _NAMED_PLACE.match(target.text):
        return True
    if not _NAME.fullmatch(target.text):
        return False
    if lead.type in _FROM_AFAR and _is_struck_place(text, target):
        return True
    return lead.type == "territory" or _is_located(text, target.text)


def _is_struck_site(text: str, lead: Event, target: Span) -> bool:
    """Whether what was hit is one building or site, which says where if nothing else does."""
    return (lead.type in VIOLENCE or lead.type in _HITS_SITES) and is_site(text, target)


def _is_struck_place(text: str, name: Span) -> bool:
    """Whether a name is no actor's, and is one word or follows "on", as persons' names do not."""
    if read_phrase(text, name).kind != "name" or name.text.isupper() or actor_class(name.text):
        return False
    if " " not in name.text:
        return True
    before = text[max(0, name.start - _LOOK_BACK_CHARACTERS) : name.start]
    has_title = name.text.split()[0].lower() in TITLES
    return _ONTO.search(before) is not None and not has_title


@lru_cache(maxsize=1024)
def _is_located(text: str, name: str) -> bool:
    """Whether a text says "in" or "near" a name."""
    located = re.compile(rf"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom) {re.escape(name)}\b")
    return located.search(text) is not None


def by_distance(
    text: str, lead: Event, mentions: Iterable[Event]
) -> tuple[list[Event], list[Event]]:
    """Divide mentions into those near the lead and others.

    Near are those of its paragraph, after a headline of the next one too, and those that point
    back with "the" or "this".
    """
    passages = passages_of(text)
    first, last = passages.paragraph_bounds(lead.trigger.start)
    is_opening = passages.opens_article(lead.trigger.start)
    near: list[Event] = []
    far: list[Event] = []
    for one in mentions:
        start = one.trigger.start
        points_back = _POINTS_BACK.search(text, max(0, start - _LOOK_BACK_CHARACTERS), start)
        is_here = passages.opens_article(start) if is_opening else first <= start < last
        (near if is_here or points_back else far).append(one)
    return near, far


def tells(lead: Event, mention: Event) -> bool:
    """Whether a mention may tell of what its incident's lead names, and not of what came beside."""
    return closeness(lead, mention) is not None
