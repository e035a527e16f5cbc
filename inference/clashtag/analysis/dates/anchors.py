"""What a time expression is read against, and the error for one that gives no interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class NoDateError(Exception):
    """A time expression that stands for no interval; `kind` says why."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a time expression is read against.

    `published` is the publication date, `is_planned` whether the text speaks of what is to come,
    and `named` the day, or the first day of the month, that the text named last before it.
    """

    published: date | None
    is_planned: bool = False
    named: date | None = None

    @property
    def today(self) -> date:
        """The publication date; a `NoDateError` where there is none."""
        if self.published is None:
            raise NoDateError("no publication date")
        return self.published
