"""Which acts of its sentence, or before it, a claim is about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from clashtag.analysis.attribution.claim_words import FOR_WHICH, Claim
from clashtag.analysis.attribution.finite_verbs import finite_verb
from clashtag.analysis.text.passages import Passages
from clashtag.analysis.text.word_lists import word_set
from clashtag.records import Span

_THE_ACT = re.compile(
    r" (?:the|that|this|both) (?:\w+ )?(?:attacks?|raids?|bombings?|blasts?|explosions?|assaults?"
    r"|shootings?|strikes?|ambush(?:es)?|kidnappings?|abductions?|operations?)"
    r"(?=[.,;:]|$| (?:and|in a|on|via|through|as|saying)\b)"
)
_KILLED = re.compile(r"(?:(?<=claims to have)|(?<=claimed to have)) killed\b")
_TOLD_BEFORE = {"responsible for": _THE_ACT, "did": _KILLED}
# Words of one noun phrase, up to its head; a second article would open another one.
_ARTICLE = r"(?:the|an?|this|that|these|those|its|their|his|her|our|my)"
_WORDS = (
    rf"(?:(?: (?:all|both|half))? {_ARTICLE}(?= ))?"
    rf"(?: (?!(?:{_ARTICLE}|which|who|whom|whose|it|to|he|she|they|was|were|had|has|have|is|are|of"
    r"|from|in|on|at|by|near|over|after|before|not|no|for|and|but)\b)[\w’'\"“”-]+){0,6} [\"“‘]?"
)
_SEVERAL = (
    r"(?: (?:(?:the|a) (?:\w+ )?(?:series|string|wave|spate|number|pair)|scores|dozens|hundreds|all"
    r"|most|both|some) of)?"
)
_NOUN = re.compile(_SEVERAL + _WORDS)
_DETERMINER = re.compile(
    r" (?:the|an?|this|that|these|those|both|all|its|their|another|two|three|four|five|six|several"
    r"|[\w’'-]+['’]s?)(?= )"
)
_ACT = re.compile(
    r".*(?:attack|raid|ambush|bombing|blast|explosion|assault|shooting|strike|shelling|kidnapping"
    r"|abduction)s?",
    re.IGNORECASE | re.DOTALL,
)
_PAST = re.compile(r"(?:\w+ed|shot|struck|blew|took|seized|hit|fought)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;.]| and |\b(?:that|which|who|whose|where|when|while|because|as)\b")
# What is done with an act: in "the raid launched on Friday" it is no verb of the raid.
_ACT_PARTICIPLES = word_set(
    "carried launched staged conducted mounted committed planned made reported claimed aimed"
    " directed blamed attributed dubbed named called known"
)
_BY_OTHERS = re.compile(r" by (?!(?:its|their|an?|one|two|three|several)\b)")
_AND_NOUN = re.compile(
    r"[^,;.]{0,80}? and (?:for )?(?:the|an?|another|two|three|both)(?: [\w’'-]+){0,3} "
)
_ACTED = re.compile(r"(?: (?:had|has|have|also|then|later|just|already|itself))* [\"“‘]?")
_ACTING = re.compile(r"(?: (?:had|has|have))? (?:was|were|is|are|been)(?: also| now)? [\"“‘]?")
_MADE = re.compile(
    r"(?: (?:had|has|have|was|were|is|are|also))* (?:behind|carried out|launched|conducted|mounted"
    rf"|staged|executed|responsible for)(?:{_SEVERAL}{_WORDS})"
)
_HARMED_IN = re.compile(
    r"(?: (?:had|has|have|also))* (?:killed|wounded|injured|destroyed)"
    r"(?: (?!(?:that|which|who|whom|after|when|while|behind|accused|killed|of) )[^\s;.]+){1,14}?"
    r" (?:in|during|with) (?:the|an?|two|three|several)(?: [\w’'-]+){0,3} "
)
_AND_ACTED = re.compile(r"[^;.]{0,120}? and (?:that it )?(?:had|has|have) [\"“‘]?")
_BY_RELATIVE = re.compile(
    r"[^;.]{0,80}, (?:which|that) (?:was|were|has been|have been|had been) (?:\w+ )?"
)
_BY_PREDICATE = re.compile(
    r"(?: (?:on|in|at|near|against) [^,;.]{0,50})? (?:was|were|has been|have been|had been)"
    r" (?:also |later )?"
)
_BY_BESIDE = re.compile(r",? |(?: on \w+(?: \w+)?| in [A-Z]\w+),? ")
_GERUND = re.compile(r"\w+ing\b")


def claimed_acts(passages: Passages, claim: Claim, triggers: Sequence[Span]) -> tuple[int, ...]:
    """Return which triggers, given in text order, a claim is about, by their numbers."""
    if claim.form == "unnamed":
        return _told_last(passages, claim, triggers)
    text = passages.text
    start, end = passages.sentence_bounds(claim.at)
    found: list[int] = []
    for number in range(*_numbers_between(triggers, start, end)):
        before = triggers[found[-1]] if found else None
        if claim.form == "before":
            if _stands_before(text, claim, triggers[number]):
                found = [number]
        elif _is_about(text, claim, triggers[number], before, end):
            found.append(number)
    known = _TOLD_BEFORE.get(claim.form)
    if not found and known and known.match(text, claim.act, end):
        return _told_last(passages, claim, triggers)
    return tuple(found)


def _told_last(passages: Passages, claim: Claim, triggers: Sequence[Span]) -> tuple[int, ...]:
    """Return the last trigger before a claim, unless it stands more than a paragraph away."""
    _, after = _numbers_between(triggers, 0, claim.at)
    if after == 0:
        return ()
    away = passages.paragraph_of(claim.at) - passages.paragraph_of(triggers[after - 1].start)
    return (after - 1,) if away <= 1 else ()


def _numbers_between(triggers: Sequence[Span], start: int, end: int) -> tuple[int, int]:
    """Return the numbers of the first trigger from `start` on and of the first from `end` on."""
    first = bisect_left(triggers, start, key=lambda trigger: trigger.start)
    return first, bisect_left(triggers, end, key=lambda trigger: trigger.start)


def _stands_before(text: str, claim: Claim, trigger: Span) -> bool:
    """Whether a claim is about the act that a trigger before it names."""
    if trigger.end > claim.at:
        return False
    gap = text[trigger.end : claim.at]
    if FOR_WHICH.search(gap):
        return ";" not in gap
    return any(words.fullmatch(gap) for words in (_BY_RELATIVE, _BY_PREDICATE, _BY_BESIDE))


def _is_about(text: str, claim: Claim, trigger: Span, before: Span | None, end: int) -> bool:
    """Whether a claim is about the act that a trigger after it names, alone or after another."""
    if trigger.start < claim.act:
        return False
    if claim.form == "did":
        if before is not None:
            return _AND_ACTED.fullmatch(text, before.end, trigger.start) is not None
        return _does(text, claim.act, trigger)
    if before is not None:
        return _AND_NOUN.fullmatch(text, before.end, trigger.start) is not None
    if _NOUN.fullmatch(text, claim.act, trigger.start) is None:
        return False
    return claim.form == "responsible for" or _is_claimed_noun(text, claim, trigger, end)


def _does(text: str, act: int, trigger: Span) -> bool:
    """Whether a clause after "it" or "its fighters" has a trigger as its verb or its object."""
    if _ACTING.fullmatch(text, act, trigger.start):
        return _GERUND.match(trigger.text) is not None
    return any(words.fullmatch(text, act, trigger.start) for words in (_ACTED, _MADE, _HARMED_IN))


def _is_claimed_noun(text: str, claim: Claim, trigger: Span, end: int) -> bool:
    """Whether a trigger after "claimed" is a noun, and not what somebody is said to have done."""
    is_noun = _DETERMINER.match(text, claim.act, trigger.start) or _ACT.fullmatch(trigger.text)
    if not is_noun or _PAST.match(trigger.text) or _BY_OTHERS.match(text, trigger.end, end):
        return False
    if finite_verb(text, claim.act, trigger.start) is not None:
        return False
    stop = _CLAUSE_END.search(text, trigger.end, end)
    last = stop.start() if stop else end
    verb = finite_verb(text, trigger.end, last, follows_noun=True, participles=_ACT_PARTICIPLES)
    return verb is None
