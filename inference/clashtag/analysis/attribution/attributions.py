"""Where a text says who reports something: "X said ...", "..., said X", "according to X".

The rules know no grammar. They read a sentence's punctuation, its reporting verbs and the shape
of the words around them, and prefer finding nothing to finding the wrong words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from clashtag.analysis.text.passages import Passages
from clashtag.analysis.text.pronouns import DEMONSTRATIVE, SUBJECTS

Bounds = tuple[int, int]

# Those that end in -ed are adjectives as often: "two alleged lookouts", "land claimed by both".
_VERB = re.compile(
    r"\b(?:sa(?:y|ys|id)|t(?:old|ells?)|wrote|adds|claims?|confirms?|announces?|reports?"
    r"|acknowledges?|admits?|alleges?|declares?|insists?|maintains?|estimates?|accuses?"
    r"|attributes?|blames?|warns?"
    r"|puts?(?=\s+(?:the\s+)?(?:deaths|toll|death toll|number|figure|count|dead))"
    r"|g(?:ave|ives?)(?=\s+(?:(?:an?|the|no)\s+)?(?:(?:death )?toll|figure|count|number|\d))"
    r"|(?:added|claimed|confirmed|announced|reported|states|stated|acknowledged|admitted|alleged"
    r"|declared|insisted|maintained|estimated|accused|attributed|blamed|warned|explained|recalled"
    r"|testified|counted|logged|recorded|documented|assured|asserted|complained|noted|revealed)"
    r"(?=\s*[,.:;\"“”]|\s+(?:that|the|an?|its|his|her|their|it|they|he|she|there|no|at least|more"
    r"|some|about|around|nearly|responsibility|in|on|\d|[A-Z]\w*|one|two|three|four|five|six"
    r"|seven|eight|nine|ten)\b"
    r"|\s+[\"“\d])(?!\s+by\b))\b"
)
_INVERTED = re.compile(r"(?:sa(?:y|ys|id)|adds|added|wrote|explained|recalled|declared|insisted)$")
_NO_SUBJECT_BEFORE = re.compile(
    r"\b(?:(?-i:[Ii]s)|are|was|were|be|been|being|to|not|by|of|the|an?|its|their|his|her|no|any|who|which"
    r"|that|and|or)\s+(?:also\s+)?$|n['’]t\s+$",
    re.IGNORECASE,
)
_BEFORE_VERB = re.compile(
    r"(?<!\s)\s+(?:has|have|had|also|later|earlier|then|now|since|separately|himself|herself|itself"
    r"|themselves|again|only|officially|publicly|meanwhile|nevertheless|nonetheless|however|still"
    r"|instead|here|there|[A-Z][a-z]+day)$"
)
_BRACKETS_BEFORE = re.compile(r"\s\([^()]{1,20}\)\s$")
_BOUNDARY = re.compile(r":(?!\d)|[;—–()\[\]\"“”«»?!•]|\s-\s|\.\s|\n")
_INNER_CLAUSE = re.compile(r"\bthat\s(?!of\b)")
_LEADING = re.compile(
    r"\s*(?:(?:and|but|while|as|meanwhile|however|when|where|though|although|because|since|that|so"
    r"|yet|or|then|also|still|later|earlier|the|an?|[A-Z][a-z]+day)\b|\d\d[:.]\d\d\b)[\s,]*",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    r"\s*(?:about|after|against|amid|among|asked|at|before|by|citing|despite|during|for|from|if|in"
    r"|last|near|of|on|over|speaking|through|to|under|until|with|within|without|who|which|whose"
    r"|whom|where|when|aged|\d\S*|was|were|(?-i:[Ii]s)|are|had|has|have|no|none|nobody|neither|not"
    r"|(?-i:[a-z]+ing))\b",
    re.IGNORECASE,
)
_AFTER_NOUN = re.compile(
    r",|(?<!\s)\s+(?:who|which|whose|whom|that|when|where|while|after|before|because|during|being|had|has"
    r"|have|is|was|will|would|can|could|may|by (?:tele)?phone|on (?:social|Mon|Tues|Wednes|Thurs"
    r"|Fri|Satur|Sun|\d)|(?:in|by) (?:an?\s+)?(?:\w+\s+)?(?:statement|recording|message|video|post"
    r"|interview|communiqu[eé]|letter|broadcast|tweet|e-?mail|voice note))\b"
)
_PRONOUN = re.compile(
    rf"(?:(?:.* )?(?:{'|'.join(sorted(SUBJECTS))})|{'|'.join(sorted(DEMONSTRATIVE))}|one|some|there"
    r"|each|both|all|many|few)$",
    re.IGNORECASE,
)
_NOUN_START = re.compile(
    r"\s+(?=(?:the|an?|one|two|three|four|five|six|several|its|their|his|her|another)\s"
    r"|[A-Z]\w|[a-z]+ [A-Z]\w)"
)
_NOUN_END = re.compile(r"[,;:.!?()\[\]\"“”«»—–\n](?!\w)|\s-\s|\s(?:who|whose|which|that)\b|$")
_CLAUSE_VERB = re.compile(
    r"\b(?:had|has|have|was|were|is|are|would|will|could|can|did|may|might|do|does|should|must)\b"
)
_DETERMINER = re.compile(
    r"(?<=[\w’'])(?<! and)(?<! or)(?<! of)\s+(?:an?|the|this|these|there|its)\s"
)
_TRAILING = re.compile(r"(?:[\w'’-]++\s++){0,4}[\w'’-]*+\s*+(?:[.,;:!?”\"]|$)")
_OPENS_REPORT = re.compile(r"(?:\w+\s){0,4}that\b|[\"“]")
_SPEAKER = (
    r"(?:officials?|officers?|spokes\w+|police|army|military|navy|ministry|minister|command"
    r"|government|governor|mayor|residents?|witness(?:es)?|monitors?|sources?|activists?|society"
    r"|union|group|coalition|forces|prosecutors?|hospital|doctors?|medics?|agency|media|NGO|UN)"
)
_SPEAKER_ALONE = re.compile(rf"(?:[\w'’-]+ ){{0,2}}{_SPEAKER}", re.IGNORECASE)
_LAST_CLAUSE = re.compile(r".*\b(?:and|but)\s+")
_HEADLINE = re.compile(rf"\s[-–—]\s+((?:[\w.'’-]+\s){{0,2}}{_SPEAKER})\s*$", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?:^|(?<=[.!?]\s)|(?<=\d\s))((?:[\w'’-]+\s){{0,3}}{_SPEAKER})(?=:\s)", re.IGNORECASE
)
_ACCORDING = re.compile(
    r"\b(?:according to|in the words of|citing|(?:announced|confirmed|counted|documented|recorded"
    r"|reported|verified) by)\s+",
    re.IGNORECASE,
)
_TALLY = re.compile(
    r"\b(?:by|in|on)\s+(?:(?:the|an?)\s+)?((?:[\w-]+\s){0,4}?[\w-]+)['’]s?\s+(?:own\s+)?(?:list"
    r"|count|tally|figures?|version|account|estimates?|reckoning|telling)\b"
)
_MAX_NOUN_CHARACTERS = 120
_LOOK_BACK_CHARACTERS = 60
_MAX_SUBJECT_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source and the characters that it is said to report.

    `source` is None where only a pronoun stands for it. `at` is the offset of the reporting words,
    `first` to `last` what they govern, and `is_leading` says that they stand before it.
    """

    source: Bounds | None
    at: int
    first: int
    last: int
    is_leading: bool = False


def find_attributions(passages: Passages) -> list[Attribution]:
    """Return the attributions of a text in the order of their reporting words."""
    bounds = pairwise([*passages.sentence_starts, len(passages.text)])
    found = [one for start, end in bounds for one in _in_sentence(passages.text, start, end)]
    return sorted(found, key=lambda attribution: attribution.at)


def _in_sentence(text: str, start: int, end: int) -> Iterator[Attribution]:
    sentence = text[start:end].rstrip()
    end = start + len(sentence)
    for verb in _VERB.finditer(text, start, end):
        found = _of_inverted(text, start, end, verb) or _of_verb(text, start, end, verb)
        if found is not None:
            yield found
    for words in _ACCORDING.finditer(text, start, end):
        source = noun_after(text, words.end(), end)
        if source is not None and not is_pronoun(text, source):
            yield Attribution(source, words.start(), start, end)
    for pattern in (_HEADLINE, _LABEL, _TALLY) if start == 0 else (_LABEL, _TALLY):
        for words in pattern.finditer(sentence):
            source = start + words.start(1), start + words.end(1)
            if not is_pronoun(text, source):
                clause = _clause(text, start, end, source[0]) if pattern is _TALLY else (start, end)
                yield Attribution(source, source[0], *clause)


def _of_inverted(text: str, start: int, end: int, verb: re.Match[str]) -> Attribution | None:
    """Read "..., said X." at a verb."""
    before = text[start : verb.start()].rstrip()
    is_closing = not before or before[-1] in ',"”’?!'
    opening = _NOUN_START.match(text, verb.end(), end)
    if not (is_closing and opening and _INVERTED.match(verb.group())):
        return None
    stop = _NOUN_END.search(text, opening.end(), end)
    noun = _trimmed(text, opening.end(), stop.start() if stop else end)
    if noun is None or _CLAUSE_VERB.search(text, opening.end(), stop.start() if stop else end):
        return None
    return Attribution(noun, verb.start(), start, end)


def _of_verb(text: str, start: int, end: int, verb: re.Match[str]) -> Attribution | None:
    """Read "X said ..." or "..., X said." at a verb."""
    subject = subject_before(text, start, verb.start())
    if subject is None:
        return None
    source = None if is_pronoun(text, subject) else subject
    if _is_trailing(text, subject[0], start, verb.end(), end):
        return Attribution(source, verb.start(), start, end)
    return Attribution(source, verb.start(), verb.end(), end, is_leading=True)


def subject_before(text: str, start: int, verb: int) -> Bounds | None:
    """Return the subject of a verb; None where it has none, as after "to", "not" or "was".

    Args:
        text: a text.
        start: where the verb's sentence starts.
        verb: where the verb starts.
    """
    near = max(start, verb - _LOOK_BACK_CHARACTERS)
    if _NO_SUBJECT_BEFORE.search(text[near:verb]):
        return None
    brackets = _BRACKETS_BEFORE.search(text, near, verb)
    return _subject(text, start, brackets.start() if brackets else verb)


def _subject(text: str, start: int, verb: int) -> Bounds | None:
    """Return the noun phrase before a verb, past the appositions between the two.

    What stands right before the verb is its subject, unless a comma comes between: then it is the
    first part of the clause that can be one, or the name that explains that part, or else the first
    that is a speaker ("the post fell, the army, once trusted, said").
    """
    start = max(start, verb - _MAX_SUBJECT_CHARACTERS)
    clause = max((match.end() for match in _BOUNDARY.finditer(text, start, verb)), default=start)
    commas = [match.end() for match in re.finditer(r",\s", text[clause:verb])]
    parts = [*pairwise([clause, *(clause + comma for comma in commas), verb])]
    parts = [(first, last) for first, last in parts if text[first:last].strip(" ,")]
    if not text[start:verb].rstrip().endswith(","):
        parts = parts[-1:]
    nouns = [_trimmed(text, first, last) for first, last in parts]
    found = [noun for noun in nouns if noun and not _NO_SUBJECT.match(text, *noun)]
    if not found or _opens_name(text, found[0]):
        return found[0] if found else None
    if len(found) > 1 and _opens_name(text, found[1]):
        return found[1]
    if not text[slice(*found[0])].islower():
        return found[0]
    speakers = (noun for noun in found if _SPEAKER_ALONE.fullmatch(text, *noun))
    return next(speakers, found[0])


def _opens_name(text: str, noun: Bounds) -> bool:
    """Whether a noun phrase begins with a name: in capitals, and without an article."""
    is_bare = not re.search(
        r"\b(?:the|an?)\s+$", text[max(0, noun[0] - 5) : noun[0]], re.IGNORECASE
    )
    return is_bare and text[noun[0]].isupper()


def _trimmed(text: str, start: int, end: int) -> Bounds | None:
    """Return a noun phrase without what surrounds it, None where nothing is left."""
    start = max((m.end() for m in _INNER_CLAUSE.finditer(text, start, end)), default=start)
    start = max((m.end() for m in _VERB.finditer(text, start, end)), default=start)
    while match := _LEADING.match(text, start, end):
        start = match.end()
    phrase = text[start:end].lstrip(" ,'‘")
    start = end - len(phrase)
    phrase = phrase.rstrip(" ,'’")
    while match := _BEFORE_VERB.search(phrase):
        phrase = phrase[: match.start()].rstrip(" ,")
    last = _LAST_CLAUSE.match(phrase)
    if last and _CLAUSE_VERB.search(last.group()):  # "shots were fired and officials said"
        start, phrase = start + last.end(), phrase[last.end() :]
    cut = _AFTER_NOUN.search(phrase)
    phrase = phrase[: cut.start()] if cut else phrase
    if not phrase or len(phrase) > _MAX_NOUN_CHARACTERS or not phrase[0].isalnum():
        return None
    return start, start + len(phrase)


def noun_after(text: str, start: int, end: int) -> Bounds | None:
    """Return the noun phrase that starts at an offset and ends before another one."""
    stop = _NOUN_END.search(text, start, end)
    last = stop.start() if stop else end
    determiner = _DETERMINER.search(text, start, last)
    return _trimmed(text, start, determiner.start() if determiner else last)


def _is_trailing(text: str, subject: int, start: int, verb_end: int, end: int) -> bool:
    """Whether "X said" closes or interrupts what it reports rather than opening it."""
    before = re.sub(r"\b(?:the|an?)\s+$", "", text[start:subject], flags=re.IGNORECASE).rstrip()
    after = text[verb_end:end].lstrip()
    if not before or before[-1] not in ',"”’?!–—-' or _OPENS_REPORT.match(after):
        return False
    return bool(_TRAILING.match(after))


def _clause(text: str, start: int, end: int, offset: int) -> Bounds:
    """Return the part of a sentence between semicolons around an offset."""
    first = text.rfind(";", start, offset)
    last = text.find(";", offset, end)
    return (start if first < 0 else first), (end if last < 0 else last)


def is_pronoun(text: str, bounds: Bounds) -> bool:
    """Whether a noun phrase is only a pronoun, which names nobody."""
    return bool(_PRONOUN.match(text[slice(*bounds)]))
