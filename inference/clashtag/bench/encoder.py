"""The encoder alone, on the batches that tagging gives it and on batches of fixed shapes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clashtag.bench.ceiling import Ceiling, measure_ceiling
from clashtag.bench.matrix_products import matrix_products, operations_per_token
from clashtag.bench.rounds import Spread, take_turns
from clashtag.bench.throughput import per_second
from clashtag.pipeline import Pipeline
from clashtag.session import Encoder

# Batch x tokens, as in published comparisons.
_SHAPES = ((1, 64), (1, 256), (8, 128), (32, 32))
# Classifiers have few columns and next to no share in the time.
_SMALLEST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class ShapeSpeed:
    """Tokens a second of one shape of batch without padding."""

    batch: int
    tokens: int
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class EncoderSpeed:
    """The encoder alone; tokens count `[CLS]` and `[SEP]` but no padding.

    Args:
        tokens_per_second: on the batches of bulk tagging, over the rounds.
        tokens_per_batch: mean of those batches.
        padding: share of padding in those batches.
        shapes: speed at fixed shapes.
    """

    tokens_per_second: Spread
    tokens_per_batch: float
    padding: float
    shapes: tuple[ShapeSpeed, ...]


@dataclass(frozen=True, slots=True)
class CeilingShare:
    """How much of the machine's int8 products the encoder uses.

    Args:
        megaflop_per_token: operations of one token in the encoder's matrix products, in millions.
        ceiling: what the machine reached.
        share: of the ceiling with all threads, at the median speed of bulk tagging.
    """

    megaflop_per_token: float
    ceiling: Ceiling
    share: float


def measure_encoder(
    pipeline: Pipeline, texts: Sequence[str], rounds: int, seconds: float
) -> EncoderSpeed:
    """Record the batches of tagging texts, and run the encoder on them alone.

    Args:
        pipeline: whose encoder is measured.
        texts: what it tags in bulk.
        rounds: runs through all of the batches.
        seconds: spent on each fixed shape.
    """
    recorder = _Recorder(pipeline.encoder)
    list(replace(pipeline, encoder=cast(Encoder, recorder)).tag_many(texts))
    pad = pipeline.labels.special_tokens.pad
    ids = [batch[0] for batch in recorder.batches]
    tokens = sum(int((batch != pad).sum()) for batch in ids)

    def run_all() -> None:
        for batch in recorder.batches:
            pipeline.encoder.run(*batch)

    (durations,) = take_turns({"bulk": run_all}, rounds).values()
    words = np.concatenate([batch[batch != pad] for batch in ids])
    return EncoderSpeed(
        tokens_per_second=per_second(tokens, durations),
        tokens_per_batch=tokens / len(ids),
        padding=1 - tokens / sum(batch.size for batch in ids),
        shapes=tuple(_shape_speed(pipeline.encoder, words, shape, seconds) for shape in _SHAPES),
    )


def measure_ceiling_share(
    graph: Path, speed: EncoderSpeed, *, rows: int, threads: int, seconds: float
) -> CeilingShare:
    """Measure the machine's int8 products and compare the encoder with them.

    Raises:
        MissingExtraError: if `onnx` is not installed.
    """
    products = matrix_products(graph)
    largest = max(inner * columns for inner, columns in products)
    weights = {(i, c) for i, c in products if i * c >= _SMALLEST_SHARE * largest}
    ceiling = measure_ceiling(weights, rows, threads, seconds)
    operations = operations_per_token(products)
    reached = operations * speed.tokens_per_second.median
    return CeilingShare(operations / 1e6, ceiling, reached / (ceiling.all_threads_tops * 1e12))


def _shape_speed(
    encoder: Encoder, words: NDArray[np.int64], shape: tuple[int, int], seconds: float
) -> ShapeSpeed:
    ids = np.resize(words, shape)
    mask = np.ones_like(ids)
    encoder.run(ids, mask)
    calls = 0
    begin = time.perf_counter()
    while (elapsed := time.perf_counter() - begin) < seconds or not calls:
        encoder.run(ids, mask)
        calls += 1
    return ShapeSpeed(*shape, calls * ids.size / elapsed)


class _Recorder:
    """Runs an encoder and keeps what it was given."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.batches: list[tuple[Any, ...]] = []

    def run(self, *batch: Any) -> Any:  # noqa: ANN401 - as the encoder takes and gives it
        self.batches.append(batch)
        return self._encoder.run(*batch)
