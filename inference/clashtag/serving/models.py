"""The model in service, and how another one takes its place."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

from clashtag.bundle import shipped_bundle_path
from clashtag.errors import BundleError
from clashtag.serving.metrics import Metrics
from clashtag.serving.work_queue import estimate_tokens
from clashtag.tagger import Tagger

logger = logging.getLogger(__name__)

_WARM_UP_TEXT = (
    "Gunmen attacked a bus near the border on Monday and killed at least four passengers, police "
    "said. Two suspects were arrested on Tuesday. Hundreds of people marched through the capital "
    "to protest against the violence, and soldiers were sent to the province.\n"
)
_WARM_UP_RUNS = 3


def load_model(path: Path | None, threads: int, batch_tokens: int) -> tuple[Tagger, float]:
    """Load and try a bundle; return its tagger and about how many tokens a second it reads.

    A link is followed once, so that all files come from one bundle while the link is changed.

    Raises:
        BundleError: if the bundle is missing, corrupt, made for another clashtag or fails on a
            text.
    """
    folder = shipped_bundle_path() if path is None else path.resolve()
    try:
        tagger = Tagger.from_pretrained(folder, threads=threads, batch_tokens=batch_tokens)
    except OSError as error:
        raise BundleError(
            f"the bundle at {str(folder)!r} cannot be read: {error}", "check its files' modes"
        ) from error
    try:
        tagger.tag(_WARM_UP_TEXT)
        seconds = min(_seconds_of(tagger) for _ in range(_WARM_UP_RUNS))
    except Exception as error:
        raise BundleError(
            f"the bundle at {str(folder)!r} loads but cannot read a text: {error}",
            "export the bundle again",
        ) from error
    return tagger, estimate_tokens(_WARM_UP_TEXT) / seconds


def _seconds_of(tagger: Tagger) -> float:
    begin = time.perf_counter()
    tagger.tag(_WARM_UP_TEXT)
    return time.perf_counter() - begin


class ModelKeeper:
    """Holds the tagger that new requests get; requests already accepted keep theirs.

    Args:
        tagger: the first model.
        path: the bundle that is read again when the model is reloaded; None is the shipped one.
        threads: threads of the model.
        batch_tokens: longest window x windows in one batch.
        metrics: where reloads are counted.
    """

    def __init__(
        self, tagger: Tagger, path: Path | None, threads: int, batch_tokens: int, metrics: Metrics
    ) -> None:
        self.tagger = tagger
        self._path = path
        self._threads = threads
        self._batch_tokens = batch_tokens
        self._metrics = metrics
        self._lock = asyncio.Lock()
        metrics.model(tagger.manifest)

    async def reload(self) -> Tagger:
        """Load the bundle again and put it in service; where it is bad, the old one stays.

        Raises:
            BundleError: if the bundle was refused.
        """
        async with self._lock:
            try:
                tagger, _ = await asyncio.to_thread(
                    load_model, self._path, self._threads, self._batch_tokens
                )
            except BundleError as error:
                self._metrics.reloaded("refused")
                logger.error("the model was not reloaded: %s", error)
                raise
            self._metrics.model(tagger.manifest, previous=self.tagger.manifest)
            self._metrics.reloaded("done")
            self.tagger = tagger
        logger.info("model %s %s is in service", tagger.manifest.name, tagger.manifest.version)
        return tagger
