"""Where the time goes while articles are tagged."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, cast

from tokenizers import Tokenizer

from clashtag.bench.rounds import seconds_of
from clashtag.decode import decode_roles, decode_triggers
from clashtag.pipeline import Pipeline
from clashtag.session import Encoder, RoleScorer


@dataclass(frozen=True, slots=True)
class Stages:
    """Shares of the time that tagging takes; they add up to 1 while nothing runs side by side.

    Args:
        tokenise: texts to tokens.
        encoder: the encoder's session.
        roles: the role session.
        decode: logits to triggers and arguments, timed on the same logits afterwards.
        rest: windows, batches and records.
    """

    tokenise: float
    encoder: float
    roles: float
    decode: float
    rest: float


def measure_stages(pipeline: Pipeline, texts: Sequence[str], rounds: int) -> Stages:
    """Tag texts with a clock on each stage, after a round to warm up."""
    clock = _Clock()
    watched = replace(
        pipeline,
        tokenizer=cast(Tokenizer, _Watched(pipeline.tokenizer, "encode", clock, "tokenise")),
        encoder=cast(Encoder, _Watched(pipeline.encoder, "run", clock, "encoder")),
        roles=cast(RoleScorer, _Watched(pipeline.roles, "run", clock, "roles")),
    )
    list(watched.tag_many(texts))
    clock.seconds.clear()
    total = sum(seconds_of(lambda: list(watched.tag_many(texts))) for _ in range(rounds))
    decode = rounds * _decode_seconds(pipeline, texts)
    stages = {name: clock.seconds[name] for name in ("tokenise", "encoder", "roles")}
    stages["decode"] = decode
    rest = max(0.0, total - sum(stages.values()))
    return Stages(**{name: seconds / total for name, seconds in stages.items()}, rest=rest / total)


def _decode_seconds(pipeline: Pipeline, texts: Sequence[str]) -> float:
    clock = _Clock()
    for encoded in pipeline.encode(texts):
        with clock.running("decode"):
            triggers = decode_triggers(
                encoded.trigger_logits, encoded.status_logits, encoded.tokens, pipeline.labels
            )
        logits = pipeline.role_logits(encoded, triggers)
        with clock.running("decode"):
            for trigger, roles in zip(triggers, logits, strict=True):
                tokens = encoded.tokens.part(roles.start, roles.end)
                decode_roles(roles.logits, tokens, trigger.type, pipeline.labels)
    return clock.seconds["decode"]


class _Clock:
    """Adds up seconds by stage, from any thread."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = Lock()

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self.seconds[stage] += time.perf_counter() - begin


class _Watched:
    """Passes everything on, and times the methods whose names begin in some way."""

    def __init__(self, target: object, beginning: str, clock: _Clock, stage: str) -> None:
        self._target = target
        self._beginning = beginning
        self._clock = clock
        self._stage = stage

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the target has
        value = getattr(self._target, name)
        if not (name.startswith(self._beginning) and callable(value)):
            return value
        return self._timed(value)

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: object, **settings: object) -> Any:  # noqa: ANN401
            with self._clock.running(self._stage):
                return method(*args, **settings)

        return call
