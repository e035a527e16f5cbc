"""A bench report with made-up figures, for what reads reports."""

from __future__ import annotations

from clashtag.bench.articles import Source
from clashtag.bench.ceiling import Ceiling, ProductSpeed
from clashtag.bench.comparison import Comparison, SystemSpeed, Unavailable
from clashtag.bench.encoder import CeilingShare, EncoderSpeed, ShapeSpeed
from clashtag.bench.fresh_process import FreshProcess
from clashtag.bench.latency import Latency
from clashtag.bench.machine import Machine
from clashtag.bench.report import SCHEMA, BenchReport, Model
from clashtag.bench.rounds import Spread
from clashtag.bench.soak import MemorySample, summarize
from clashtag.bench.stages import Stages
from clashtag.bench.throughput import SettingSpeed, Throughput


def around(value: float) -> Spread:
    return Spread(float(value), 0.9 * value, 1.1 * value)


def sketch_report(bundle_sha256: str = "0" * 64) -> BenchReport:
    """Return a full report: 40 articles of 500 words a second, 9 times the transformers rival."""
    throughput = {
        name: Throughput(32, words, 1.3 * words, words / 50, around(2e4 / words), 2e4, 2.6e4)
        for name, words in (("100", 100.4), ("500", 500.0), ("2000", 1999.5), ("mixed", 440.0))
    }
    latency = {
        str(words): Latency(float(words), 200, words / 25, words / 20, words / 10)
        for words in (100, 500, 2000)
    }
    systems = (
        system("transformers", 40 / 9, 9.0, "triggers only"),
        system("clashtag", 40.0, 1.0, "whole job"),
        system("spacy", 20.0, 2.0, "another task", has_our_weights=None),
    )
    samples = [MemorySample(100 * n, 200.0 + min(n, 10) * 4 + n % 2) for n in range(101)]
    products = (
        ProductSpeed(1024, 384, 384, 0.4, 0.7, is_of_encoder=True),
        ProductSpeed(1024, 1024, 1024, 0.5, 0.8, is_of_encoder=False),
    )
    return BenchReport(
        schema=SCHEMA,
        date="2026-01-02T03:04:05+00:00",
        plan="full",
        model=Model("tiny", "1.0.0", bundle_sha256),
        machine=Machine(
            cpu="A CPU <1 & only>",
            cpu_features=("avx2",),
            cpu_count=2,
            affinity=2,
            cgroup_quota=1.5,
            memory_megabytes=8000,
            platform="Linux x86_64",
            load_before=0.25,
            versions={"python": "3.11.0", "onnxruntime": "1.31.1"},
        ),
        source=Source(("data/articles/dev.jsonl",), 300, 100_000, "a" * 64),
        threads=2,
        batch_tokens=1024,
        rounds=5,
        throughput=throughput,
        latency=latency,
        settings=(SettingSpeed(1, 1024, around(22.0)), SettingSpeed(2, 1024, around(40.0))),
        stages=Stages(0.02, 0.7, 0.2, 0.05, 0.03),
        fresh_process=FreshProcess(7, around(0.5), 500, 310.4),
        encoder=EncoderSpeed(around(12_000), 900.0, 0.02, (ShapeSpeed(8, 128, 12_345.0),)),
        ceiling=CeilingShare(21.3, Ceiling(2, 0.5, 0.8, products), 0.32),
        ceiling_missing=None,
        price_per_core_hour=0.04,
        comparison=Comparison(
            499.0, 2, 5, systems, (Unavailable("gliner", "needs the module 'torch'"),)
        ),
        soak=summarize(samples, 4_000_000, 300.0),
    )


def system(
    name: str, speed: float, factor: float, scope, *, has_our_weights: bool | None = True
) -> SystemSpeed:
    return SystemSpeed(
        name, f"about {name}", scope, has_our_weights, 1, 24, 1.5, around(speed), around(factor)
    )
