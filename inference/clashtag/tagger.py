"""The tagger: conflict events from texts, with a bundle's model."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from clashtag.bundle import Bundle, load_bundle, shipped_bundle_path
from clashtag.errors import InputError
from clashtag.labels import Labels
from clashtag.manifest import Manifest
from clashtag.ontology import Ontology
from clashtag.pipeline import DEFAULT_BATCH_TOKENS, Pipeline
from clashtag.read_ahead import checked_record
from clashtag.records import Event, Record
from clashtag.runtimes.choice import chosen_runtime
from clashtag.threads import available_threads, require_few_threads


class Tagger:
    """Finds conflict events and their arguments in texts of any length.

    A tagger may be shared by threads. Pickling keeps its path and settings; the model
    is loaded again from there.

    Args:
        bundle: a verified model.
        threads: threads that share one operator's work; None takes every CPU that the process
            may use.
        batch_tokens: longest window x windows in one batch; more needs more memory.
        runtime: "onnxruntime" or "openvino"; None takes what the variable CLASHTAG_RUNTIME names,
            else onnxruntime.

    Raises:
        InputError: if `threads` is below 1 or beyond what the machine could bear, `batch_tokens`
            is below 1, or there is no such runtime.
        BundleError: if the runtime cannot load the model's graphs.
        MissingExtraError: if the runtime is not installed.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        threads: int | None = None,
        batch_tokens: int = DEFAULT_BATCH_TOKENS,
        runtime: str | None = None,
    ) -> None:
        if threads is not None:
            require_few_threads("threads", threads)
        if batch_tokens < 1:
            raise InputError(
                f"batch_tokens must be at least 1, found {batch_tokens}", "leave batch_tokens out"
            )
        self._bundle = bundle
        self._threads = threads
        self._batch_tokens = batch_tokens
        self._runtime = chosen_runtime(runtime)
        self.pipeline = Pipeline.from_bundle(
            bundle,
            threads=threads or available_threads(),
            batch_tokens=batch_tokens,
            runtime=self._runtime,
        )

    @classmethod
    def from_pretrained(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        threads: int | None = None,
        batch_tokens: int = DEFAULT_BATCH_TOKENS,
        runtime: str | None = None,
    ) -> Tagger:
        """Load the bundle at a path, or the one shipped with the package.

        Raises:
            InputError: if `threads` or `batch_tokens` is out of range, or there is no such runtime.
            BundleError: if the bundle is missing, corrupt or made for another clashtag.
            MissingExtraError: if the runtime is not installed.
        """
        bundle = load_bundle(shipped_bundle_path() if path is None else path)
        return cls(bundle, threads=threads, batch_tokens=batch_tokens, runtime=runtime)

    @property
    def labels(self) -> Labels:
        """The ontology, thresholds and window sizes that the tagger works with."""
        return self._bundle.labels

    @property
    def ontology(self) -> Ontology:
        """The event types, roles and statuses that the tagger knows."""
        return self._bundle.labels.ontology

    @property
    def manifest(self) -> Manifest:
        """What the model is and where it came from."""
        return self._bundle.manifest

    @property
    def runtime(self) -> str:
        """What runs the model's graphs: "onnxruntime" or "openvino"."""
        return self._runtime

    def tag(self, text: str | Record, id: str | None = None) -> Record:  # noqa: A002
        """Return a text with its events; a record keeps its other fields, and its id unless given.

        Raises:
            InputError: if `text` is neither a string nor a record.
        """
        record = checked_record(text, "text")
        if id is not None:
            record = replace(record, id=id)
        return next(self.pipeline.tag_many([record]))

    def tag_many(self, texts: Iterable[str | Record]) -> Iterator[Record]:
        """Yield each text with its events, in order, reading only a little ahead.

        A record keeps every field but its events, which are replaced.

        Raises:
            InputError: on reaching a text that is neither a string nor a record.
        """
        return self.pipeline.tag_many(texts)

    def tag_roles(
        self, texts: Sequence[str | Record], events: Sequence[Sequence[Event]]
    ) -> list[Record]:
        """Return texts with the given events, whose arguments are replaced by predicted ones.

        Types and triggers are taken as given: so are arguments scored on gold triggers. An event
        gets no arguments if the ontology lacks its type or its trigger holds no token.

        Raises:
            InputError: if the numbers of texts and of lists of events differ, or a text is
                neither a string nor a record.
        """
        return self.pipeline.tag_roles(texts, events)

    def __reduce__(self) -> tuple[object, ...]:
        path = None if self._bundle.is_shipped else self._bundle.path
        return _reload, (path, self._threads, self._batch_tokens, self._runtime)

    def __repr__(self) -> str:
        return (
            f"Tagger({self.manifest.name!r}, version={self.manifest.version!r}, "
            f"path={str(self._bundle.path)!r}, threads={self._threads}, "
            f"batch_tokens={self._batch_tokens}, runtime={self._runtime!r})"
        )


def _reload(path: Path | None, threads: int | None, batch_tokens: int, runtime: str) -> Tagger:
    return Tagger.from_pretrained(path, threads=threads, batch_tokens=batch_tokens, runtime=runtime)
