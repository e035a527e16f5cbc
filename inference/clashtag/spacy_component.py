"""The spaCy component `clashtag`: events as span groups of a document, and as `doc._.events`.

| group               | label | `id_`           | `kb_id_` |
|---------------------|-------|-----------------|----------|
| `clashtag_triggers` | type  | event, from 0   | status   |
| `clashtag_roles`    | role  | event, from 0   |          |

spaCy's spans consist of tokens. One that begins or ends inside a token is widened to it and
reported: by a warning, and by its place in the list `attrs["misaligned"]` of its group. The exact
characters are those of `doc._.events`. Scores are in `attrs["scores"]`.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from clashtag.errors import InputError, MissingExtraError
from clashtag.records import Argument, Event, Record, Span, record_from_dict, record_to_dict
from clashtag.tagger import Tagger

try:
    from spacy.language import Language
    from spacy.tokens import Doc, SpanGroup
    from spacy.util import minibatch
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"the spaCy component needs the module {error.name!r}, which is not installed",
        "pip install 'clashtag[spacy]'",
    ) from error

TRIGGERS, ROLES = "clashtag_triggers", "clashtag_roles"
_EVENTS = "events"
_USER_DATA = "clashtag"
_DEFAULTS = {"model": None, "threads": None}
_MAX_SHOWN = 3


class EventTagger:
    """Tags documents with a bundle's model.

    The model is loaded again in a process forked from the one that loaded it, whose threads it
    has not.

    Args:
        name: the component's name in its pipeline.
        model: the path of a bundle; None takes the shipped one.
        threads: threads of the model; None takes every CPU that the process may use.

    Raises:
        BundleError: if the bundle is missing, corrupt or made for another clashtag.
        InputError: if `threads` is below 1, or another package has defined `doc._.events`.
    """

    def __init__(self, name: str, *, model: str | None, threads: int | None) -> None:
        register_extension()
        self.name = name
        self._inherited: list[Tagger] = []
        self._load(model, threads)

    def __call__(self, doc: Doc) -> Doc:
        """Return the document with its events."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Yield documents with their events, `batch_size` of them tagged at a time."""
        for batch in minibatch(stream, size=batch_size):
            docs = list(batch)
            records = self._tagger_here().tag_many([doc.text for doc in docs])
            for doc, record in zip(docs, records, strict=True):
                set_events(doc, record.events)
                yield doc

    def to_bytes(self, *, exclude: Sequence[str] = ()) -> bytes:  # noqa: ARG002 - spaCy passes it
        """Return the component's settings; of its model this is the path, not the weights."""
        return json.dumps({"model": self._model, "threads": self._threads}).encode()

    def from_bytes(self, data: bytes, *, exclude: Sequence[str] = ()) -> EventTagger:  # noqa: ARG002
        """Take over settings, and load the model that they name."""
        settings = json.loads(data)
        if (settings["model"], settings["threads"]) != (self._model, self._threads):
            self._load(settings["model"], settings["threads"])
        return self

    def to_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> None:
        """Write the component's settings into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / "settings.json").write_bytes(self.to_bytes(exclude=exclude))

    def from_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> EventTagger:
        """Take over the settings in a folder, and load the model that they name."""
        return self.from_bytes((Path(path) / "settings.json").read_bytes(), exclude=exclude)

    def _load(self, model: str | None, threads: int | None) -> None:
        self._tagger = Tagger.from_pretrained(model, threads=threads)
        self._process = os.getpid()
        self._model = model
        self._threads = threads

    def _tagger_here(self) -> Tagger:
        if self._process != os.getpid():
            # Letting go of the inherited model would wait for threads that are not here.
            self._inherited.append(self._tagger)
            self._load(self._model, self._threads)
        return self._tagger


def make_component(
    nlp: Language,  # noqa: ARG001 - spaCy passes it
    name: str,
    model: str | None,
    threads: int | None,
) -> EventTagger:
    """Return the component for a pipeline; spaCy calls this for `nlp.add_pipe("clashtag")`."""
    return EventTagger(name, model=model, threads=threads)


Language.factory(
    "clashtag",
    default_config=_DEFAULTS,
    assigns=["doc.spans", "doc._.events"],
    func=make_component,
)


def register_extension() -> None:
    """Define `doc._.events`, as it is needed to read it from documents that were stored.

    Raises:
        InputError: if something else has defined it.
    """
    if not Doc.has_extension(_EVENTS):
        Doc.set_extension(_EVENTS, getter=_events_of)
    elif Doc.get_extension(_EVENTS)[2] is not _events_of:
        raise InputError(
            f"the extension doc._.{_EVENTS} is already defined by something else",
            f"remove it first: Doc.remove_extension({_EVENTS!r})",
        )


def record_of(doc: Doc) -> Record:
    """Return a document's text and events as a record, for instance to analyse it.

    Raises:
        InputError: if no component has tagged the document.
    """
    stored = doc.user_data.get(_USER_DATA)
    if stored is None:
        raise InputError(
            f"the document {doc.text[:40]!r} has not been tagged",
            'nlp.add_pipe("clashtag") first, and store documents with their user data',
        )
    return record_from_dict({"text": doc.text, "events": json.loads(stored)})


def set_events(doc: Doc, events: Sequence[Event]) -> None:
    """Put events, whose offsets fit the document's text, into its span groups and user data."""
    fields = record_to_dict(Record(doc.text, events=tuple(events)))
    doc.user_data[_USER_DATA] = json.dumps(fields["events"])
    triggers = _Group(doc, TRIGGERS)
    roles = _Group(doc, ROLES)
    for number, event in enumerate(events):
        triggers.add(event.trigger, event.type, number, event.score, event.status or "")
        for argument in event.arguments:
            roles.add(argument, argument.role, number, argument.score)
    widened = [*triggers.close(), *roles.close()]
    if widened:
        examples = ", ".join(widened[:_MAX_SHOWN])
        more = f" and {len(widened) - _MAX_SHOWN} more" if len(widened) > _MAX_SHOWN else ""
        warnings.warn(
            f"clashtag: spans were widened to whole tokens: {examples}{more}; their exact"
            " characters are in doc._.events",
            stacklevel=2,
        )


class _Group:
    """A span group while it is filled."""

    def __init__(self, doc: Doc, name: str) -> None:
        self._doc = doc
        self._name = name
        self._spans: list[Any] = []
        self._scores: list[float | None] = []
        self._misaligned: list[int] = []
        self._widened: list[str] = []

    def add(
        self, exact: Span | Argument, label: str, number: int, score: float | None, status: str = ""
    ) -> None:
        span = self._doc.char_span(
            exact.start,
            exact.end,
            label=label,
            kb_id=status,
            span_id=str(number),
            alignment_mode="expand",
        )
        if (span.start_char, span.end_char) != (exact.start, exact.end):
            self._misaligned.append(len(self._spans))
            self._widened.append(f"{exact.text!r} to {span.text!r}")
        self._spans.append(span)
        self._scores.append(score)

    def close(self) -> list[str]:
        """Give the group to the document; return what was widened."""
        self._doc.spans[self._name] = SpanGroup(
            self._doc,
            name=self._name,
            spans=self._spans,
            attrs={"scores": self._scores, "misaligned": self._misaligned},
        )
        return self._widened


def _events_of(doc: Doc) -> tuple[Event, ...]:
    return record_of(doc).events if _USER_DATA in doc.user_data else ()
