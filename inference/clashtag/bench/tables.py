"""A report as tables, for the terminal and for the model card alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from clashtag.bench.comparison import Comparison, SystemSpeed
from clashtag.bench.encoder import CeilingShare
from clashtag.bench.latency import Latency
from clashtag.bench.plan import MIXED
from clashtag.bench.report import BenchReport
from clashtag.bench.rounds import Spread
from clashtag.bench.targets import targets

_ABSENT = "–"
_BUSY = 0.5
_WEIGHTS = {True: "same weights", False: "other weights", None: "random weights"}
_VERDICTS = {True: "met", False: "missed", None: _ABSENT}


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of text under a title; columns are numbers from `numbers_from` on."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    numbers_from: int = 1


def report_tables(report: BenchReport) -> list[Table]:
    """Return everything that a report says in numbers, the most asked for first."""
    found = [target_table(report), length_table(report)]
    if report.comparison:
        found.append(comparison_table(report.comparison))
    return [*found, _settings_table(report), _stages_table(report), _encoder_table(report)]


def machine_line(report: BenchReport) -> str:
    """Return what was measured on which machine, with which limits and versions."""
    machine, model = report.machine, report.model
    features = f" ({', '.join(machine.cpu_features)})" if machine.cpu_features else ""
    quota = "" if machine.cgroup_quota is None else f", container quota {machine.cgroup_quota:g}"
    load = "unknown" if machine.load_before is None else f"{machine.load_before:.2f}"
    if machine.load_before is not None and machine.load_before > _BUSY:
        load += " (busy: expect better figures on a quiet machine)"
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return (
        f"{model.name} {model.version} with {report.threads} threads on {machine.cpu_count} CPUs "
        f"of {machine.cpu}{features}{quota}, {machine.platform}; load average before: {load}; "
        f"{versions}; {report.date[:10]}."
    )


def process_line(report: BenchReport) -> str:
    """Return cold start, peak memory and price in prose."""
    fresh = report.fresh_process
    cold = _with_spread(fresh.cold_start_seconds)
    peak = _ABSENT if fresh.peak_megabytes is None else f"{fresh.peak_megabytes:.0f} MB"
    return (
        f"Cold start, from import to the events of a first article of {fresh.first_words} words: "
        f"{cold} s in {fresh.starts} new processes. Peak memory of a process that tags articles "
        f"of mixed lengths: {peak}. A million articles of 500 words cost "
        f"${report.dollars_per_million_articles:,.2f}, if a core costs "
        f"${report.price_per_core_hour:g} an hour: an assumption."
    )


def soak_line(report: BenchReport) -> str | None:
    """Return what the soak found in prose, if there was one."""
    soak = report.soak
    if soak is None:
        return None
    verdict = "a plateau" if soak.has_plateau else "no plateau yet"
    return (
        f"Soak: {soak.articles:,} articles of 20 to 2,000 words, {soak.words:,} words, in "
        f"{soak.seconds / 60:.0f} minutes. Resident memory: {soak.before_megabytes:.0f} MB before "
        f"the first, {soak.peak_megabytes:.0f} MB at most, {soak.mean_megabytes:.0f} MB on average "
        f"over the second half, in which a straight line through it rises by "
        f"{soak.rise_megabytes:+.1f} MB: {verdict} (the rule: under 2% of the average)."
    )


def target_table(report: BenchReport) -> Table:
    """Return the project's targets in speed, and whether each is met."""
    rows = [(target.goal, target.found, _VERDICTS[target.is_met]) for target in targets(report)]
    return Table("Targets", ("target", "measured", ""), rows)


def length_table(report: BenchReport) -> Table:
    """Return latency and throughput by length."""
    rows = []
    for name, speed in report.throughput.items():
        label = "20 to 2,000, mixed" if name == MIXED else f"{int(name):,} words"
        rows.append(
            (
                label,
                f"{speed.tokens_per_article:,.0f}",
                f"{speed.events_per_article:.1f}",
                *_percentiles(report.latency.get(name)),
                _with_spread(speed.documents_per_second),
                f"{speed.words_per_second:,.0f}",
                f"{speed.tokens_per_second:,.0f}",
            )
        )
    header = ("article", "tokens", "events", "p50", "p95", "p99")
    calls = ", ".join(f"{latency.calls}" for latency in report.latency.values())
    folders = ", ".join(sorted({str(Path(file).parent) for file in report.source.files}))
    return Table(
        "Text in, events out",
        (*header, "articles/s", "words/s", "tokens/s"),
        rows,
        f"p50 to p99: one article alone, over {calls} calls; the rates: many articles at once. "
        f"Medians of {report.rounds} rounds with the lowest and the highest; articles are cut from "
        f"{report.source.articles:,} whole ones of {folders} at the ends of sentences.",
    )


def _percentiles(latency: Latency | None) -> tuple[str, str, str]:
    if latency is None:
        return _ABSENT, _ABSENT, _ABSENT
    p50, p95, p99 = latency.p50_milliseconds, latency.p95_milliseconds, latency.p99_milliseconds
    return f"{_figure(p50)} ms", f"{_figure(p95)} ms", f"{_figure(p99)} ms"


def comparison_table(comparison: Comparison) -> Table:
    """Return the tagger and its rivals, the fastest first, and those that could not be run."""
    systems = sorted(comparison.systems, key=lambda each: -each.documents_per_second.median)
    rows = [
        (
            system.name,
            _what(system),
            _with_spread(system.documents_per_second),
            f"{comparison.words_per_article * system.documents_per_second.median:,.0f}",
            _with_spread(system.ours_over_theirs),
        )
        for system in systems
    ]
    rows += [
        (system.name, f"not measured: {system.reason}", _ABSENT, _ABSENT, _ABSENT)
        for system in comparison.unavailable
    ]
    return Table(
        "Against others",
        ("system", "what it is", "articles/s", "words/s", "clashtag's / its"),
        rows,
        f"Articles of {comparison.words_per_article:.0f} words; every system has "
        f"{comparison.threads} threads in all and a process of its own, and they take turns: "
        f"medians of {comparison.rounds} rounds with the lowest and the highest. The last column "
        "says how many times as fast clashtag is, measured round by round.",
        numbers_from=2,
    )


def _what(system: SystemSpeed) -> str:
    return f"{system.description} ({system.scope}, {_WEIGHTS[system.has_our_weights]})"


def _settings_table(report: BenchReport) -> Table:
    rows = [
        (str(each.threads), f"{each.batch_tokens:,}", _with_spread(each.documents_per_second))
        for each in report.settings
    ]
    header = ("threads", "batch budget (tokens)", "articles/s")
    return Table("Threads and batch budget, mixed lengths", header, rows, numbers_from=0)


def _stages_table(report: BenchReport) -> Table:
    shares = asdict(report.stages)
    rest = "rest: windows, batches, records"
    header = tuple(rest if name == "rest" else name for name in shares)
    row = tuple(f"{share:.1%}" for share in shares.values())
    return Table("Where the time goes, articles of 500 words", header, [row], numbers_from=0)


def _encoder_table(report: BenchReport) -> Table:
    encoder = report.encoder
    rows = [("as in bulk", f"{encoder.tokens_per_second.median:,.0f}", _share(report.ceiling))]
    rows += [
        (f"{shape.batch} x {shape.tokens}", f"{shape.tokens_per_second:,.0f}", "")
        for shape in encoder.shapes
    ]
    return Table(
        "The encoder alone",
        ("batch x tokens", "tokens/s", "share of the int8 ceiling"),
        rows,
        f"Batches in bulk hold {encoder.tokens_per_batch:,.0f} tokens on average and "
        f"{encoder.padding:.1%} padding. {_ceiling_note(report)}",
    )


def _share(ceiling: CeilingShare | None) -> str:
    return _ABSENT if ceiling is None else f"{ceiling.share:.0%}"


def _ceiling_note(report: BenchReport) -> str:
    if report.ceiling is None:
        return f"No ceiling: {report.ceiling_missing}."
    ceiling = report.ceiling.ceiling
    of_encoder = [product for product in ceiling.products if product.is_of_encoder]
    shapes = ", ".join(
        f"{product.rows} x {product.inner} x {product.columns}: {product.all_threads_tops:.2f}"
        for product in of_encoder
    )
    return (
        f"A token needs {report.ceiling.megaflop_per_token:.1f} MFLOP in the encoder's matrix "
        f"products. The ceiling is the fastest int8 product of onnxruntime (`MatMulInteger`) on "
        f"this machine: {ceiling.all_threads_tops:.2f} TOPS with {ceiling.threads} threads, "
        f"{ceiling.one_thread_tops:.2f} with one; at the encoder's shapes, in TOPS: {shapes}."
    )


def _with_spread(spread: Spread) -> str:
    return f"{_figure(spread.median)} ({_figure(spread.low)}–{_figure(spread.high)})"


def _figure(value: float) -> str:
    """Return a number with about three digits that mean something."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{digits}f}"
