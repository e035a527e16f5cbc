"""Event extraction as an `evaluate` metric: triggers and arguments over exact and soft spans.

    metric = evaluate.load("training/clashtag_training/metrics/event_extraction")
    metric.compute(predictions=lines, references=gold_lines)

Each prediction and reference is one record as a JSON string, in the format of data/README.md,
so that an event may have any number of arguments. They are matched by position.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import datasets
import evaluate

from clashtag.records import Record, record_from_dict
from clashtag_training.evaluation.scores import ARGUMENT_METRICS, METRICS, Setting, score_events

_DESCRIPTION = (
    "Micro precision, recall and F1 of triggers and arguments, as sets of character spans; "
    "soft scores match overlapping spans one to one. Definitions of TextEE (Huang et al. 2024)."
)
_CITATION = """\
@inproceedings{huang-etal-2024-textee,
  title = {{TextEE}: Benchmark, Reevaluation, Reflections, and Future Challenges in Event
           Extraction},
  author = {Huang, Kuan-Hao and others},
  booktitle = {Findings of the Association for Computational Linguistics: ACL 2024},
  year = {2024},
}"""
_INPUTS = """\
predictions, references: records as JSON strings, matched by position, with equal texts.
setting: "end-to-end" (default) or "gold triggers", where only arguments are scored.
Returns `setting` and, for each metric, METRIC_precision, METRIC_recall, METRIC_f1 and the same
of METRIC_soft; end to end also status_accuracy, trigger_macro_f1 (mean over event types) and
argument_macro_f1 (mean over roles). Scores are fractions."""


class EventExtraction(evaluate.Metric):
    """Scores of events in records."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("string"), "references": datasets.Value("string")}
            ),
        )

    def _compute(
        self,
        predictions: Sequence[str],
        references: Sequence[str],
        setting: Setting = "end-to-end",
    ) -> dict[str, Any]:
        scores = score_events(_records(references), _records(predictions), setting)
        is_end_to_end = setting == "end-to-end"
        results: dict[str, Any] = {"setting": setting}
        for suffix, table in (("", scores.exact), ("_soft", scores.soft)):
            for name in METRICS if is_end_to_end else ARGUMENT_METRICS:
                counts = table[name]
                results[f"{name}{suffix}_precision"] = counts.precision
                results[f"{name}{suffix}_recall"] = counts.recall
                results[f"{name}{suffix}_f1"] = counts.f1
        results["argument_macro_f1"] = scores.arguments_by_role.macro_f1()
        if is_end_to_end:
            results["status_accuracy"] = scores.status["status"].recall
            results["trigger_macro_f1"] = scores.triggers_by_type.macro_f1()
        return results


def _records(lines: Sequence[str]) -> list[Record]:
    return [
        replace(record_from_dict(json.loads(line)), id=str(position))
        for position, line in enumerate(lines)
    ]
