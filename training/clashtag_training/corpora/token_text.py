"""Tokenised corpora: a text rebuilt from its tokens, with the characters of each token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clashtag.errors import RecordError
from clashtag.records import Span
from clashtag_training.corpora.json_items import shown


@dataclass(frozen=True, slots=True)
class TokenText:
    """Tokens joined by single spaces; token i covers `text[starts[i]:ends[i]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, first: object, end: object) -> Span:
        """Return the characters of the tokens from `first` to `end` (exclusive).

        Raises:
            RecordError: if these are no whole numbers or no tokens of the text.
        """
        if type(first) is not int or type(end) is not int or not 0 <= first < end <= len(self.ends):
            raise RecordError(
                f"tokens {shown(first)}:{shown(end)} do not fit a text of {len(self.ends)} tokens",
                "count tokens from 0, in the convention of the corpus",
            )
        start, stop = self.starts[first], self.ends[end - 1]
        return Span(start, stop, self.text[start:stop])


def join_tokens(tokens: Iterable[object]) -> TokenText:
    """Join tokens by single spaces.

    Raises:
        RecordError: if a token is no string or is empty.
    """
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for token in tokens:
        if not isinstance(token, str) or not token:
            raise RecordError(
                f"token {len(words)} must be a non-empty string, found {shown(token)}",
                "correct the tokens of this record",
            )
        words.append(token)
        starts.append(position)
        ends.append(position + len(token))
        position += len(token) + 1
    return TokenText(" ".join(words), tuple(starts), tuple(ends))
