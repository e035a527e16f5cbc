"""What the routes of one worker share, and the one way by which documents get in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.types import Scope

from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag.serving.batcher import Batcher
from clashtag.serving.lifecycle import Lifecycle
from clashtag.serving.metrics import Metrics
from clashtag.serving.models import ModelKeeper
from clashtag.serving.problems import invalid, too_large
from clashtag.serving.request_state import RequestState
from clashtag.serving.settings import ServeSettings
from clashtag.serving.tagging import Tagging
from clashtag.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Service:
    """One worker: its settings, its model, the queue before it and what it counts."""

    settings: ServeSettings
    keeper: ModelKeeper
    batcher: Batcher
    metrics: Metrics
    lifecycle: Lifecycle

    def needs_api_key(self) -> bool:
        """Return whether clients must send a key."""
        return self.settings.api_key is not None or self.settings.api_key_file is not None

    def needs_admin_key(self) -> bool:
        """Return whether there is a key that opens the routes below `/admin`."""
        return self.settings.admin_key is not None or self.settings.admin_key_file is not None

    def is_live(self) -> bool:
        """Return whether the worker can still do its work."""
        return self.batcher.is_alive()

    def is_ready(self) -> bool:
        """Return whether new requests should be sent here."""
        return self.is_live() and not self.lifecycle.is_draining

    def require_few_documents(self, count: int) -> None:
        """Refuse a request that has too many documents.

        Raises:
            Problem: if it has.
        """
        most = self.settings.max_documents
        if count > most:
            raise too_large(
                "too_many_documents",
                f"the request has {count:,} documents; at most {most:,} are allowed",
                "send them in several requests",
            )

    def accept(
        self, scope: Scope, tagger: Tagger, records: Sequence[Record], fields: Sequence[str]
    ) -> Tagging:
        """Queue a request's documents; `fields` names where each one's text stood.

        Raises:
            Problem: if there are too many documents, one is too long, or there is no room.
        """
        self.require_few_documents(len(records))
        most = self.settings.max_text_characters
        for record, field in zip(records, fields, strict=True):
            if len(record.text) > most:
                raise too_large(
                    "text_too_long",
                    f"{field} has {len(record.text):,} characters; at most {most:,} are allowed",
                    "divide the document, for instance into chapters",
                    field,
                )
        return Tagging(self.batcher, tagger, records, RequestState.of(scope))


def check_types(types: Iterable[str], ontology: Ontology, field: str) -> None:
    """Refuse event types that the model does not know.

    Raises:
        Problem: naming each of them and the type that was probably meant.
    """
    errors = []
    for index, name in enumerate(types):
        if name not in ontology.types:
            start = name[:60]
            near = difflib.get_close_matches(start, ontology.types, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            problem = f"the model has no type {start!r}{meant}"
            errors.append({"field": f"{field}[{index}]", "problem": problem})
    if errors:
        raise invalid(errors, f"it knows {', '.join(ontology.types)}")
