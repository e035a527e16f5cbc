"""Finite verbs, told by their shape and the word before them: "police launched raids" has one.

Without a grammar "launched" in "the launched raid" and "a convoy escorted by troops" is known for
a participle by the article before it and the "by" behind it.
"""

from __future__ import annotations

import re

from clashtag.analysis.text.word_lists import word_set

_AUXILIARIES = word_set(
    "was were is are had has have will would could can may might must should did do does"
)
_IRREGULAR = word_set(
    "hit struck hurt shot blew took left came began broke burnt cut drove fell fought fled gave got"
    " held kept led lost made met put ran sent set shook sank shut sought split spread stood stole"
    " swept threw tore went won kills hits hurts injures wounds destroys damages leaves causes"
    " takes carries carry launches launch stages stage conducts conduct mounts mount"
)
_REGULAR = re.compile(r"\w+[^\We]ed|freed|agreed|guaranteed")
_NO_VERBS = word_set(
    "armed allied united unmanned manned coordinated combined concerted improvised guided"
    " unprecedented alleged suspected unidentified so-called hundred sacred naked shed hatred"
)
_OPENS_NOUN = word_set(
    "the a an this that these those its their his her our my another other several some many all"
    " both no each every two three four five six seven eight nine ten twelve dozens scores hundreds"
    " first second third fourth last latest recent new and or of in on at near by with from for to"
    " against over into around outside inside as than"
)
_WORD = re.compile(r"[^\W_][\w’'-]*")
_BY = re.compile(r"(?: out| up| down)? by\b")


def finite_verb(
    text: str,
    start: int,
    end: int,
    *,
    follows_noun: bool = False,
    participles: frozenset[str] = frozenset(),
) -> int | None:
    """Return where the first finite verb of a stretch of a clause starts; None where none does.

    Args:
        text: a text.
        start: where the stretch starts.
        end: where it ends.
        follows_noun: a noun stands before the stretch, so that its first word may be a verb.
        participles: words of a verb's shape that are none here.
    """
    no_verbs = _NO_VERBS | participles
    may_follow = follows_noun
    for found in _WORD.finditer(text, start, end):
        word = found.group().lower()
        is_verb = may_follow and word not in no_verbs and _has_shape(word)
        if found.group() in _AUXILIARIES or (is_verb and not _BY.match(text, found.end())):
            return found.start()
        if not word.endswith("ly"):  # "the deadly launched ...", "police reportedly launched ..."
            may_follow = not _opens_noun(word)
    return None


def _has_shape(word: str) -> bool:
    return word in _IRREGULAR or _REGULAR.fullmatch(word) is not None


def _opens_noun(word: str) -> bool:
    """Whether a noun phrase goes on after a word, so that no verb follows it."""
    return (
        word in _OPENS_NOUN or word[0].isdigit() or word.endswith(("ing", "'s", "’s", "s'", "s’"))
    )
