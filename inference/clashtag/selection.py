"""What is kept of a tagged record: events by type, events and arguments by score."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clashtag.errors import InputError
from clashtag.records import Record


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events and arguments to keep; an empty set of types keeps every type.

    Raises:
        InputError: if `min_score` is not from 0 to 1.
    """

    types: frozenset[str] = frozenset()
    min_score: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.min_score <= 1:
            raise InputError(
                f"the least score must be from 0 to 1, found {self.min_score}",
                "give 0 to keep everything",
            )

    def apply(self, record: Record) -> Record:
        """Return the record with only the events and arguments that are kept."""
        events = tuple(
            replace(event, arguments=tuple(a for a in event.arguments if self._reaches(a.score)))
            for event in record.events
            if self._reaches(event.score) and (not self.types or event.type in self.types)
        )
        return replace(record, events=events)

    def _reaches(self, score: float | None) -> bool:
        return score is None or score >= self.min_score
