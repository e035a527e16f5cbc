"""The words of a text, which are the units that triggers and arguments are labelled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from clashtag.windows import tokenize

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text; word i covers the characters `starts[i]` to `ends[i]`.

    `token_count` is the number of subword tokens, None where no tokenizer was used.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    token_count: int | None

    def __len__(self) -> int:
        return len(self.starts)

    def covering(self, start: int, end: int) -> range:
        """Return the words that share a character with the span `start` to `end`."""
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        return range(first, max(first, last))

    def fit(self, start: int, end: int) -> bool:
        """Whether the span begins and ends where words do."""
        covered = self.covering(start, end)
        return bool(covered) and bool(
            self.starts[covered.start] == start and self.ends[covered.stop - 1] == end
        )


def split_words(texts: Sequence[str], tokenizer: Tokenizer | None) -> list[Words]:
    """Split texts into the tokenizer's words, or by character classes without a tokenizer."""
    if tokenizer is None:
        return [_by_characters(text) for text in texts]
    return [
        Words(
            tokens.word_starts[tokens.opens_word], tokens.word_ends[tokens.opens_word], len(tokens)
        )
        for tokens in tokenize(tokenizer, list(texts))
    ]


def _by_characters(text: str) -> Words:
    spans = [match.span() for match in _WORD.finditer(text)]
    bounds = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
    return Words(bounds[:, 0], bounds[:, 1], None)
