"""`clashtag evaluate`: score predictions, or a model, against gold records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import InputError
from clashtag.hashing import file_sha256
from clashtag.records import Record
from clashtag_training.commands.evaluate_incidents import read_incident_gold
from clashtag_training.corpora.record_files import read_records
from clashtag_training.evaluation.bootstrap import DEFAULT_SAMPLES
from clashtag_training.evaluation.ceaf_ree import score_role_filler_records
from clashtag_training.evaluation.entities import score_mentions
from clashtag_training.evaluation.predictions import Predictions, predict_with_model
from clashtag_training.evaluation.reliability import Reliability, event_reliability
from clashtag_training.evaluation.report import markdown_report
from clashtag_training.evaluation.result import (
    Dataset,
    EvaluationResult,
    Origin,
    ScoreTable,
    Task,
    current_environment,
    event_tables,
    label_table,
    utc_now,
    write_result,
    write_text_atomically,
)
from clashtag_training.evaluation.scores import Setting, score_events
from clashtag_training.evaluation.sizes import sizes_of

_Predictor = Callable[[Sequence[Record]], Predictions]


@dataclass(frozen=True, slots=True)
class _Scored:
    tables: Mapping[str, ScoreTable]
    predictions: Predictions
    sizes: Mapping[str, int]
    types_outside_ontology: Mapping[str, int] | None = None
    calibration: Mapping[str, Reliability] | None = None


def evaluate(
    gold: Path,
    *,
    predictions: Path | None = None,
    model: Path | None = None,
    task: Task = "events",
    gold_triggers: bool = False,
    output: Path | None = None,
    report: Path | None = None,
    bootstrap_samples: int = DEFAULT_SAMPLES,
    seed: int = 0,
    dataset_name: str | None = None,
) -> EvaluationResult:
    """Score predictions against gold records, and write the result where asked.

    Args:
        gold: JSON Lines file of gold records; for incidents, of gold incidents beside the folder
            `articles`, or of MUC-4 documents with templates.
        predictions: JSON Lines file of predicted records; if None, a model predicts.
        model: bundle directory; if None, the model that is shipped with clashtag.
        task: "events"; "incidents" (how event mentions are grouped); or, for a predictions file
            only, "entities" (`mentions`) or "role_fillers" (CEAF-REE).
        gold_triggers: gives the model the gold triggers, or says that the predictions file was
            made with them.
        output: where the result is written as JSON.
        report: where the report is written as Markdown.
        bootstrap_samples: draws behind each interval.
        seed: of these draws.
        dataset_name: the name in the result; by default the folder and stem of `gold`.

    Raises:
        InputError: if the options contradict each other, or a file cannot be read or scored.
        RecordError: if a file holds lines that are no records.
        BundleError: if the model cannot be loaded.
    """
    _check_options(predictions, model, task, gold_triggers)
    setting: Setting = "gold triggers" if gold_triggers else "end-to-end"

    def predict(records: Sequence[Record]) -> Predictions:
        if predictions is None:
            return predict_with_model(records, model, gold_triggers=gold_triggers)
        origin = Origin("file", predictions.name, file_sha256(predictions))
        return Predictions(_read(predictions), origin)

    score = _score_incidents if task == "incidents" else _score_records
    scored = score(gold, predict, task, setting, samples=bootstrap_samples, seed=seed)
    predicted = scored.predictions
    result = EvaluationResult(
        task=task,
        setting=setting,
        dataset=Dataset(
            dataset_name or f"{gold.absolute().parent.name}/{gold.stem}",
            file_sha256(gold),
            scored.sizes,
        ),
        predictions=predicted.origin,
        missing_records=scored.sizes["records"] - len(predicted.records),
        types_outside_ontology=scored.types_outside_ontology,
        scores=scored.tables,
        bootstrap_samples=bootstrap_samples,
        seeds={"bootstrap": (seed,)}
        | ({"training": predicted.training_seeds} if predicted.training_seeds else {}),
        environment=current_environment(),
        date=utc_now(),
        calibration=scored.calibration,
    )
    if output is not None:
        write_result(result, output)
    if report is not None:
        write_text_atomically(report, markdown_report(result))
    return result


def _score_records(
    gold: Path,
    predict: _Predictor,
    task: Task,
    setting: Setting,
    *,
    samples: int,
    seed: int,
) -> _Scored:
    records = _read(gold)
    _check_gold(records, task, setting == "gold triggers", gold)
    predicted = predict(records)
    return _Scored(
        tables=_scores(records, predicted.records, task, setting, samples=samples, seed=seed),
        predictions=predicted,
        sizes=sizes_of(task, records),
        types_outside_ontology=_types_outside(records, predicted.ontology_types),
        calibration=event_reliability(records, predicted.records, setting),
    )


def _score_incidents(
    gold: Path,
    predict: _Predictor,
    _task: Task,
    _setting: Setting,
    *,
    samples: int,
    seed: int,
) -> _Scored:
    incidents = read_incident_gold(gold)
    predicted = predict(incidents.records)
    return _Scored(
        tables=incidents.tables(predicted.records, samples, seed),
        predictions=predicted,
        sizes=incidents.sizes,
    )


def _read(path: Path) -> list[Record]:
    records = read_records(path)
    if not records:
        raise InputError(f"{path} holds no record", "give a file with one record a line")
    return records


def _check_options(
    predictions: Path | None, model: Path | None, task: Task, gold_triggers: bool
) -> None:
    if predictions is not None and model is not None:
        raise InputError(
            f"both predictions ({predictions}) and a model ({model}) are given",
            "score one of them at a time",
        )
    if task not in ("events", "incidents") and predictions is None:
        raise InputError(
            f"task {task!r} needs a predictions file: bundles predict events only",
            "give the file with --predictions",
        )
    if task != "events" and gold_triggers:
        raise InputError(f"task {task!r} has no triggers", "leave out --gold-triggers")


def _check_gold(gold: Sequence[Record], task: Task, gold_triggers: bool, path: Path) -> None:
    has_events = any(record.events for record in gold)
    if task == "events" and not has_events:
        for other, is_held in (
            ("entities", any(record.mentions for record in gold)),
            ("role_fillers", any("role_fillers" in record.extra for record in gold)),
        ):
            if is_held:
                raise InputError(f"{path} holds {other}, no events", f"choose --task {other}")
    is_partial = any(record.extra.get("only_one_event_annotated") for record in gold)
    if task == "events" and is_partial and not gold_triggers:
        raise InputError(
            f"{path} marks one event per text only, so found events may be right but unmarked",
            "score arguments alone, with --gold-triggers",
        )


def _scores(
    gold: Sequence[Record],
    predicted: Sequence[Record],
    task: Task,
    setting: Setting,
    *,
    samples: int,
    seed: int,
) -> dict[str, ScoreTable]:
    if task == "entities":
        return {task: label_table(score_mentions(gold, predicted), samples, seed)}
    if task == "role_fillers":
        return {task: label_table(score_role_filler_records(gold, predicted), samples, seed)}
    return event_tables(score_events(gold, predicted, setting), samples, seed)


def _types_outside(
    gold: Sequence[Record], ontology_types: frozenset[str] | None
) -> dict[str, int] | None:
    if ontology_types is None:
        return None
    types = Counter(event.type for record in gold for event in record.events)
    return {name: count for name, count in sorted(types.items()) if name not in ontology_types}
