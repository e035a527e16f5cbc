"""Text to tokens, and tokens to overlapping windows that together drop nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from clashtag.errors import BundleError

_EVENING_STEP_TOKENS = 8
_SENTENCE_BREAK = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]*\w)|\n\s*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The subword tokens of one text; every array has one entry per token.

    `word_starts` and `word_ends` are the code-point bounds of the word (the tokenizer's
    pre-token) that a token belongs to; `opens_word` is True on a word's first token.
    """

    ids: NDArray[np.int64]
    word_starts: NDArray[np.int64]
    word_ends: NDArray[np.int64]
    opens_word: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, start: int, end: int) -> Tokens:
        """Return tokens `start` to `end`; their character bounds still count from the text's."""
        chosen = slice(start, end)
        return Tokens(
            self.ids[chosen],
            self.word_starts[chosen],
            self.word_ends[chosen],
            self.opens_word[chosen],
        )

    def covering(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the token bounds of the words that characters `start` to `end` touch, if any."""
        first = int(np.searchsorted(self.word_ends, start, side="right"))
        last = int(np.searchsorted(self.word_starts, end, side="left"))
        return (first, last) if first < last else None


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `start` to `end` read in one encoder pass, of which it owns a part.

    Every token of a text is owned by exactly one window, so that results need no merging. Two
    neighbours divide their overlap at the sentence start nearest to its middle, else in the middle.
    """

    start: int
    end: int
    owned_start: int
    owned_end: int


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a `tokenizer.json` so that it reads every text whole, as words only.

    Published tokenizers cut texts at a length of their own and take a literal `[SEP]` in a text
    for the special token; neither may happen to an article.

    Raises:
        BundleError: if the file is missing or holds no tokenizer.
    """
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library has no exception of its own
        raise BundleError(
            f"{str(path)!r} is no tokenizer: {error}", "write it again, as `tokenizers` saves one"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def tokenize(tokenizer: Tokenizer, texts: list[str]) -> list[Tokens]:
    """Tokenise texts in one batch, without special tokens; see `load_tokenizer`.

    Lone surrogates, which no tokenizer accepts, are read as U+FFFD; offsets stay the same.
    """
    readable = [_LONE_SURROGATE.sub("\ufffd", text) for text in texts]
    encodings = tokenizer.encode_batch(readable, add_special_tokens=False)
    return [_tokens(encoding.ids, encoding.offsets, encoding.word_ids) for encoding in encodings]


def _tokens(ids: list[int], offsets: list[tuple[int, int]], word_ids: list[int | None]) -> Tokens:
    if not ids:
        empty = np.zeros(0, dtype=np.int64)
        return Tokens(empty, empty, empty, np.zeros(0, dtype=np.bool_))
    bounds = np.asarray(offsets, dtype=np.int64)
    words = np.asarray(word_ids, dtype=np.int64)
    opens_word = np.ones(len(ids), dtype=np.bool_)
    opens_word[1:] = words[1:] != words[:-1]
    firsts = np.flatnonzero(opens_word)
    word_of_token = np.cumsum(opens_word) - 1
    lasts = np.append(firsts[1:], len(ids)) - 1
    return Tokens(
        ids=np.asarray(ids, dtype=np.int64),
        word_starts=bounds[firsts, 0][word_of_token],
        word_ends=bounds[lasts, 1][word_of_token],
        opens_word=opens_word,
    )


def sentence_starts(text: str, tokens: Tokens) -> NDArray[np.int64]:
    """Return the indices of tokens that open a sentence; the first token always does."""
    breaks = [0, *(match.end() for match in _SENTENCE_BREAK.finditer(text))]
    starts = np.searchsorted(tokens.word_starts, breaks, side="left")
    return np.unique(starts[starts < len(tokens)])


def plan_windows(
    token_count: int,
    sentence_starts: NDArray[np.int64],
    max_tokens: int,
    overlap_tokens: int,
) -> list[Window]:
    """Cover tokens with windows of at most `max_tokens` that share about `overlap_tokens`.

    Windows break at sentence starts where one lies near enough, else between any two tokens.
    There are as few as possible, and among those plans they are about equally long: padding and
    the square cost of attention are then lowest.

    Raises:
        ValueError: if `max_tokens` is below 1, or `overlap_tokens` is negative or above a
            quarter of `max_tokens`.
    """
    if max_tokens < 1:
        raise ValueError(f"{max_tokens=} must be at least 1")
    if not 0 <= overlap_tokens <= max_tokens / 4:
        raise ValueError(
            f"overlap_tokens={overlap_tokens} must be at most a quarter of {max_tokens=}"
        )
    if token_count == 0:
        return []
    spans = _fill_windows(token_count, sentence_starts, max_tokens, overlap_tokens)
    even_tokens = -(-(token_count + (len(spans) - 1) * overlap_tokens) // len(spans))
    # A sentence start is looked for in the half overlap before the limit.
    lowest_tokens = even_tokens + overlap_tokens // 2
    for limit_tokens in range(lowest_tokens, max_tokens, _EVENING_STEP_TOKENS):
        evened = _fill_windows(token_count, sentence_starts, limit_tokens, overlap_tokens)
        if len(evened) == len(spans):
            spans = evened
            break
    edges = [0]
    for (_, end), (next_start, _) in pairwise(spans):
        middle = (next_start + end) // 2
        nearest = _nearest_break(sentence_starts, middle, next_start, end)
        edges.append(middle if nearest is None else nearest)
    edges.append(token_count)
    return [
        Window(start, end, owned_start, owned_end)
        for (start, end), owned_start, owned_end in zip(spans, edges[:-1], edges[1:], strict=True)
    ]


def _fill_windows(
    token_count: int, sentence_starts: NDArray[np.int64], max_tokens: int, overlap_tokens: int
) -> list[tuple[int, int]]:
    """Return the bounds of windows that are each as long as they may be."""
    spans: list[tuple[int, int]] = []
    start = 0
    while start + max_tokens < token_count:
        limit = start + max_tokens
        end = _last_break(sentence_starts, limit - overlap_tokens // 2, limit) or limit
        spans.append((start, end))
        latest = end - overlap_tokens
        start = _last_break(sentence_starts, latest - overlap_tokens // 2, latest) or latest
    spans.append((start, token_count))
    return spans


def context_bounds(start: int, end: int, token_count: int, context_tokens: int) -> tuple[int, int]:
    """Return the bounds of the `context_tokens` tokens centred on tokens `start` to `end`.

    Near an edge of the text the context is moved inside it; a shorter text is taken whole.
    """
    length = min(context_tokens, token_count)
    low = min(max((start + end) // 2 - length // 2, 0), token_count - length)
    return low, low + length


def _last_break(breaks: NDArray[np.int64], low: int, high: int) -> int | None:
    """Return the largest break in low..high (both inclusive), if there is one."""
    index = int(np.searchsorted(breaks, high, side="right")) - 1
    return int(breaks[index]) if index >= 0 and breaks[index] >= max(low, 1) else None


def _nearest_break(breaks: NDArray[np.int64], middle: int, low: int, high: int) -> int | None:
    """Return the break nearest to `middle` strictly inside low..high, if there is one."""
    inside = breaks[(breaks > low) & (breaks < high)]
    return int(inside[np.argmin(np.abs(inside - middle))]) if len(inside) else None
