"""The words by which a text says that somebody claims an act.

Like those of attributions, the rules know no grammar, and prefer finding nothing to finding the
wrong words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from clashtag.analysis.attribution.attributions import Bounds, noun_after, subject_before
from clashtag.analysis.attribution.finite_verbs import finite_verb
from clashtag.analysis.text.passages import Passages

Form = Literal["claimed", "responsible for", "did", "before", "unnamed"]

_CLAIM = re.compile(
    r"\bowned (?P<up>up(?: to)?)\b"
    r"|\b(?:claim(?:s|ed)?|alleges|alleged(?= that)|owned)\b(?! by\b)"
    r"(?P<all>(?: full| sole)? (?:responsibility|credit)\b)?"
    r"|\b(?P<take>t(?:akes?|ook|aken)|accept(?:s|ed)?)(?: full| sole)*"
    r" (?:responsibility|credit)\b"
    r"|\b(?P<say>sa(?:ys?|id)|announce[sd]|report(?:s|ed)|confirm(?:s|ed)|state[sd]|admit(?:s|ted)"
    r"|acknowledge[sd]|declare[sd]|boast(?:s|ed))\b"
)
_CLAIMED_BY = re.compile(r"\bclaimed(?: (?:on|in|late|later)\b[^,;.]{0,40}?)? by (?=\w)")
_UNREAL = re.compile(
    r"(?:\b(?:falsely|wrongly|not|never|yet|if|whether|would|could|may|might|will|should|can|must|did|does|do)"
    r"|n['’]t)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_AND = re.compile(r"\band (?:(?:has|have|had|also|later|then) )*$")
_WHICH = re.compile(r", (?:which|who) (?:(?:has|have|had|also|later|since) )*$")
FOR_WHICH = re.compile(r"\bfor which ")

_NOBODY = re.compile(r"\b(?:no|nobody|none|neither|anyone|anybody)\b", re.IGNORECASE)
_DAY_BEFORE = re.compile(r"(?:on )?[A-Z]\w+day,? (?:(?:has|had|have|also|later) )*$")
# People who report what others did: "residents said it hit a school".
_REPORTER = re.compile(
    r"\b(?:residents?|villagers?|locals|neighbou?rs?|relatives|survivors?|police|(?:eye)?witness(?:es)?"
    r"|mayor|elders?|officials?|monitors?|observers?|governor|doctors?|medics?|hospital|activists?"
    r"|lawyers?|journalists?|reporters)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"\b(?:it|they)$")
_TO_BE = re.compile(r" to (?:be|have)\b")
_LONGEST_DAY_CHARACTERS = 30
_LOOK_BACK_CHARACTERS = 160
_ON_DAY = re.compile(r" (?:(?:late|early) )?on [A-Z]\w+day(?= )")

# How something is said: "on Friday", "in a message to reporters".
_MANNER = (
    r"(?:,? (?:in|on|at|by|via|through|over|to|late|early|later|earlier|also|yesterday|again|\w+ly"
    r"|\w+day)(?: (?!(?:that|for|it|they|and)\b)[\w’'-]+){0,9}?)?"
)
# Not "its forces" or "its aircraft": a state that reports what they did claims nothing.
_FIGHTERS = (
    r"its (?:own )?(?:\w+ )?(?:fighters|men|members|gunmen|militants|commandos|guerrillas|cells?"
    r"|bombers?|squads?)"
)
_FOR = re.compile(rf"{_MANNER} for(?= )")
_ITSELF = re.compile(rf"{_MANNER}(?: (?:that )?(?:it|{_FIGHTERS})| having)(?= )")
_CLAIMED_ITSELF = re.compile(
    rf"{_MANNER}(?: (?:that )?(?:it|they|{_FIGHTERS})| having| to have)(?= )"
)
_TOLD_IN = re.compile(
    r"(?:in|by|via|through|over|on(?= (?:its|their|social|[\w-]+['’]s|(?:[\w-]+ ){0,2}telegram"
    r"|(?:[\w-]+ ){0,2}website)\b)) (?:(?!(?:which|for|that)\b)[\w’'-]+ ){0,4}?(?:statements?"
    r"|messages?|videos?|recordings?|broadcasts?|communiqu[eé]s?|telegram|channels?|website|pamphlets?"
    r"|leaflets?|letters?|(?:media|online|blog) posts?|(?:phone|telephone) calls?)\b",
    re.IGNORECASE,
)
_UNNAMED = re.compile(
    r" (?:for )?(?:it|both|the (?:incident|act|deed|deaths?|killings?|murders?))"
    r"(?=[.,;:]| (?:and|but|in|on|via|through)\b)"
)
_NOTHING = re.compile(r"\s*(?=[.,;:]|$)| (?=(?:and|but|in|on|via|through)\b)")
_THROUGH = re.compile(r" (?:through|via)\b")
_NOTHING_IN = re.compile(rf" {_TOLD_IN.pattern}(?: (?:at|on)(?: \w+){{1,3}})?(?=[.;]| and\b)", re.I)
_DID_IT = re.compile(
    r" (?:had done it|(?:was|were) behind it|had carried it out|was responsible(?=[.,;]| and))\b"
)
_CLAUSE_END = re.compile(r"[,;.]| and |$")

_RESPONSIBLE = re.compile(
    r"\b(?P<no>no (?:\w+ ){0,3})?(?:responsibility|credit)(?P<for> for)?[^,;.]{0,80}?"
    r" (?:was|is|were|has been|had been) (?:\w+ )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who claims, by words at the offset `at`, and where the act stands.

    `form` says how: somebody "claimed" a noun that starts at `act`, is "responsible for" it or says
    that they "did" it; or the act stands "before" the words, or is "unnamed" in the sentence.
    `telling` are the words that say how and when it was claimed.
    """

    claimant: Bounds
    at: int
    act: int
    form: Form
    telling: tuple[Bounds, ...]


def find_claims(passages: Passages) -> Iterator[Claim]:
    """Yield the claims of a text in the order of its sentences; their claimant may be a pronoun."""
    for start, end in pairwise([*passages.sentence_starts, len(passages.text)]):
        yield from _active(passages.text, start, end)
        yield from _passive(passages.text, start, end)


def _active(text: str, start: int, end: int) -> Iterator[Claim]:
    """Read "X claimed ..." and "X said it ..." at each such verb of a sentence."""
    subject: Bounds | None = None
    for verb in _CLAIM.finditer(text, start, end):
        at = verb.start()
        near = max(start, at - _LOOK_BACK_CHARACTERS)
        relative = _WHICH.search(text, near, at)
        for_which = FOR_WHICH.search(text, start, at)
        if relative:
            is_first = _CLAIM.search(text, start, relative.start()) is None
            subject = subject_before(text, start, relative.start()) if is_first else None
        elif not (subject and _AND.search(text, near, at)):
            subject = subject_before(text, for_which.end() if for_which else start, at)
        if subject is None or _NOBODY.search(text, *subject) or _UNREAL.search(text, near, at):
            continue
        form, act = _form(text, verb, end, is_after=for_which is not None)
        is_reported = form == "claimed" or (
            form == "did" and _OTHERS.search(text, verb.end(), act) is not None
        )
        if form is not None and not (is_reported and _REPORTER.search(text, *subject)):
            yield Claim(subject, at, act, form, tuple(_telling(text, verb, end, form, act)))


def _form(text: str, verb: re.Match[str], end: int, *, is_after: bool) -> tuple[Form | None, int]:
    """Return how a claim names its act, and where the act starts."""
    last = verb.end()
    is_responsible = bool(verb["all"] or verb["take"] or verb["up"])
    if is_after:
        return ("before" if is_responsible else None), verb.start()
    if is_responsible:
        said_for = _FOR.match(text, last, end)
        is_named = said_for is not None or verb["up"] == "up to"
        if not is_named:
            says_nothing = _THROUGH if verb["take"] else _NOTHING
            is_unnamed = says_nothing.match(text, last, end)
            return ("unnamed" if is_unnamed else None), last
        act = said_for.end() if said_for else last
        names_none = _UNNAMED.match(text, act, end)
        return ("unnamed" if names_none else "responsible for"), act
    is_claim = not verb["say"]
    if is_claim and any(words.match(text, last, end) for words in (_UNNAMED, _NOTHING_IN)):
        return "unnamed", last
    did = (_CLAIMED_ITSELF if is_claim else _ITSELF).match(text, last, end)
    if did is None:
        on_day = _ON_DAY.match(text, last, end)
        is_noun = verb.group().startswith(("claim", "owned"))
        return ("claimed" if is_noun else None), on_day.end() if on_day else last
    is_unnamed = _DID_IT.match(text, did.end(), end)
    return ("unnamed" if is_unnamed else "did"), did.end()


def _telling(text: str, verb: re.Match[str], end: int, form: Form, act: int) -> Iterator[Bounds]:
    """Yield the words that tell of the claiming: beside its verb, and "in a message on Friday"."""
    day = _DAY_BEFORE.search(text, max(0, verb.start() - _LONGEST_DAY_CHARACTERS), verb.start())
    if day:
        yield day.span()
    if act > verb.end():
        yield verb.end(), act
    told_in = _TOLD_IN.search(text, act, end) if form != "did" else None
    if told_in:
        clause_end = _CLAUSE_END.search(text, told_in.end(), end)
        yield told_in.start(), clause_end.start() if clause_end else end
    elif form == "unnamed":
        clause_end = _CLAUSE_END.search(text, verb.end(), end)
        yield verb.end(), clause_end.start() if clause_end else end


def _passive(text: str, start: int, end: int) -> Iterator[Claim]:
    """Read "claimed by X" in a sentence."""
    for words in _CLAIMED_BY.finditer(text, start, end):
        verb = finite_verb(text, words.end(), end)
        to_be = _TO_BE.search(text, words.end(), verb or end)
        claimant = noun_after(text, words.end(), to_be.start() if to_be else verb or end)
        near = max(start, words.start() - _LOOK_BACK_CHARACTERS)
        if (
            claimant is None
            or _NOBODY.search(text, *claimant)
            or _UNREAL.search(text, near, words.start())
            or _TO_BE.match(text, claimant[1], end)
        ):
            continue
        responsible = _RESPONSIBLE.search(text, near, words.start())
        telling = (words.span(),)
        if responsible is None:
            yield Claim(claimant, words.start(), words.start(), "before", telling)
        elif not responsible["no"]:
            is_named = responsible["for"] and not _UNNAMED.match(text, responsible.end("for"), end)
            form: Form = "responsible for" if is_named else "unnamed"
            act = responsible.end("for") if responsible["for"] else words.start()
            yield Claim(claimant, words.start(), act, form, telling)
