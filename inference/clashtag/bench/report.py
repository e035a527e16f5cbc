"""Everything that a bench measured, as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from clashtag.bench.articles import Source
from clashtag.bench.comparison import Comparison
from clashtag.bench.encoder import CeilingShare, EncoderSpeed
from clashtag.bench.fresh_process import FreshProcess
from clashtag.bench.latency import Latency
from clashtag.bench.machine import Machine
from clashtag.bench.soak import Soak
from clashtag.bench.stages import Stages
from clashtag.bench.throughput import SettingSpeed, Throughput

SCHEMA = 1
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Model:
    """The bundle that was measured, by its manifest."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BenchReport:
    """One run of a bench on one machine.

    Args:
        schema: version of this format.
        date: when it began, in UTC.
        plan: `full` or `quick`.
        model: what was measured.
        machine: on what.
        source: articles that all others were cut from.
        threads: CPU threads of everything but what says otherwise.
        batch_tokens: batch budget of everything but what says otherwise.
        rounds: rounds behind each median.
        throughput: by length in words, and for `mixed` lengths.
        latency: by length in words.
        settings: throughput for mixed lengths by threads and batch budget.
        stages: where the time goes, on articles of 500 words.
        fresh_process: cold start and peak memory.
        encoder: the encoder alone, on articles of 500 words.
        ceiling: its share of the machine's int8 products; None without `onnx`.
        ceiling_missing: why there is no ceiling.
        price_per_core_hour: what a core costs in an hour, in dollars: an assumption.
        comparison: the tagger and its rivals, if any were asked for.
        soak: a long run, if it was asked for.
    """

    schema: int
    date: str
    plan: str
    model: Model
    machine: Machine
    source: Source
    threads: int
    batch_tokens: int
    rounds: int
    throughput: Mapping[str, Throughput]
    latency: Mapping[str, Latency]
    settings: tuple[SettingSpeed, ...]
    stages: Stages
    fresh_process: FreshProcess
    encoder: EncoderSpeed
    ceiling: CeilingShare | None
    ceiling_missing: str | None
    price_per_core_hour: float
    comparison: Comparison | None
    soak: Soak | None

    @property
    def dollars_per_million_articles(self) -> float:
        """The price of tagging a million articles of 500 words, at the assumed price of a core."""
        seconds = 1e6 / self.throughput["500"].documents_per_second.median
        return self.price_per_core_hour * self.threads * seconds / 3600


def to_json(report: BenchReport) -> str:
    """Return a report as JSON, with numbers rounded to four digits."""
    return json.dumps(_rounded(asdict(report)), indent=2, ensure_ascii=False) + "\n"


def _rounded(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    return value
