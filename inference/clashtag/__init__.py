"""Conflict events from news text: who did what to whom, where, when and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clashtag.errors import ClashtagError
from clashtag.ontology import Ontology
from clashtag.records import Argument, Event, Record, Span

if TYPE_CHECKING:
    from clashtag.tagger import Tagger

    __version__: str

__all__ = [
    "Argument",
    "ClashtagError",
    "Event",
    "Ontology",
    "Record",
    "Span",
    "Tagger",
    "__version__",
]


def __getattr__(name: str) -> object:
    """Load what is costly, the tagger with its runtime, when it is first asked for."""
    if name == "Tagger":
        from clashtag.tagger import Tagger  # noqa: PLC0415

        return Tagger
    if name == "__version__":
        from importlib import metadata  # noqa: PLC0415

        try:
            return metadata.version("clashtag")
        except metadata.PackageNotFoundError:
            return "0+source"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
