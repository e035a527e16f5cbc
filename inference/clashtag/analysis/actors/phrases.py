"""What a noun phrase says of itself: its head, its number, and whether it is a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from clashtag.analysis.actors.aliases import fold
from clashtag.analysis.quantities.read import number_after
from clashtag.analysis.text.pronouns import PRONOUNS
from clashtag.analysis.text.word_lists import word_set
from clashtag.records import Span

Kind = Literal["name", "institution", "description", "number", "pronoun"]


_INSTITUTIONS = word_set(
    "army military navy police gendarmerie government authorities coalition junta regime parliament"
    " ministry prosecutors prosecution coastguard"
)
_IRREGULAR = {"men": "man", "women": "woman", "people": "person", "children": "child"}
_HEAD_END = re.compile(
    r"[,;(]|(?<!\s)\s+(?:of|from|in|at|on|near|with|for|to|by|who|which|that|between|against|under|de|du"
    r"|des|del|loaded|belonging|accused|inside|outside|along|across|behind)\s"
)
_TYPED_PLACE = re.compile(
    r"^(?:village|town|city|hamlet|port|district|province|region|state|county|department|commune"
    r"|municipality|island|camp|suburb|valley|zone|locality|area) of (?=[A-Z])"
)
_DEFINITE_BEFORE = re.compile(r"\b(?:the|this|that|these|those)\s+$", re.IGNORECASE)
_DEFINITE_START = re.compile(r"(?:the|this|that|these|those)\s", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.&/-][^\W_]+)*")
_SENTENCE_OPENERS = ".!?:\n—–-•”"
_NAMING = re.compile(
    r",? (?:named|called|(?:\w+ )?known as|identified (?:only )?as|nicknamed|alias|aka),? (?:the )?"
    r"[\"“‘']?"
)
_ENDS_APPOSITION = re.compile(
    r"(?:, (?:aged )?\d{1,3})?"
    r"(?:[.;]|$|, (?:was|is|has|had|died|who|whose|when|after|in|at|on|by)\b)"
)
_EXPLAINING = re.compile(r", (?:(?:aged )?\d{1,3}, )?(?:an?|the|his|her|their) ")
_LOOK_BACK_CHARACTERS = 20
_MAX_HEADLINE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Phrase:
    """A mention taken apart.

    `key` is its folded text and `words` the words of that, `head` its folded head noun in the
    singular, `number` the whole number it opens with. `holds_name` says that a name is in it
    ("Chadian soldiers"), which makes it a name itself where its head is one, and `is_definite`
    that "the" or "this" goes with it.
    """

    span: Span
    kind: Kind
    key: str
    words: tuple[str, ...]
    head: str
    number: int | None
    is_plural: bool
    holds_name: bool
    is_definite: bool


@lru_cache(maxsize=4096)
def read_phrase(text: str, span: Span) -> Phrase:
    """Take a mention of a text apart."""
    before = text[max(0, span.start - _LOOK_BACK_CHARACTERS) : span.start]
    bare = _TYPED_PLACE.sub("", _POSSESSIVE.sub("", _ARTICLE.sub("", span.text)))
    number, rest = _split_number(bare)
    key = fold(bare)
    words = _WORD.findall(rest)
    end = _HEAD_END.search(rest)
    head_words = _WORD.findall(rest[: end.start()] if end else rest)
    last = fold(head_words[-1]).split()[-1] if head_words else ""
    names = _names_in(text, span.start, words) if number is None else frozenset()
    return Phrase(
        span,
        kind=_kind(bare, words, number, is_name=len(head_words) - 1 in names),
        key=key,
        words=tuple(key.split()),
        head=singular(last),
        number=number,
        is_plural=singular(last) != last,
        holds_name=bool(names),
        is_definite=bool(_DEFINITE_BEFORE.search(before) or _DEFINITE_START.match(span.text)),
    )


def in_apposition(text: str, first: Span, second: Span) -> bool:
    """Whether a text names one person twice: "a guard named Odrel", "Abel Odrel, 36, a guard".

    So it does in "a guard, Abel Odrel, was killed", where no list goes on after the name.
    """
    if _NAMING.fullmatch(text, first.end, second.start):
        return True
    if text[first.end : second.start] == ", " and _ENDS_APPOSITION.match(text, second.end):
        return _is_one_by_name(read_phrase(text, second), read_phrase(text, first))
    if not _EXPLAINING.fullmatch(text, first.end, second.start):
        return False
    return _is_one_by_name(read_phrase(text, first), read_phrase(text, second))


def _is_one_by_name(name: Phrase, description: Phrase) -> bool:
    is_one = name.kind == "name" and not name.is_plural and not description.is_plural
    return is_one and description.kind == "description" and not description.holds_name


def informativeness(phrase: Phrase) -> tuple[int, bool, int, int]:
    """Rank names over descriptions over numbers and pronouns, then long over short, then by place.

    A headline in capitals comes after the same kind of phrase in the text.
    """
    rank = {"name": 3, "institution": 2, "description": 2, "number": 1, "pronoun": 0}[phrase.kind]
    is_shouted = phrase.span.text.isupper() and len(phrase.words) > 1
    length = len(phrase.span.text)
    return max(rank, 3 * phrase.holds_name), not is_shouted, length, -phrase.span.start


def singular(word: str) -> str:
    """Return an English noun without its plural ending, roughly but alike for both forms."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men"):
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|x|ch|sh)es$", word):
        return word[:-2]
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


def _split_number(phrase: str) -> tuple[int | None, str]:
    """Return the number a phrase opens with and the words after it."""
    quantity = number_after(phrase, 0)
    if quantity is None:
        return None, phrase
    number = quantity.maximum if quantity.minimum is None else quantity.minimum
    return number, phrase[quantity.words.end :]


def _kind(bare: str, words: list[str], number: int | None, *, is_name: bool) -> Kind:
    if not words:
        return "number" if number is not None else "pronoun"
    if len(words) == 1 and words[0].lower() in PRONOUNS:
        return "pronoun"
    if fold(bare) in _INSTITUTIONS:
        return "institution"
    return "name" if is_name else "description"


def _names_in(text: str, start: int, words: list[str]) -> frozenset[int]:
    """Return which words have the capitals of a name, not of a sentence or a headline."""
    if _is_in_headline_of_capitals(text, start):
        return frozenset()
    opens_sentence = not _is_inside_sentence(text, start)
    in_text = _words_of(text)
    return frozenset(
        position
        for position, word in enumerate(words)
        if word[0].isupper()
        and word.lower() not in in_text.lower_case
        and (
            position > 0
            or not opens_sentence
            or (len(word) > 1 and word.isupper())
            or word in in_text.inside_sentences
        )
    )


@dataclass(frozen=True, slots=True)
class _TextWords:
    """The words that a text has in lower case, and those that stand inside its sentences."""

    lower_case: frozenset[str]
    inside_sentences: frozenset[str]


@lru_cache(maxsize=8)
def _words_of(text: str) -> _TextWords:
    """Read the words of a text once for all of its phrases."""
    words = [(match.group(), match.start()) for match in _WORD.finditer(text)]
    return _TextWords(
        frozenset(word for word, _ in words if word.islower()),
        frozenset(word for word, start in words if _is_inside_sentence(text, start)),
    )


def _is_inside_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - _LOOK_BACK_CHARACTERS) : start].rstrip(" \t\"'“‘(")
    return bool(before) and before[-1] not in _SENTENCE_OPENERS


def _is_in_headline_of_capitals(text: str, start: int) -> bool:
    line_start = text.rfind("\n", max(0, start - _MAX_HEADLINE_CHARACTERS), start) + 1
    if line_start == 0 and start > _MAX_HEADLINE_CHARACTERS:
        return False
    line_end = text.find("\n", start, line_start + _MAX_HEADLINE_CHARACTERS)
    is_headline = line_end >= 0 or len(text) <= line_start + _MAX_HEADLINE_CHARACTERS
    return is_headline and text[line_start : line_end if line_end >= 0 else None].isupper()
