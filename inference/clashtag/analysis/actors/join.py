"""Mentions of one actor, place or thing in an article, joined by rules that can be read.

Names join wherever they stand in the article: equal but for inflection and transliteration, an
acronym and the name it abbreviates, the last words of a longer name, or two names of one line of
the alias table. A definite description joins the one name that its noun fits ("the Front", "the
group"). Everything else ("gunmen", "four people", "they") joins within one incident only, since
two incidents may well have different gunmen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from clashtag.analysis.actors.acronyms import find_acronyms
from clashtag.analysis.actors.aliases import AliasTable, fold
from clashtag.analysis.actors.phrases import (
    Phrase,
    in_apposition,
    informativeness,
    read_phrase,
    singular,
)
from clashtag.analysis.findings import Entity
from clashtag.analysis.text.passages import passages_of
from clashtag.analysis.text.word_lists import word_set
from clashtag.records import Span

_MEMBERS = (
    "fighter|militant|member|rebel|gunman|gunmen|insurgent|force|troop|soldier|jihadist|men|unit"
)
_MEMBERS_OF = re.compile(rf"^(?:suspected |alleged )?(?:{_MEMBERS})s? of (?:the )?", re.IGNORECASE)
_MEMBERS_AFTER = re.compile(rf" (?:{_MEMBERS})s?$")
_DIRECTIONS = word_set(
    "north south east west northern southern eastern western central upper lower new old greater"
    " inner outer middle northeastern northwestern southeastern southwestern"
)
_GROUP_NOUNS = word_set("group movement organisation organization outfit faction militia")
_GROUP_NAMES = word_set(
    "front movement army brigade force state union council party militia liberation column league"
    " group faction resistance command cartel organisation organization corps legion"
    " alliance"
)
_DOERS = word_set("attacker assailant raider perpetrator captor abductor kidnapper bomber shooter")
# "We", "who" and "his" are whoever speaks or is spoken of, and join with nobody here.
_PLURAL = word_set("they them those these all both each")
_REFERRING = _PLURAL | word_set("he she it him her")
_DOUBLED = re.compile(r"(.)\1")
_ONE = ("number", 1)
_MAX_PARAGRAPHS_BACK = 1


def join_mentions(
    text: str,
    mentions: Iterable[Span],
    aliases: AliasTable | None = None,
    *,
    incidents: Iterable[Collection[Span]] = (),
) -> tuple[Entity, ...]:
    """Join the mentions of one actor, place or thing into entities, in text order.

    Args:
        text: the article.
        mentions: spans of it; equal ones count once.
        aliases: further names of actors; by default the shipped table.
        incidents: mentions that play one role in one incident, within which descriptions,
            numbers and pronouns may join too. Without them each of these is an entity alone.
    """
    table = AliasTable.shipped() if aliases is None else aliases
    spans = sorted(set(mentions), key=lambda span: (span.start, span.end))
    phrases = [read_phrase(text, span) for span in spans]
    article = _Article(text, phrases, table)
    article.join_names()
    article.join_short_forms()
    article.join_definite_descriptions()
    position = {span: index for index, span in enumerate(spans)}
    for group in incidents:
        article.join_within([position[span] for span in group if span in position])
    return article.entities()


class _Article:
    """The phrases of one article and which of them are joined so far."""

    def __init__(self, text: str, phrases: Sequence[Phrase], aliases: AliasTable) -> None:
        self._text = text
        self._phrases = phrases
        self._passages = passages_of(text)
        self._root = list(range(len(phrases)))
        acronyms = find_acronyms(text)
        self._canonical = [_canonical(phrase, aliases, acronyms) for phrase in phrases]
        self._identity = [
            canonical or _identity(phrase, acronyms)
            for phrase, canonical in zip(phrases, self._canonical, strict=True)
        ]

    def join_names(self) -> None:
        """Join the phrases that stand for one name or institution."""
        first: dict[str, int] = {}
        for index, identity in enumerate(self._identity):
            if identity is not None:
                self._join(index, first.setdefault(identity, index))

    def join_short_forms(self) -> None:
        """Join the last words of a longer name with it, where no other name ends so."""
        by_last_word: dict[str, list[int]] = {}
        for index, phrase in enumerate(self._phrases):
            if phrase.kind == "name":
                by_last_word.setdefault(phrase.words[-1], []).append(index)
        for names in by_last_word.values():
            for short in names:
                self._join_if_one(short, [i for i in names if self._is_longer_name(i, short)])

    def join_definite_descriptions(self) -> None:
        """Join "the brigade", "the group" with the one name before them that fits."""
        with_word: dict[str, list[int]] = {}
        groups: list[int] = []
        for index, phrase in enumerate(self._phrases):
            if self._is_bare_definite(index):
                fitting = with_word.get(phrase.key, [])
                if not fitting and phrase.key in _GROUP_NOUNS:
                    fitting = [i for i in groups if self._is_near(i, index)]
                self._join_if_one(index, fitting)
            if phrase.holds_name:
                for word in set(phrase.words):
                    with_word.setdefault(word, []).append(index)
                if _is_group_name(phrase):
                    groups.append(index)

    def join_within(self, group: Collection[int]) -> None:
        """Join what is not named among the phrases of one role in one incident."""
        for index, other in (*self._alike(group), *self._appositions(group)):
            self._join_if_one(index, [other])
        for index in group:
            phrase = self._phrases[index]
            others = [
                i
                for i in group
                if self._find(i) != self._find(index) and _may_mean(phrase, self._phrases[i])
            ]
            if phrase.key in _REFERRING:
                before = [i for i in others if i < index and self._is_just_before(i, index)]
                self._join_if_one(index, before)
            elif phrase.is_definite and phrase.head in _DOERS:
                self._join_if_one(index, others)

    def _alike(self, group: Collection[int]) -> Iterator[tuple[int, int]]:
        """Yield the pairs of phrases that mean the same if any do.

        "Convoy" may be the grain convoy, unless there is a water convoy too.
        """
        phrases = self._phrases
        first: dict[tuple[str, int | None], int] = {}
        for i in group:
            if phrases[i].kind != "pronoun" and (phrases[i].kind, phrases[i].number) != _ONE:
                yield i, first.setdefault((phrases[i].key, phrases[i].number), i)
        distinct = first.values()
        fitting = {
            i: [j for j in distinct if i != j and _fit(phrases[i], phrases[j])] for i in distinct
        }
        is_clear = {
            i: all(_fit(phrases[j], phrases[k]) for j, k in combinations(others, 2))
            for i, others in fitting.items()
        }
        for i, others in fitting.items():
            yield from ((i, j) for j in others if is_clear[i] and is_clear[j])

    def _appositions(self, group: Collection[int]) -> Iterator[tuple[int, int]]:
        """Yield the pairs of phrases that name one person twice."""
        for first, second in pairwise(sorted(group)):
            spans = self._phrases[first].span, self._phrases[second].span
            if in_apposition(self._text, *spans):
                yield second, first

    def entities(self) -> tuple[Entity, ...]:
        """Return what is joined now."""
        members: dict[int, list[int]] = {}
        for index in range(len(self._phrases)):
            members.setdefault(self._find(index), []).append(index)
        return tuple(
            Entity(
                name=max((self._phrases[i] for i in of), key=informativeness).span.text,
                mentions=tuple(self._phrases[i].span for i in of),
                canonical=next((self._canonical[i] for i in of if self._canonical[i]), None),
            )
            for of in members.values()
        )

    def _join_if_one(self, index: int, candidates: Sequence[int]) -> None:
        """Join with the candidates if they are all one entity already: anything else is a guess."""
        roots = {self._find(candidate) for candidate in candidates}
        if len(roots) == 1 and not self._contradict(index, candidates[0]):
            self._join(index, candidates[0])

    def _contradict(self, first: int, second: int) -> bool:
        """Whether the alias table knows the two by different names."""
        names = self._canonical[first], self._canonical[second]
        return None not in names and names[0] != names[1]

    def _is_bare_definite(self, index: int) -> bool:
        phrase = self._phrases[index]
        is_known = phrase.kind == "institution" or self._canonical[index] is not None
        is_bare = phrase.number is None and len(phrase.words) == 1
        return phrase.is_definite and is_bare and not is_known

    def _is_longer_name(self, longer: int, short: int) -> bool:
        words, end = self._phrases[longer].words, self._phrases[short].words
        is_longer = len(words) > len(end) and words[-len(end) :] == end
        return is_longer and words[0] not in _DIRECTIONS and not self._contradict(short, longer)

    def _is_near(self, name: int, description: int) -> bool:
        first, second = (
            self._passages.paragraph_of(self._phrases[i].span.start) for i in (name, description)
        )
        return second - first <= _MAX_PARAGRAPHS_BACK

    def _is_just_before(self, phrase: int, pronoun: int) -> bool:
        """Whether a phrase stands in a pronoun's sentence or the one before it."""
        first, second = (
            self._passages.sentence_of(self._phrases[i].span.start) for i in (phrase, pronoun)
        )
        return second - first <= 1

    def _join(self, first: int, second: int) -> None:
        low, high = sorted((self._find(first), self._find(second)))
        self._root[high] = low

    def _find(self, index: int) -> int:
        while self._root[index] != index:
            index = self._root[index]
        return index


def _canonical(phrase: Phrase, aliases: AliasTable, acronyms: Mapping[str, str]) -> str | None:
    """Return the table's name; what the text itself says an acronym stands for goes first.

    The fighters of a group are the group, but soldiers are not their country.
    """
    words = phrase.span.text
    if words in acronyms:
        return aliases.canonical(acronyms[words].title())
    if phrase.number is not None:
        return None
    group = _group_of(words)
    return aliases.canonical(group if aliases.kind(group) == "group" else words)


def _group_of(words: str) -> str:
    """Return the name in "members of NAME" and "NAME fighters"."""
    return _MEMBERS_AFTER.sub("", _MEMBERS_OF.sub("", words))


def _identity(phrase: Phrase, acronyms: Mapping[str, str]) -> str | None:
    """Return what two phrases of one name or institution share; None for any other phrase."""
    if not phrase.holds_name and phrase.kind != "institution":
        return None
    base = _group_of(phrase.key)
    named = {fold(acronym): name for acronym, name in acronyms.items()}
    return _DOUBLED.sub(r"\1", named.get(base, base).removeprefix("al ").removeprefix("el "))


def _fit(one: Phrase, other: Phrase) -> bool:
    """Whether two phrases of one role in one incident may mean the same people or thing."""
    if None not in (one.number, other.number) and one.number != other.number:
        return False
    if "number" in (one.kind, other.kind):
        return one.number == other.number and one.number not in (None, 1)
    if one.head != other.head or one.is_plural != other.is_plural or other.kind == "pronoun":
        return False
    shorter, longer = sorted((set(one.words), set(other.words)), key=len)
    if (longer - shorter) & _DIRECTIONS:
        return False
    return None not in (one.number, other.number) or shorter <= longer | {one.head}


def _may_mean(reference: Phrase, other: Phrase) -> bool:
    """Whether "it" or "the attackers" agree in number with a phrase; a group may be "they"."""
    if other.kind == "pronoun":
        return False
    is_several = other.is_plural or (other.number or 1) > 1
    is_plural = reference.is_plural if reference.head in _DOERS else reference.key in _PLURAL
    if not is_plural:
        return not is_several
    return is_several or other.kind == "institution" or _is_group_name(other)


def _is_group_name(phrase: Phrase) -> bool:
    is_acronym = phrase.span.text.isupper() and len(phrase.words) == 1
    return is_acronym or any(singular(word) in _GROUP_NAMES for word in phrase.words)
