"""The report of a benchmark as Markdown: what others published beside what was measured here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean, stdev

from clashtag_training.benchmarks.config import DEV, BenchmarkConfig, PublishedSystem
from clashtag_training.benchmarks.error_tables import error_sections
from clashtag_training.benchmarks.result import (
    BenchmarkResult,
    Evaluation,
    Form,
    WarmStart,
    points,
)
from clashtag_training.evaluation.counts import Counts
from clashtag_training.markdown import metric_name, percent, table, with_interval

ABSENT = "–"
MOST_LABELS = 40


def benchmark_report(config: BenchmarkConfig, result: BenchmarkResult, picture: str) -> str:
    """Return the report of a benchmark.

    Args:
        config: the benchmark, with the published systems.
        result: what was measured.
        picture: the path of its plot, relative to the report.
    """
    split = reported_split(config, result)
    parts = [
        f"# {config.title}",
        config.description.strip(),
        *_warnings(result),
        f"![{config.title}: published systems and ours]({picture})",
        "## Published systems and ours",
        _comparison_table(config, result),
        _reading_notes(config, result),
        *_goal_section(config, result),
        "## Seeds",
        *_seed_tables(config, result),
        *_paired_section(result),
        *_label_sections(result, split),
        *error_sections(result, split, headline_form(result)),
        "## Repeat it",
        *_repetition(config, result),
    ]
    return "\n\n".join(parts) + "\n"


def reported_split(config: BenchmarkConfig, result: BenchmarkResult) -> str:
    """Return the split that others report on if it was scored, else dev."""
    published = [system.split for system in config.published if system.split in result.splits]
    return published[0] if published else DEV


def headline_form(result: BenchmarkResult) -> Form:
    """Return the form that tables by label and errors show: the one that would be shipped."""
    return result.forms[-1]


def system_name(form: Form) -> str:
    """Return what our rows are called."""
    return "clashtag" if form == "checkpoint" else f"clashtag, {form}"


def column_name(column: str) -> str:
    """Return a column's heading: `arg-cls+`, `ceaf-ree P`, `Victim`."""
    _, slash, label = column.partition("/")
    if slash:
        return label
    name, _, figure = column.partition(".")
    return metric_name(name) + {"": "", "precision": " P", "recall": " R"}[figure]


def spread(values: Sequence[float]) -> str:
    """Return a mean and, of several values, their standard deviation: `71.3 ± 0.4`."""
    if not values:
        return ABSENT
    return f"{mean(values):.1f}" + (f" ± {stdev(values):.1f}" if len(values) > 1 else "")


def column_values(evaluations: Sequence[Evaluation], column: str) -> list[float]:
    """Return a column's points of every seed that counted it."""
    values = (points(evaluation, column) for evaluation in evaluations)
    return [value for value in values if value is not None]


def _warnings(result: BenchmarkResult) -> Iterator[str]:
    if result.recipe.max_steps is not None:
        yield (
            f"**A trial of {result.recipe.max_steps} training steps, to see that the chain works. "
            "It measures nothing.**"
        )


def _comparison_table(config: BenchmarkConfig, result: BenchmarkResult) -> str:
    header = ["system", "encoder", "scored on", *map(column_name, config.columns)]
    rows = [_published_row(system, config.columns) for system in config.published]
    for split in result.splits:
        for form in result.forms:
            evaluations = result.of(split, form)
            name = f"**{system_name(form)}**, {_seed_words(len(evaluations))}"
            encoder = f"{result.recipe.encoder}, {result.recipe.parameters / 1e6:.1f} M"
            cells = [spread(column_values(evaluations, column)) for column in config.columns]
            rows.append([name, encoder, split, *cells])
    return table(header, rows, numbers_from=3)


def _published_row(system: PublishedSystem, columns: Sequence[str]) -> list[str]:
    name = f"{system.system} ({system.note})" if system.note else system.system
    cells = [f"{system.scores[c]:g}" if c in system.scores else ABSENT for c in columns]
    return [name, system.encoder or ABSENT, system.split, *cells]


def _seed_words(count: int) -> str:
    return "one seed" if count == 1 else f"mean of {count} seeds (± sd)"


def _reading_notes(config: BenchmarkConfig, result: BenchmarkResult) -> str:
    notes = [f"F1 in points, {config.setting}."]
    missing = [split for split in config.splits if split not in result.splits]
    published = list(dict.fromkeys(system.split for system in config.published))
    unscored = [split for split in published if split in missing]
    if unscored:
        notes.append(
            f"The published figures are of {', '.join(unscored)}, which was not at hand here: "
            f"ours are of {', '.join(result.splits)} and cannot be set against them."
        )
    elif missing:
        notes.append(f"Not at hand, and so not scored: {', '.join(missing)}.")
    recipe = result.recipe
    if recipe.shared_with_dev:
        fate = "left out"
        if recipe.published_splits:
            parts = any("[" in file for file in config.splits.values())
            fate = "kept" if parts else "kept, as in the published split"
        notes.append(
            f"Of {recipe.training_records:,} training records, {recipe.shared_with_dev:,} come "
            f"from a document of dev or share ten words with one; they were {fate}."
        )
    if not config.published:
        notes.append("We know of no published figures for this setting that we could verify.")
    notes.append("Thresholds were tuned on dev, which flatters the rows on dev a little.")
    sources = dict.fromkeys(system.source for system in config.published)
    notes += [f"Source: {source}." for source in sources]
    return " ".join(notes)


def _goal_section(config: BenchmarkConfig, result: BenchmarkResult) -> Iterator[str]:
    if config.goals is None:
        return
    yield "## What we set out to reach"
    rows = []
    for column, goal in config.goals.scores.items():
        form = headline_form(result)
        values = column_values(result.of(config.goals.split, form), column)
        verdict = ABSENT
        if values:
            gap = mean(values) - goal
            verdict = "reached" if gap >= 0 else f"missed by {-gap:.1f}"
        rows.append([column_name(column), config.goals.split, f"{goal:g}", spread(values), verdict])
    yield table(["", "scored on", "goal", "measured", ""], rows, numbers_from=2)


def _seed_tables(config: BenchmarkConfig, result: BenchmarkResult) -> Iterator[str]:
    header = ["seed", "scored on"]
    header += [f"{metric_name(metric)} F1" for metric in config.headline]
    header += [f"{metric_name(metric)} P / R" for metric in config.headline]
    header += ["at selection", "minutes"]
    rows = []
    for seed in result.seeds:
        for evaluation in seed.evaluations:
            scores = [evaluation.metrics[metric] for metric in config.headline]
            form = "" if evaluation.form == "checkpoint" else f", {evaluation.form}"
            rows.append(
                [
                    str(seed.seed),
                    evaluation.split + form,
                    *(with_interval(score.f1) for score in scores),
                    *(
                        f"{percent(score.precision.value)} / {percent(score.recall.value)}"
                        for score in scores
                    ),
                    ABSENT if seed.selection is None else f"{seed.selection:.1f}",
                    f"{seed.minutes:.1f}",
                ]
            )
    yield table(header, rows, numbers_from=2)
    yield (
        f"95% intervals from {result.bootstrap_samples:,} bootstrap draws over documents. "
        "*At selection* is the mean dev F1 that chose the checkpoint, with thresholds at one half; "
        "minutes are of training, on whatever machine it ran."
    )
    if any(evaluation.soft for seed in result.seeds for evaluation in seed.evaluations):
        soft = [
            [split, metric_name(metric), spread(values)]
            for split in result.splits
            for metric in config.headline
            if (values := _soft_values(result.of(split, headline_form(result)), metric))
        ]
        yield "With overlapping spans taken for right:"
        yield table(["scored on", "", "soft F1"], soft, numbers_from=2)


def _soft_values(evaluations: Sequence[Evaluation], metric: str) -> list[float]:
    return [100 * e.soft[metric].f1.value for e in evaluations if metric in e.soft]


def _paired_section(result: BenchmarkResult) -> Iterator[str]:
    if not result.comparisons:
        return
    yield "## Document by document"
    rows = []
    for comparison in result.comparisons:
        test = comparison.difference
        difference = test.difference
        rows.append(
            [
                comparison.system,
                comparison.split,
                str(comparison.seed)
                + ("" if comparison.form == "checkpoint" else f", {comparison.form}"),
                metric_name(comparison.metric),
                percent(comparison.f1),
                f"{100 * difference.value:+.1f} "
                f"({100 * difference.low:+.1f} to {100 * difference.high:+.1f})",
                f"{test.p_value:.3f}",
            ]
        )
    header = ["their predictions", "split", "our seed", "", "their F1", "ours minus theirs", "p"]
    yield table(header, rows, numbers_from=4)
    yield (
        "Paired bootstrap: both systems are scored on the same draws of documents, by our scorer; "
        "p is two-sided."
    )


def _label_sections(result: BenchmarkResult, split: str) -> Iterator[str]:
    evaluations = result.of(split, headline_form(result))
    titles = {"types": "Triggers by type", "roles": "By role", "labels": "By label"}
    for name in evaluations[0].labels:
        yield f"## {titles[name]}, {split}"
        counts = [evaluation.labels[name] for evaluation in evaluations]
        gold = {label: c.gold for one in counts for label, c in one.items() if c.gold}
        common = sorted(gold, key=lambda label: (-gold[label], label))
        rows = [
            [label, f"{gold[label]:,}", *_label_cells([one.get(label) for one in counts])]
            for label in common[:MOST_LABELS]
        ]
        yield table([name[:-1], "gold", "precision", "recall", "F1"], rows)
        if len(common) > MOST_LABELS:
            yield f"The {MOST_LABELS} commonest of {len(common)}; the result file holds all."


def _label_cells(counts: Sequence[Counts | None]) -> list[str]:
    found = [count for count in counts if count is not None]
    return [
        spread([100 * count.precision for count in found]),
        spread([100 * count.recall for count in found]),
        spread([100 * count.f1 for count in found]),
    ]


def _repetition(config: BenchmarkConfig, result: BenchmarkResult) -> Iterator[str]:
    yield f"```sh\nclashtag benchmark {config.name} --corpora FOLDER\n```"
    facts = [
        f"{split}: {data.name}, "
        + ", ".join(f"{count:,} {what}" for what, count in data.sizes.items())
        + f" (sha256 `{data.sha256}`)"
        for split, data in result.splits.items()
    ]
    facts += [
        f"trained on {name}/{part} (sha256 `{digest}`)"
        for name, parts in result.recipe.data.items()
        for part, digest in parts.items()
        if part == "train"
    ]
    if result.recipe.warm_start:
        facts.append(_warm_start_fact(result.recipe.warm_start))
    versions = ", ".join(f"{name} {v}" for name, v in result.environment.versions.items())
    commits = dict.fromkeys(seed.commit for seed in result.seeds if seed.commit)
    facts += [
        f"recipe {result.recipe.name}, configuration sha256 `{result.recipe.config_sha256}`",
        f"trained at commit {', '.join(f'`{commit}`' for commit in commits) or 'unknown'}",
        f"scorer version {result.scorer_version}; {versions}",
        f"{result.environment.platform}, {result.date}",
    ]
    yield "\n".join(f"- {fact}" for fact in facts)


def _warm_start_fact(start: WarmStart) -> str:
    return (
        f"each seed began with the weights of {start.name}, seed {start.seed} (sha256 "
        f"`{start.weights_sha256}`), which took {start.minutes:.0f} minutes at commit "
        f"{f'`{start.commit}`' if start.commit else 'unknown'} and must be trained first"
    )
