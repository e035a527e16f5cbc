"""Whom "they" or "it" means where it is the subject of a verb: the subject told last before it."""

from __future__ import annotations

import re

from clashtag.analysis.actors.phrases import read_phrase
from clashtag.analysis.arguments.untagged_times import after_dateline
from clashtag.analysis.attribution.attributions import Bounds
from clashtag.analysis.codebooks.actor_classes import ARMED, ActorClass, actor_class
from clashtag.analysis.text.passages import Passages
from clashtag.analysis.text.spans import span_at
from clashtag.analysis.text.word_lists import word_set

_ADVERB = r"(?:have|has|had|did|also|then|later|again|already|even|still|\w+ly)"
_SUBJECT_PRONOUN = re.compile(
    rf"(?:^|(?<=[\s“\"(]))(?P<pronoun>[Tt]hey|[Ii]t)(?:['’](?:d|ve))? (?:{_ADVERB} )*$"
)
# What a sentence may open with before its subject: "Two years ago", "On 8 February", "If".
_SETTING = (
    r"(?:(?:[\w-]+ ){1,2}ago"
    r"|(?:[Oo]n|[Ss]ince|[Ii]n|[Bb]y|[Ll]ate|[Ee]arly|[Ll]ast|[Dd]uring|[Ff]rom|[Aa]fter|[Aa]t)"
    r" (?:the )?[\w'’-]+(?: [A-Z\d]\w*| (?:morning|afternoon|evening|night))?(?: of (?:the )?\w+)?"
    r"|[Oo]vernight|[Yy]esterday|[Tt]hen|[Ll]ater|[Mm]eanwhile|[Ii]f|[Ww]hen|[Ww]hile|[Aa]s|[Bb]ut"
    r"|[Aa]nd)\b,? "
)
_OPENS = rf"[\s“\"•–-]*+(?:{_SETTING}){{0,4}}"
_ONLY_SETTING = re.compile(rf"\s*(?:{_SETTING}){{0,4}}")
_GOES_ON = re.compile(rf", (?:and|but) (?:{_SETTING}){{0,4}}$")
_NO_SUBJECT = (
    r"(?:in|on|at|by|to|for|from|since|after|before|during|until|as|if|when|while|they|it|he|she|we|i"
    r"|you|there|here|this|that|these|those|what|who|how|why|where|no|nobody|none|not)"
)
_TO_SUBJECT = re.compile(
    rf"{_OPENS}(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir) |(?!(?i:{_NO_SUBJECT})\b)(?=[A-Z]))"
)
_AFTER_SUBJECT = re.compile(
    r"[,;:.()“”\"—–]| - | (?!of )[a-z]+ (?:the|an?|its|their|all|no|every|to)\b"
    r"| (?:who|which|that|and|in|on|from|at|with|near|first|also|then|now|later"
    r"|is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|do|does|said"
    r"|says|came|went|took|held|led|made|began|set|shot|fought|broke|fell|fled|left|met|put|ran"
    r"|sent|stood|struck|told|won|gave|got|kept|lost|drove|rode|threw|uses?|claims?|denies"
    r"|\w{3,}ed)\b"
)
_SAYS = re.compile(r" (?:said|says|told)\b")
_GROUPS = word_set(
    "band bloc side column wing party gang coalition police army military crowd mob group militia"
)
_PEOPLE = re.compile(r"[a-z]{2,}(?:er|or|man|ist|ian)")
_LOOK_BACK_CHARACTERS = 60
_MAX_SUBJECT_WORDS = 7
_ORGANISED = ARMED | {ActorClass.GOVERNMENT}


def subject_pronoun(text: str, start: int, verb: int) -> Bounds | None:
    """Return the "they" or "it" that is the subject of a verb; None where something else is.

    Args:
        text: a text.
        start: where the verb's sentence starts.
        verb: where the verb starts.
    """
    first = max(start, verb - _LOOK_BACK_CHARACTERS)
    found = _SUBJECT_PRONOUN.search(text[first:verb])
    return (first + found.start("pronoun"), first + found.end("pronoun")) if found else None


def antecedent_of(passages: Passages, pronoun: Bounds) -> Bounds | None:
    """Return the actor that a subject pronoun means; None where the text leaves a doubt.

    A pronoun that opens its sentence, or has only a time before it, means the subject that opens
    the sentence before it in the paragraph; one after ", and" the subject of its own sentence.
    """
    text, number = passages.text, passages.sentence_of(pronoun[0])
    start, (first, _) = passages.sentence_starts[number], passages.paragraph_bounds(pronoun[0])
    subject: Bounds | None = None
    if _GOES_ON.search(text[start : pronoun[0]]):
        subject = _opening_subject(text, start, pronoun[0])
    elif start > first and _ONLY_SETTING.fullmatch(text, start, pronoun[0]):
        subject = _opening_subject(text, passages.sentence_starts[number - 1], start)
    is_many = text[slice(*pronoun)].lower() == "they"
    return subject if subject and _is_actor(text, subject, is_many=is_many) else None


def _opening_subject(text: str, start: int, end: int) -> Bounds | None:
    """Return the noun phrase that a sentence opens with, without an article, up to its verb."""
    opening = _TO_SUBJECT.match(text, after_dateline(text, start, end), end)
    last = _AFTER_SUBJECT.search(text, opening.end(), end) if opening else None
    if opening is None or last is None:
        return None
    words = text[opening.end() : last.start()].split()
    return (opening.end(), last.start()) if 0 < len(words) <= _MAX_SUBJECT_WORDS else None


def _is_actor(text: str, bounds: Bounds, *, is_many: bool) -> bool:
    """Whether a noun phrase names who may act: many or a group for "they", one or a group else.

    People who only say something ("Residents said ...") are not those whom they tell of.
    """
    span = span_at(text, *bounds)
    phrase, kind = read_phrase(text, span), actor_class(span.text)
    if kind is ActorClass.CIVILIAN_SITE or phrase.kind in ("pronoun", "number"):
        return False
    if _SAYS.match(text, bounds[1]) and kind not in ARMED and phrase.kind != "name":
        return False
    if phrase.head in _GROUPS or phrase.kind == "institution":
        return True
    if not is_many:
        return not phrase.is_plural and (kind in _ORGANISED or phrase.kind == "name")
    is_person = kind is not None or _PEOPLE.fullmatch(phrase.head) is not None
    return phrase.is_plural and (is_person or phrase.holds_name)
