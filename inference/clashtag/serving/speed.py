"""How fast the model reads, measured while it does."""

from __future__ import annotations

_HALF_LIFE_S = 5.0
_FIRST_S = 0.1
# A process that was paused for a minute has not become so slow.
_MOST_S = 1.0


class Speed:
    """Tokens a second, averaged over the last seconds of work.

    Args:
        tokens_per_s: a first estimate, which counts as a tenth of a second of work.
    """

    def __init__(self, tokens_per_s: float) -> None:
        self._tokens, self._seconds = _FIRST_S * tokens_per_s, _FIRST_S
        self._best_tokens_per_s = tokens_per_s

    @property
    def tokens_per_s(self) -> float:
        """The average; what was measured five seconds of work ago counts half."""
        return self._tokens / self._seconds

    @property
    def best_tokens_per_s(self) -> float:
        """The highest that the average has been."""
        return self._best_tokens_per_s

    def observe(self, tokens: int, seconds: float) -> None:
        """Note that so many tokens took so long; one note counts as a second of work at most."""
        share = _MOST_S / max(seconds, _MOST_S)
        kept = 0.5 ** (share * seconds / _HALF_LIFE_S)
        self._tokens = self._tokens * kept + share * tokens
        self._seconds = self._seconds * kept + share * seconds
        self._best_tokens_per_s = max(self._best_tokens_per_s, self.tokens_per_s)
