"""The error analysis of a benchmark as Markdown: means over its seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import mean

from clashtag_training.benchmarks.errors import (
    CORRECT,
    EVENT_MISSED,
    EVENT_SPURIOUS,
    MISSED,
    REPEATED,
    SPURIOUS,
    ErrorAnalysis,
)
from clashtag_training.benchmarks.result import BenchmarkResult, Form
from clashtag_training.evaluation.counts import Counts
from clashtag_training.markdown import table

MOST_CONFUSIONS = 10
PREDICTED_ONLY = (SPURIOUS, EVENT_SPURIOUS, REPEATED)


def error_sections(result: BenchmarkResult, split: str, form: Form) -> Iterator[str]:
    """Yield the headings, tables and notes of the error analysis of a split."""
    errors = [evaluation.errors for evaluation in result.of(split, form)]
    yield f"## Errors, {split}"
    yield (
        "Every gold and every predicted item is counted once, means over the seeds. An item that "
        "is wrong in one respect is paired with what it should have been; what has no partner is "
        "missed or spurious. Gold items are all but the spurious and the repeated ones."
    )
    for kind in errors[0].outcomes:
        yield f"### {kind.capitalize()}"
        yield table(["outcome", "number", "of the gold items"], _outcome_rows(errors, kind))
    if any(error.confusions for error in errors):
        yield "### Labels taken for one another"
        yield table(["gold → predicted", "number"], _confusion_rows(errors))
    if errors[0].by_distance:
        yield "### Arguments by their distance to the trigger"
        header = ["words between", "gold", "precision", "recall", "F1"]
        yield table(header, _share_rows([error.by_distance for error in errors]))
        header = ["argument stands in", *header[1:]]
        yield table(header, _share_rows([error.by_sentence for error in errors]))


def gold_shares(errors: Sequence[ErrorAnalysis], kind: str) -> dict[str, float]:
    """Return the share of gold items, over all seeds, by outcome: correct, wrong, then missed."""
    totals = _totals([error.outcomes.get(kind, {}) for error in errors])
    gold = {name: count for name, count in totals.items() if name not in PREDICTED_ONLY}
    order = sorted(gold, key=lambda name: (_rank(name), -gold[name], name))
    total = sum(gold.values())
    return {name: gold[name] / total for name in order if gold[name]} if total else {}


def _rank(outcome: str) -> int:
    return {CORRECT: 0, EVENT_MISSED: 2, MISSED: 3}.get(outcome, 1)


def _outcome_rows(errors: Sequence[ErrorAnalysis], kind: str) -> Iterator[Sequence[str]]:
    totals = _totals([error.outcomes.get(kind, {}) for error in errors])
    shares = gold_shares(errors, kind)
    spurious = sorted((name for name in PREDICTED_ONLY if totals.get(name)), key=totals.__getitem__)
    for name in [*shares, *reversed(spurious)]:
        share = f"{100 * shares[name]:.1f}%" if name in shares else ""
        yield name, _number(totals[name], len(errors)), share


def _confusion_rows(errors: Sequence[ErrorAnalysis]) -> Iterator[Sequence[str]]:
    totals = _totals([error.confusions for error in errors])
    common = sorted(totals, key=lambda pair: (-totals[pair], pair))
    for pair in common[:MOST_CONFUSIONS]:
        yield pair, _number(totals[pair], len(errors))


def _share_rows(tables: Sequence[Mapping[str, Counts]]) -> Iterator[Sequence[str]]:
    for name in tables[0]:
        counts = [table[name] for table in tables]
        shares = [[count.precision, count.recall, count.f1] for count in counts]
        cells = [f"{100 * mean(column):.1f}" for column in zip(*shares, strict=True)]
        yield name, f"{counts[0].gold:,}", *cells


def _totals(counted: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for counts in counted for name in counts)
    return {name: sum(counts.get(name, 0) for counts in counted) for name in names}


def _number(total: int, seeds: int) -> str:
    return f"{total / seeds:,.1f}".removesuffix(".0")
