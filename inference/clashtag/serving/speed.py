"""How fast the model reads, measured while it does."""

from __future__ import annotations

_HALF_LIFE_S = 5.0
_FIRST_S = 0.1


class Speed:
    """Tokens a second, averaged over the last seconds of work.

    Args:
        tokens_per_s: a first estimate, which counts as a tenth of a second of work.
    """

    def __init__(self, tokens_per_s: float) -> None:
        self._tokens, self._seconds = _FIRST_S * tokens_per_s, _FIRST_S

    @property
    def tokens_per_s(self) -> float:
        """The average; what was measured five seconds of work ago counts half."""
        return self._tokens / self._seconds

    def observe(self, tokens: int, seconds: float) -> None:
        """Note that so many tokens took so long."""
        kept = 0.5 ** (seconds / _HALF_LIFE_S)
        self._tokens = self._tokens * kept + tokens
        self._seconds = self._seconds * kept + seconds
