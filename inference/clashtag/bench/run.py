"""A whole bench, from articles to a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path

from clashtag.bench.articles import WholeArticles, cut_articles, mixed_lengths
from clashtag.bench.comparison import Comparison, compare
from clashtag.bench.encoder import (
    CeilingShare,
    EncoderSpeed,
    measure_ceiling_share,
    measure_encoder,
)
from clashtag.bench.fresh_process import measure_fresh_process
from clashtag.bench.latency import Latency, measure_latency
from clashtag.bench.machine import this_machine
from clashtag.bench.plan import MIXED, Plan
from clashtag.bench.report import SCHEMA, BenchReport, Model
from clashtag.bench.rivals import RivalSettings
from clashtag.bench.soak import Soak, run_soak
from clashtag.bench.stages import measure_stages
from clashtag.bench.throughput import measure_settings, measure_throughput, thread_counts
from clashtag.bundle import Bundle
from clashtag.errors import MissingExtraError
from clashtag.hashing import file_sha256
from clashtag.manifest import MANIFEST
from clashtag.pipeline import DEFAULT_BATCH_TOKENS
from clashtag.tagger import Tagger

_COMPARED_WORDS = 500


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What a reader may choose.

    Args:
        threads: CPU threads of the tagger and of its rivals.
        rivals: names from `clashtag.bench.rivals.RIVALS`.
        fp32: the model's fp32 bundle, for the rival `fp32`.
        checkpoint: the model's training checkpoint, for the rivals that need its weights.
        soak_articles: articles of the soak; 0 for none.
        price_per_core_hour: in dollars.
    """

    threads: int
    rivals: tuple[str, ...] = ()
    fp32: Path | None = None
    checkpoint: Path | None = None
    soak_articles: int = 0
    price_per_core_hour: float = 0.04


def run_bench(
    bundle: Bundle,
    articles: WholeArticles,
    plan: Plan,
    options: BenchOptions,
    *,
    on_step: Callable[[str], None],
) -> BenchReport:
    """Measure a bundle on articles that are cut from whole ones.

    Args:
        bundle: the model.
        articles: the whole ones.
        plan: how much is measured.
        options: what the reader chose.
        on_step: called with what is about to be measured, in words.

    Raises:
        ClashtagError: if the tagger fails, in this process or in one of its own.
    """
    machine = this_machine()
    date = datetime.now(UTC).isoformat(timespec="seconds")
    sets = _article_sets(articles.texts, plan)
    usual = sets[str(_COMPARED_WORDS)]
    on_step("new processes")
    fresh_process = measure_fresh_process(
        bundle.path, options.threads, usual[0], sets[MIXED], plan.cold_starts
    )
    tagger = Tagger(bundle, threads=options.threads)
    on_step("throughput")
    throughput = measure_throughput(tagger, sets, plan.rounds)
    latency = _latency(tagger, sets, plan, on_step)
    on_step("threads and batch budgets")
    settings = measure_settings(
        bundle, sets[MIXED], _settings(options.threads, plan.batch_budgets), plan.rounds
    )
    on_step("where the time goes")
    stages = measure_stages(tagger.pipeline, usual, plan.rounds)
    on_step("the encoder alone")
    encoder = measure_encoder(tagger.pipeline, usual, plan.rounds, plan.product_seconds)
    on_step("the machine's int8 ceiling")
    ceiling, ceiling_missing = _ceiling(bundle, encoder, options.threads, plan.product_seconds)
    comparison = _comparison(bundle, articles.texts, plan, options, on_step)
    soak = _soak(bundle, articles.texts, options, on_step)
    manifest = bundle.manifest
    return BenchReport(
        schema=SCHEMA,
        date=date,
        plan=plan.name,
        model=Model(manifest.name, manifest.version, file_sha256(bundle.path / MANIFEST)),
        machine=machine,
        source=articles.source,
        threads=options.threads,
        batch_tokens=DEFAULT_BATCH_TOKENS,
        rounds=plan.rounds,
        throughput=throughput,
        latency=latency,
        settings=settings,
        stages=stages,
        fresh_process=fresh_process,
        encoder=encoder,
        ceiling=ceiling,
        ceiling_missing=ceiling_missing,
        price_per_core_hour=options.price_per_core_hour,
        comparison=comparison,
        soak=soak,
    )


def _article_sets(texts: Sequence[str], plan: Plan) -> dict[str, list[str]]:
    """Return the articles of each length in words, and those of mixed lengths."""
    sets = {
        str(words): list(cut_articles(texts, repeat(words, count)))
        for words, count in plan.articles.items()
    }
    sets[MIXED] = list(cut_articles(texts, mixed_lengths(plan.mixed_articles)))
    return sets


def _latency(
    tagger: Tagger, sets: Mapping[str, list[str]], plan: Plan, on_step: Callable[[str], None]
) -> dict[str, Latency]:
    latency = {}
    for words in plan.articles:
        on_step(f"latency of {words:,} words")
        latency[str(words)] = measure_latency(
            tagger,
            sets[str(words)],
            most_calls=plan.latency_calls,
            most_seconds=plan.latency_seconds,
        )
    return latency


def _comparison(
    bundle: Bundle,
    texts: Sequence[str],
    plan: Plan,
    options: BenchOptions,
    on_step: Callable[[str], None],
) -> Comparison | None:
    if not options.rivals:
        return None
    return compare(
        options.rivals,
        RivalSettings(bundle.path, options.fp32, options.checkpoint, options.threads),
        list(cut_articles(texts, repeat(_COMPARED_WORDS, plan.compared_articles))),
        rounds=plan.rounds,
        on_step=on_step,
    )


def _soak(
    bundle: Bundle, texts: Sequence[str], options: BenchOptions, on_step: Callable[[str], None]
) -> Soak | None:
    if not options.soak_articles:
        return None
    on_step("soak")
    return run_soak(
        bundle.path,
        options.threads,
        texts,
        options.soak_articles,
        on_sample=lambda done: on_step(f"soak: {done:,} of {options.soak_articles:,} articles"),
    )


def _settings(threads: int, budgets: Sequence[int]) -> list[tuple[int, int]]:
    """Return (threads, batch budget): each number of threads once, and each budget with all."""
    by_threads = [(count, DEFAULT_BATCH_TOKENS) for count in thread_counts(threads)]
    by_budget = [(threads, budget) for budget in budgets]
    return sorted(set(by_threads + by_budget))


def _ceiling(
    bundle: Bundle, encoder: EncoderSpeed, threads: int, seconds: float
) -> tuple[CeilingShare | None, str | None]:
    try:
        share = measure_ceiling_share(
            bundle.encoder_path,
            encoder,
            rows=DEFAULT_BATCH_TOKENS,
            threads=threads,
            seconds=seconds,
        )
    except MissingExtraError as error:
        return None, f"{error.problem}: {error.next_step}"
    return share, None
