"""What the project set out to reach in speed, and whether a report shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clashtag.bench.report import BenchReport


@dataclass(frozen=True, slots=True)
class Target:
    """A goal and what was measured; `is_met` is None where nothing was."""

    goal: str
    found: str
    is_met: bool | None


def targets(report: BenchReport) -> list[Target]:
    """Return the targets in the order in which the project states them."""
    p50 = report.latency["500"].p50_milliseconds
    cold = report.fresh_process.cold_start_seconds.median
    peak = report.fresh_process.peak_megabytes
    found = [
        *_against(report),
        _encoder(report),
        Target("one article of 500 words in 25 ms (p50)", f"{p50:.0f} ms", p50 <= 25),
        Target("cold start under 0.7 s", f"{cold:.2f} s", cold < 0.7),
        _missing("peak memory under 350 MB")
        if peak is None
        else Target("peak memory under 350 MB", f"{peak:.0f} MB", peak < 350),
    ]
    if report.soak is not None:
        rise = report.soak.rise_megabytes
        goal = "memory reaches a plateau (second half rises by less than 2%)"
        share = rise / report.soak.mean_megabytes
        found.append(Target(goal, f"{rise:+.1f} MB ({share:+.1%})", report.soak.has_plateau))
    return found


def _against(report: BenchReport) -> Iterator[Target]:
    systems = report.comparison.systems if report.comparison else ()
    factors = {system.name: system.ours_over_theirs.median for system in systems}
    for rival, name, factor in (
        ("transformers", "the fp32 transformers pipeline", 8),
        ("plain-onnx", "the plain ONNX export", 5),
        ("spacy", "a spaCy CNN pipeline", 3),
    ):
        goal = f"at least {factor} times the articles a second of {name}"
        if rival in factors:
            yield Target(goal, f"{factors[rival]:.1f} times", factors[rival] >= factor)
        else:
            yield _missing(goal)


def _encoder(report: BenchReport) -> Target:
    goal = "encoder at 30% or more of the int8 ceiling"
    if report.ceiling is None:
        return _missing(goal)
    return Target(goal, f"{report.ceiling.share:.0%}", report.ceiling.share >= 0.3)


def _missing(goal: str) -> Target:
    return Target(goal, "not measured", None)
