"""What stands at each place of an archive: an article, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from clashtag.errors import InputError
from clashtag.records import Record


@dataclass(frozen=True, slots=True)
class Document:
    """An article and where it was found: a file, or a file with a line or row."""

    place: str
    record: Record


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no article at a place, and what can be done about it."""

    place: str
    problem: str
    next_step: str

    @classmethod
    def of(cls, place: str, error: InputError) -> Problem:
        """Return an error as an item."""
        return cls(place, error.problem, error.next_step)


Item = Document | Problem
