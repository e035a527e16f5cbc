"""The tables of a model card and of the README, from its result files; scores in percent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean, stdev

from clashtag_training.evaluation.result import EvaluationResult, ScoreTable
from clashtag_training.evaluation.scores import ARGUMENT_METRICS, METRICS
from clashtag_training.markdown import metric_name, percent, table, with_interval
from clashtag_training.model_card.evidence import FORMS, Evidence, Form, Headline, SeedRun, SeedRuns

HEADLINES = ("trigger_cls", "arg_cls_plus")
_ABSENT = "–"


def headline_table(evidence: Evidence) -> str:
    """Return end-to-end F1 of the shipped model, its seeds, its teachers, and other systems."""
    corpora = evidence.corpora
    header = ["", *(f"{corpus} {metric_name(m)}" for corpus in corpora for m in HEADLINES)]
    rows = [[f"**{_form_name(form)}**", *_measured(evidence, form)] for form in FORMS]
    if len(evidence.seeds.runs) > 1:
        rows += [_mean_row("seeds", evidence.seeds, form, corpora) for form in FORMS]
    if evidence.teachers and len(evidence.teachers.runs) > 1:
        rows += [_mean_row("teachers", evidence.teachers, form, corpora) for form in FORMS]
    for reference in evidence.references:
        row = [f"{reference.name} ({reference.note})" if reference.note else reference.name]
        for corpus in corpora:
            row += _points(reference.scores.get(corpus))
        rows.append(row)
    return table(header, rows)


def seed_table(seeds: SeedRuns, corpora: Sequence[str]) -> str:
    """Return each seed's scores in both forms and its training time."""
    columns = [(form, corpus) for form in FORMS for corpus in corpora]
    header = ["seed", *(f"{form} {corpus}" for form, corpus in columns), "minutes"]
    rows = []
    for run in seeds.runs:
        cells = [" / ".join(_points(_of_form(run, form)[corpus])) for form, corpus in columns]
        rows.append([str(run.seed), *cells, f"{run.minutes:.0f}"])
    return table(header, rows)


def gold_trigger_table(evidence: Evidence) -> str:
    """Return argument F1 with gold triggers, of both forms."""
    metrics = ("arg_cls", "arg_cls_plus")
    header = ["", *(f"{c} {metric_name(metric)}" for c in evidence.corpora for metric in metrics)]
    rows = []
    for form in FORMS:
        row = [_form_name(form)]
        for corpus in evidence.corpora:
            scores = evidence.results[form, corpus, "gold triggers"].scores["exact"].rows
            row += [with_interval(scores[metric].f1) for metric in metrics]
        rows.append(row)
    return table(header, rows)


def metric_table(result: EvaluationResult) -> str:
    """Return precision, recall and F1 of every metric over exact spans, and soft F1."""
    exact, soft = result.scores["exact"].rows, result.scores["soft"].rows
    metrics = METRICS if "trigger_cls" in exact else ARGUMENT_METRICS
    rows = []
    for metric in metrics:
        score = exact[metric]
        cells = [percent(score.precision.value), percent(score.recall.value)]
        cells += [with_interval(score.f1), with_interval(soft[metric].f1)]
        rows.append([metric_name(metric), *cells])
    return table(["", "precision", "recall", "F1, exact spans", "F1, overlapping spans"], rows)


def type_table(result: EvaluationResult) -> str:
    """Return the scores of each event type: its triggers and the arguments of its events."""
    triggers, arguments = result.scores["triggers_by_type"], result.scores["arguments_by_type"]
    header = ["type", "events", "precision", "recall", "trigger-cls F1", "arg-cls+ F1"]
    rows = []
    for name in _by_frequency(triggers):
        score, its_arguments = triggers.rows[name], arguments.rows.get(name)
        cells = [str(score.counts.gold), percent(score.precision.value)]
        cells += [percent(score.recall.value), with_interval(score.f1)]
        cells.append(with_interval(its_arguments.f1) if its_arguments else _ABSENT)
        rows.append([name, *cells])
    rows.append(["macro mean", "", "", "", _macro(triggers), _macro(arguments)])
    return table(header, rows)


def role_table(result: EvaluationResult) -> str:
    """Return the scores of each role."""
    roles = result.scores["arguments_by_role"]
    rows = []
    for name in _by_frequency(roles):
        score = roles.rows[name]
        cells = [str(score.counts.gold), percent(score.precision.value)]
        rows.append([name, *cells, percent(score.recall.value), with_interval(score.f1)])
    rows.append(["macro mean", "", "", "", _macro(roles)])
    return table(["role", "arguments", "precision", "recall", "arg-cls+ F1"], rows)


def status_table(evidence: Evidence) -> str:
    """Return how often the status of a rightly found trigger is right."""
    rows = []
    for corpus in evidence.corpora:
        score = evidence.results["int8", corpus, "end-to-end"].scores["status"].rows["status"]
        rows.append([corpus, with_interval(score.recall), f"{score.counts.gold:,}"])
    return table(["", "accuracy", "matched triggers"], rows)


def _measured(evidence: Evidence, form: Form) -> list[str]:
    cells = []
    for corpus in evidence.corpora:
        exact = evidence.results[form, corpus, "end-to-end"].scores["exact"].rows
        cells += [with_interval(exact[metric].f1) for metric in HEADLINES]
    return cells


def _mean_row(name: str, seeds: SeedRuns, form: Form, corpora: Sequence[str]) -> list[str]:
    row = [f"mean of {len(seeds.runs)} {name}, {form} (± sd)"]
    for corpus in corpora:
        for metric in HEADLINES:
            values = [getattr(_of_form(run, form)[corpus], metric) for run in seeds.runs]
            row.append(f"{mean(values):.1f} ± {stdev(values):.1f}")
    return row


def _of_form(run: SeedRun, form: Form) -> Mapping[str, Headline]:
    return run.int8 if form == "int8" else run.fp32


def _points(headline: Headline | None) -> list[str]:
    if headline is None:
        return [_ABSENT, _ABSENT]
    return [f"{getattr(headline, metric):.1f}" for metric in HEADLINES]


def _form_name(form: Form) -> str:
    return "shipped model, int8" if form == "int8" else "the same model, fp32"


def _by_frequency(scores: ScoreTable) -> list[str]:
    """Return the labels that the gold data holds or the model predicted, the commonest first."""
    return sorted(scores.rows, key=lambda label: (-scores.rows[label].counts.gold, label))


def _macro(scores: ScoreTable) -> str:
    return with_interval(scores.macro_f1) if scores.macro_f1 else _ABSENT
