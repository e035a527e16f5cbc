"""The result files behind a model card, read strictly and checked against one another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from clashtag.bench import report as bench_report
from clashtag.bench.plan import FULL
from clashtag.bench.report import BenchReport
from clashtag.bundle import Bundle, load_bundle
from clashtag.errors import InputError
from clashtag.hashing import file_sha256
from clashtag.manifest import MANIFEST
from clashtag_training.evaluation.decoding import decode
from clashtag_training.evaluation.result import EvaluationResult, read_result
from clashtag_training.evaluation.scores import Setting
from clashtag_training.model_card.provenance import read_provenance

Form = Literal["int8", "fp32"]

FORMS: tuple[Form, ...] = ("int8", "fp32")
SETTINGS: tuple[Setting, ...] = ("end-to-end", "gold triggers")
SEEDS_FILE = "seeds.json"
TEACHERS_FILE = "teachers.json"
BENCH_FILE = "bench.json"
REFERENCES_FILE = "references.json"
# A result and the same seed's run in seeds.json are rounded copies of one measurement.
_SAME_POINTS = 0.1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Headline:
    """End-to-end micro F1 over exact spans on a dev corpus, in points (0 to 100)."""

    trigger_cls: float
    arg_cls_plus: float


@dataclass(frozen=True, slots=True)
class SeedRun:
    """One training of the recipe: its dev scores by corpus in both forms, and its duration."""

    seed: int
    fp32: Mapping[str, Headline]
    int8: Mapping[str, Headline]
    minutes: float


@dataclass(frozen=True, slots=True)
class SeedRuns:
    """`seeds.json`: the recipe (`configs/RECIPE.yaml`) trained with several seeds.

    `teachers.json` is the same of the models that the recipe learns from, where it has any.
    `machine` says in words what the minutes were measured on.
    """

    recipe: str
    config_sha256: str
    runs: tuple[SeedRun, ...]
    machine: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Scores that were not measured here: their name, where they come from, and the scores."""

    name: str
    note: str
    scores: Mapping[str, Headline]


@dataclass(frozen=True, slots=True)
class References:
    """`references.json`: what the scores are compared with."""

    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A bundle with everything that was measured of it."""

    bundle: Bundle
    corpora: tuple[str, ...]
    results: Mapping[tuple[Form, str, Setting], EvaluationResult]
    seeds: SeedRuns
    references: tuple[Reference, ...]
    bench: BenchReport
    teachers: SeedRuns | None = None


def load_evidence(folder: Path, bundle: Path) -> Evidence:
    """Read a folder of result files for a bundle.

    `int8-*.json` and `fp32-*.json` are written by `clashtag evaluate`, for every corpus end to end
    and with gold triggers; the part of a data set's name before a slash names its corpus.

    Raises:
        BundleError: if the bundle cannot be loaded.
        InputError: if a file cannot be read or breaks its format, or the bundle does not say what
            it was trained on; or listing everything that is missing, or does not fit the bundle
            or another file.
    """
    loaded = load_bundle(bundle)
    results, problems = _read_results(folder)
    teachers = folder / TEACHERS_FILE
    corpora = tuple(sorted({corpus for _, corpus, _ in results}))
    evidence = Evidence(
        bundle=loaded,
        corpora=corpora,
        results=results,
        seeds=read_json_as(folder / SEEDS_FILE, SeedRuns),
        references=read_json_as(folder / REFERENCES_FILE, References).references,
        bench=read_json_as(folder / BENCH_FILE, BenchReport),
        teachers=read_json_as(teachers, SeedRuns) if teachers.exists() else None,
    )
    problems += [
        *_result_problems(evidence),
        *_runs_problems(SEEDS_FILE, evidence.seeds, evidence.corpora),
        *_recipe_problems(evidence),
        *_shipped_run_problems(evidence),
        *_teacher_problems(evidence),
        *_bench_problems(evidence),
    ]
    if problems:
        raise InputError(
            f"result files in {folder}: " + "; ".join(problems),
            "measure the bundle again with clashtag evaluate and clashtag bench",
        )
    return evidence


def read_json_as(path: Path, kind: type[T]) -> T:
    """Read a JSON file into a dataclass.

    Raises:
        InputError: if it cannot be read, or listing every missing, unknown or mistyped field.
    """
    try:
        fields: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON: {error}", "check the path") from error
    problems: list[str] = []
    value = decode(kind, fields, path.stem, problems)
    if problems:
        raise InputError(f"{path}: " + "; ".join(problems), "correct these fields")
    return value


def manifest_sha256(bundle: Bundle) -> str:
    """Return the sha256 of a bundle's manifest, which stands for all of its bytes."""
    return file_sha256(bundle.path / MANIFEST)


def _read_results(
    folder: Path,
) -> tuple[dict[tuple[Form, str, Setting], EvaluationResult], list[str]]:
    results: dict[tuple[Form, str, Setting], EvaluationResult] = {}
    problems: list[str] = []
    for form in FORMS:
        for path in sorted(folder.glob(f"{form}-*.json")):
            result = read_result(path)
            if result.task != "events":
                problems.append(f"{path.name} scores {result.task}, not events")
                continue
            key = (form, result.dataset.name.partition("/")[0], result.setting)
            if key in results:
                problems.append(f"{path.name} repeats {', '.join(key)}")
            results[key] = result
    if not results:
        problems.append("there is no result of clashtag evaluate (int8-*.json, fp32-*.json)")
    return results, problems


def _result_problems(evidence: Evidence) -> Iterator[str]:
    results = evidence.results
    keys = [(f, c, s) for f in FORMS for c in evidence.corpora for s in SETTINGS]
    yield from (f"no result for {', '.join(key)}" for key in keys if key not in results)
    shipped = manifest_sha256(evidence.bundle)
    twins = set()
    for (form, corpus, setting), result in results.items():
        name = f"{form} {corpus} {setting}"
        origin = result.predictions
        if form == "int8" and origin.sha256 != shipped:
            yield f"{name}: scores the bundle {origin.sha256[:12]}, not {shipped[:12]}"
        if form == "fp32":
            twins.add(origin.sha256)
        if result.missing_records:
            yield f"{name}: {result.missing_records} records have no prediction"
    if len(twins) > 1 or shipped in twins:
        yield "the fp32 results must all be of one bundle, and not of the int8 one"
    for corpus in evidence.corpora:
        group = [result for (_, name, _), result in results.items() if name == corpus]
        if len({result.dataset.sha256 for result in group}) > 1:
            yield f"{corpus}: the results were scored on different gold files"
        if len({(result.scorer_version, result.bootstrap_samples) for result in group}) > 1:
            yield f"{corpus}: the results differ in scorer version or bootstrap samples"


def _bench_problems(evidence: Evidence) -> Iterator[str]:
    bench = evidence.bench
    if bench.schema != bench_report.SCHEMA:
        yield f"{BENCH_FILE} has schema {bench.schema}, expected {bench_report.SCHEMA}"
    if bench.plan != FULL.name:
        yield f"{BENCH_FILE} holds a {bench.plan} bench, whose figures are rough"
    if bench.model.sha256 != manifest_sha256(evidence.bundle):
        yield f"{BENCH_FILE} was measured with another bundle"


def _runs_problems(file: str, seeds: SeedRuns, corpora: Sequence[str]) -> Iterator[str]:
    runs = seeds.runs
    if not runs or len({run.seed for run in runs}) < len(runs):
        yield f"{file} must hold at least one run, and each seed once"
    for run in runs:
        for form, scores in (("fp32", run.fp32), ("int8", run.int8)):
            missing = [corpus for corpus in corpora if corpus not in scores]
            yield from (f"{file}: seed {run.seed} lacks {form} on {c}" for c in missing)
            for corpus, headline in scores.items():
                points = (headline.trigger_cls, headline.arg_cls_plus)
                if not all(1 <= value <= 100 or value == 0 for value in points):
                    yield f"{file}: seed {run.seed} {form} {corpus}: not points: {points}"


def _teacher_problems(evidence: Evidence) -> Iterator[str]:
    if evidence.teachers is None:
        return
    yield from _runs_problems(TEACHERS_FILE, evidence.teachers, evidence.corpora)
    if evidence.teachers.recipe == evidence.seeds.recipe:
        yield f"{TEACHERS_FILE} and {SEEDS_FILE} hold one recipe, {evidence.seeds.recipe}"


def _recipe_problems(evidence: Evidence) -> Iterator[str]:
    """Check that the bundle comes from the recipe's runs."""
    provenance = read_provenance(evidence.bundle)
    if provenance.config_sha256 != evidence.seeds.config_sha256:
        yield (
            f"{SEEDS_FILE} is of a recipe with settings sha256 "
            f"{evidence.seeds.config_sha256[:12]}, the bundle of {provenance.config_sha256[:12]}"
        )
    missing = set(provenance.seeds) - {run.seed for run in evidence.seeds.runs}
    yield from (f"{SEEDS_FILE} lacks the shipped seed {seed}" for seed in sorted(missing))


def _shipped_run_problems(evidence: Evidence) -> Iterator[str]:
    """Compare the shipped seed's run with the results, where the model is one seed's run."""
    seeds: Sequence[object] = evidence.bundle.manifest.provenance.get("seeds") or ()
    run = next((run for run in evidence.seeds.runs if [run.seed] == list(seeds)), None)
    for (form, corpus, setting), result in evidence.results.items():
        if run is None or setting != "end-to-end":
            continue
        noted = (run.int8 if form == "int8" else run.fp32).get(corpus)
        if noted is None:
            continue
        for metric in ("trigger_cls", "arg_cls_plus"):
            found = 100 * result.scores["exact"].rows[metric].f1.value
            if abs(found - getattr(noted, metric)) > _SAME_POINTS:
                yield (
                    f"{SEEDS_FILE}: the shipped seed has {form} {metric} "
                    f"{getattr(noted, metric)} on {corpus}, the result file {found:.2f}"
                )
