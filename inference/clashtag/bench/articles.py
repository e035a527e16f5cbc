"""Articles of chosen lengths, cut from whole ones or joined from them at the ends of sentences."""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from clashtag.errors import InputError
from clashtag.text_files import read_articles

DEFAULT_FOLDER = Path("data/articles")
MIXED_WORDS = (20, 2000)

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n\s*")
_BETWEEN_ARTICLES = "\n\n"
# Lists and tables have no ends of sentences; they are cut between words.
_LONGEST_SENTENCE_WORDS = 60
_LONGEST_MEAN_WORD = 40


@dataclass(frozen=True, slots=True)
class Source:
    """What the articles were cut from: file names, how much they hold, and a hash of the texts."""

    files: tuple[str, ...]
    articles: int
    words: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WholeArticles:
    """The texts of articles, and where they come from."""

    source: Source
    texts: tuple[str, ...]


def read_whole_articles(files: Sequence[str]) -> WholeArticles:
    """Read the articles of files, by default those of `data/articles` in a checkout.

    Raises:
        InputError: if there is nothing to read, a file or line cannot be read, or a text's words
            are not separated by spaces.
    """
    paths = list(files) or sorted(str(path) for path in DEFAULT_FOLDER.glob("*.jsonl"))
    if not paths:
        raise InputError(
            f"no articles to measure on: there is no {DEFAULT_FOLDER}/*.jsonl here",
            "name text files or JSON Lines: clashtag bench articles/*.txt",
        )
    records = read_articles(paths, _refuse)
    texts = tuple(record.text for record in records if record.text.strip())
    if not texts:
        raise InputError(f"{', '.join(paths)}: hold no text", "give articles with text")
    lengths = [word_count(text) for text in texts]
    for text, words in zip(texts, lengths, strict=True):
        if len(text) > _LONGEST_MEAN_WORD * words:
            raise InputError(
                f"an article of {len(text):,} characters has {words:,} words: {text[:40]!r}",
                "give articles whose words are separated by spaces",
            )
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
    return WholeArticles(Source(tuple(paths), len(texts), sum(lengths), digest), texts)


def word_count(text: str) -> int:
    """Return the number of words between white space."""
    return len(text.split())


def cut_articles(texts: Sequence[str], lengths: Iterable[int]) -> Iterator[str]:
    """Yield an article for each length, in words, as near to it as ends of sentences allow.

    Each begins where one of the texts begins, runs on into those after it if it must be longer,
    and stops at the end of a sentence. The texts are used in turn, over and over.
    """
    sentences = [_sentences(text) for text in texts]
    source = 0
    for length in lengths:
        pieces: list[str] = []
        words = 0
        for index in count(source):
            of_source = sentences[index % len(sentences)]
            taken = _nearest(of_source, length - words, at_least=0 if pieces else 1)
            pieces += [sentence for sentence, _ in of_source[:taken]]
            words += sum(sentence_words for _, sentence_words in of_source[:taken])
            if taken:
                source = index + 1
            if taken < len(of_source) or words >= length:
                break
            pieces.append(_BETWEEN_ARTICLES)
        yield "".join(pieces).strip()


def mixed_lengths(articles: int, seed: int = 0) -> Iterator[int]:
    """Yield lengths from 20 to 2,000 words, as many of them in each doubling as in any other."""
    generator = random.Random(seed)  # noqa: S311 - lengths are no secret
    low, high = map(math.log, MIXED_WORDS)
    for _ in range(articles):
        yield round(math.exp(generator.uniform(low, high)))


def _nearest(sentences: Sequence[tuple[str, int]], words: int, at_least: int) -> int:
    """Return how many of the first sentences together come nearest to a number of words."""
    taken = total = 0
    for _, sentence_words in sentences:
        if taken >= at_least and sentence_words > 2 * (words - total):
            break
        taken += 1
        total += sentence_words
    return taken


def _sentences(text: str) -> list[tuple[str, int]]:
    """Return sentences with the white space after them, and the number of words of each."""
    sentences: list[tuple[str, int]] = []
    start = 0
    ends = [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    for end in ends:
        sentences += _shortened(text[start:end])
        start = end
    return sentences


def _shortened(sentence: str) -> Iterator[tuple[str, int]]:
    words = word_count(sentence)
    if words <= _LONGEST_SENTENCE_WORDS:
        if words:
            yield sentence, words
        return
    pieces = re.findall(r"\s*\S+\s*", sentence)
    for first in range(0, len(pieces), _LONGEST_SENTENCE_WORDS):
        chosen = pieces[first : first + _LONGEST_SENTENCE_WORDS]
        yield "".join(chosen), len(chosen)


def _refuse(error: InputError) -> None:
    raise error
