from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from clashtag.records import Argument, Event, Record, Span

EventSketch = tuple[str, str, Sequence[tuple[str, str]]]
MakeRecord = Callable[..., Record]


@pytest.fixture(scope="session")
def make_record() -> MakeRecord:
    """Build a record from (type, trigger, [(role, argument), ...]), each span found in the text."""

    def make(
        identifier: str | None,
        text: str,
        *events: EventSketch,
        status: str | None = None,
        **extra: Any,
    ) -> Record:
        return Record(
            text=text,
            id=identifier,
            events=tuple(
                Event(
                    kind,
                    Span(*_found(text, trigger)),
                    tuple(Argument(role, *_found(text, words)) for role, words in arguments),
                    status,
                )
                for kind, trigger, arguments in events
            ),
            extra=extra,
        )

    return make


def _found(text: str, words: str) -> tuple[int, int, str]:
    start = text.index(words)
    return start, start + len(words), words
