"""Who did it, where the tagger found nobody and the words beside a mention say it.

The tagger misses few who stand in the clause of their act. What it misses stands further off: whom
"they" means, whom others accuse, the other side of a truce, "the raiders" of the next sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from clashtag.analysis.actors.phrases import read_phrase
from clashtag.analysis.arguments.antecedents import antecedent_of, subject_pronoun
from clashtag.analysis.attribution.attributions import Bounds
from clashtag.analysis.kinds import AGENT, CONSEQUENCES, NOT_ACTUAL, VIOLENCE
from clashtag.analysis.text.passages import Passages, passages_of
from clashtag.records import Argument, Event, Record, Span

_PRONOUN = re.compile(r"they|it", re.IGNORECASE)
_VERB = re.compile(
    r"(?:\w+ed|shot|hit|struck|blew|took|fought|beat|burnt|set|cut|drove|broke|stole|threw|held|won"
    r"|fired?|left)\b"
)
_SUFFERED = re.compile(r"(?:died|suffered|lost|sustained|perished|succumbed|fell)\b")
_ACCUSED = re.compile(
    r"\baccus(?:ed|es|ing) (?:the |an? )?(?P<who>(?!in |by |it |them |and )[^,;.\n]{2,50}?)"
    r" of (?:\w+ing )?(?:(?!after |before )[\w'’-]+ ){0,4}$"
)
_OF_TWO_SIDES = frozenset({"agreement", "clash"})
_WITH_A_SIDE = re.compile(
    r"(?:truces?|cease-?fires?|(?:peace )?(?:deals?|agreements?|accords?|treaty|pacts?)|peace"
    r"|clash(?:es|ed)?|fighting|battles?|(?:gun|fire)[ -]?(?:fight|battle)s?|skirmish(?:es)?"
    r"|encounters?)",
    re.IGNORECASE,
)
_WITH = re.compile(r"(?: [a-z]+ly| overnight| again)? (?:with|against) (?:the |an? )?(?=\w)")
_SIDE_END = re.compile(
    r"[^\w\s'’-]| (?:and|but|or|when|while|after|before|that|as|where|because|since|who|which|was"
    r"|were|is|are|had|has|have|will|in|on|at|from|near|to|under|over|for|last|this|early|late"
    r"|ended|collapsed|failed|held|broke|expired|began|erupted|continued|came|took|left|killed)\b"
    r"|\Z"
)
_NO_SIDE = re.compile(
    r"(?:talks?|attacks?|strikes?|effect|immediate|phase|\w+ casualties|mediat\w+|help|hope|aim"
    r"|drones?|missiles?|rockets?|guns?|weapons?|stones?|the|its?|them|him|her)\b",
    re.IGNORECASE,
)
_DONE_BY_SOMEBODY = (VIOLENCE | CONSEQUENCES) - {"clash", "territory", "displacement"}
_DOERS = re.compile(
    r"\b(?:[Tt]he|[Tt]heir|[Hh]is|[Hh]er|[Ii]ts|[Tt]hese|[Tt]hose) (?P<who>(?:(?!and |of |alleged "
    r"|suspected |would-be |first |second |third |fourth |last |other |dead |only )[\w-]+ )?"
    r"(?:attackers?|assailants?|raiders?|perpetrators?|gunm[ae]n|shooters?|killers?|assassins?"
    r"|bombers?|kidnappers?|abductors?|captors?))\b"
    r"(?!['’]| (?:is|are|was|were|remains?) (?:still )?(?:unknown|unclear|unidentified|not known))"
)
_SEVERAL = re.compile(r"\w*(?:attack|raid|bombing|blast|explosion|killing|shooting|murder|strike)s")
_SENTENCES_AHEAD = 2
_LOOK_BACK_CHARACTERS = 160


def name_agents(record: Record, incidents: Iterable[Sequence[int]] = ()) -> Record:
    """Return a record in which mentions without an agent have the one that the text tells of.

    An agent that is only "they" or "it" gets the actor it means beside it. Mentions that have an
    agent who is more than that stay as they are.

    Args:
        record: a tagged article.
        incidents: indexes of the events that tell of one incident; "the raiders" of another
            sentence are named only where none of these has an agent.
    """
    passages, events = passages_of(record.text), record.events
    done = {
        index
        for incident in incidents
        if any(one.role == AGENT for at in incident for one in events[at].arguments)
        for index in incident
    }
    named = (
        _with_agent(passages, event, may_be_doers=index not in done)
        for index, event in enumerate(events)
    )
    return replace(record, events=tuple(named))


def _with_agent(passages: Passages, event: Event, *, may_be_doers: bool) -> Event:
    agents = [one for one in event.arguments if one.role == AGENT]
    if any(_PRONOUN.fullmatch(one.text) is None for one in agents):
        return event
    found = _meant(passages, event, agents)
    if found is None and not agents:
        found = _accused(passages, event) or _other_side(passages, event)
        if found is None and may_be_doers:
            found = _doers(passages, event)
    if found is None:
        return event
    agent = Argument(AGENT, *found, passages.text[slice(*found)])
    return replace(event, arguments=(*event.arguments, agent))


def _meant(passages: Passages, event: Event, agents: list[Argument]) -> Bounds | None:
    """Return whom "they" or "it" means that acts, as the tagger or the trigger's verb says."""
    text, trigger = passages.text, event.trigger
    if event.type == "displacement" or _SUFFERED.match(trigger.text):
        return None
    pronoun: Bounds | None = None
    if agents:
        pronoun = agents[0].start, agents[0].end
    elif _VERB.match(trigger.text):
        start, _ = passages.sentence_bounds(trigger.start)
        pronoun = subject_pronoun(text, start, trigger.start)
    return antecedent_of(passages, pronoun) if pronoun else None


def _accused(passages: Passages, event: Event) -> Bounds | None:
    """Return X where a sentence says that somebody "accused X of" the act."""
    start, _ = passages.sentence_bounds(event.trigger.start)
    near = max(start, event.trigger.start - _LOOK_BACK_CHARACTERS)
    accused = _ACCUSED.search(passages.text[near : event.trigger.start])
    return (near + accused.start("who"), near + accused.end("who")) if accused else None


def _other_side(passages: Passages, event: Event) -> Bounds | None:
    """Return X of "a truce with X" or "clashes with X"."""
    if event.type not in _OF_TWO_SIDES or not _WITH_A_SIDE.fullmatch(event.trigger.text):
        return None
    text, (_, end) = passages.text, passages.sentence_bounds(event.trigger.start)
    link = _WITH.match(text, event.trigger.end, end)
    stop = _SIDE_END.search(text, link.end(), end) if link else None
    if link is None or _NO_SIDE.match(text, link.end(), end):
        return None
    side = text[link.end() : stop.start() if stop else end].rstrip()
    return (link.end(), link.end() + len(side)) if side else None


def _doers(passages: Passages, event: Event) -> Bounds | None:
    """Return "raiders" where one of the next sentences of the paragraph tells of "the raiders"."""
    if event.type not in _DONE_BY_SOMEBODY or event.status == NOT_ACTUAL:
        return None
    text, trigger = passages.text, event.trigger
    start, end = passages.sentence_bounds(trigger.start)
    starts, number = passages.sentence_starts, passages.sentence_of(trigger.start)
    _, last = passages.paragraph_bounds(trigger.start)
    if number + _SENTENCES_AHEAD + 1 < len(starts):
        last = min(last, starts[number + _SENTENCES_AHEAD + 1])
    doers = None if _DOERS.search(text, start, end) else _DOERS.search(text, end, last)
    if doers is None:
        return None
    who = Span(*doers.span("who"), doers["who"])
    is_one_of_many = _SEVERAL.fullmatch(trigger.text) and not read_phrase(text, who).is_plural
    return None if is_one_of_many else (who.start, who.end)
