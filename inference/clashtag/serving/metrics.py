"""What the server counts, for Prometheus; several workers are added up."""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from clashtag.manifest import Manifest
from clashtag.records import Record

CONTENT_TYPE = CONTENT_TYPE_LATEST
# The folder through which workers add up; prometheus_client reads it when it is imported.
SHARED_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40)
_COUNTS = (1, 2, 4, 8, 16, 32, 64)
_TOKENS = (32, 64, 128, 256, 512, 1024, 2048, 8192, 32_768)


class Metrics:
    """The counters of one worker."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._requests = Counter(
            "clashtag_requests", "Requests answered.", ("route", "status"), registry=registry
        )
        self._request_seconds = Histogram(
            "clashtag_request_seconds",
            "From a request's headers to the end of its answer.",
            ("route",),
            registry=registry,
            buckets=_SECONDS,
        )
        self._in_flight = Gauge(
            "clashtag_requests_in_flight",
            "Requests being answered.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._problems = Counter(
            "clashtag_problems", "Problems that were answered.", ("code",), registry=registry
        )
        self._queue_documents = Gauge(
            "clashtag_queue_documents",
            "Documents that wait for the model.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._queue_tokens = Gauge(
            "clashtag_queue_tokens",
            "Their length in tokens, estimated.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._queue_seconds = Histogram(
            "clashtag_queue_seconds",
            "How long a document waited for the model.",
            registry=registry,
            buckets=_SECONDS,
        )
        self._batch_seconds = Histogram(
            "clashtag_batch_seconds",
            "How long the model worked on documents read together.",
            registry=registry,
            buckets=_SECONDS,
        )
        self._batch_documents = Histogram(
            "clashtag_batch_documents",
            "How many documents were read together.",
            registry=registry,
            buckets=_COUNTS,
        )
        self._batch_tokens = Histogram(
            "clashtag_batch_tokens",
            "How many tokens they had together.",
            registry=registry,
            buckets=_TOKENS,
        )
        self._events = Counter(
            "clashtag_events", "Events found, before any filter.", ("type",), registry=registry
        )
        self._model = Gauge(
            "clashtag_model_info",
            "Workers that have this model in service.",
            ("name", "version"),
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._reloads = Counter(
            "clashtag_model_reloads", "Reloads of the model.", ("result",), registry=registry
        )

    def request_begins(self) -> None:
        """Count a request that is being answered."""
        self._in_flight.inc()

    def request_ends(self, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is the path's pattern, so that there are few of them."""
        self._in_flight.dec()
        self._requests.labels(route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def problem(self, code: str) -> None:
        """Count a request that was answered with a problem."""
        self._problems.labels(code).inc()

    def queue(self, documents: int, tokens: int) -> None:
        """Set the length of the queue."""
        self._queue_documents.set(documents)
        self._queue_tokens.set(tokens)

    def queue_wait(self, seconds: float) -> None:
        """Count a document whose turn has come."""
        self._queue_seconds.observe(seconds)

    def batch(self, records: Sequence[Record], seconds: float) -> None:
        """Count documents that were read together."""
        self._batch_seconds.observe(seconds)
        self._batch_documents.observe(len(records))
        self._batch_tokens.observe(sum(record.tokens or 0 for record in records))
        for record in records:
            for event in record.events:
                self._events.labels(event.type).inc()

    def model(self, manifest: Manifest, previous: Manifest | None = None) -> None:
        """Set the model in service."""
        if previous is not None:
            self._model.labels(previous.name, previous.version).set(0)
        self._model.labels(manifest.name, manifest.version).set(1)

    def reloaded(self, result: str) -> None:
        """Count a reload: `done` or `refused`."""
        self._reloads.labels(result).inc()

    def render(self) -> bytes:
        """Return the text that Prometheus reads, for all workers together."""
        if SHARED_FOLDER_VARIABLE not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
