"""CEAF-REE as an `evaluate` metric: role fillers of MUC-4 documents, scored as entities.

    metric = evaluate.load("training/clashtag_training/metrics/ceaf_ree")
    metric.compute(predictions=['{"Victim": [["mayor"]]}'], references=['{"Victim": [["mayor"]]}'])

Each prediction and reference holds the role fillers of one document as a JSON string: role ->
entities, each a list of mention strings. They are matched by position.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import datasets
import evaluate

from clashtag_training.evaluation.ceaf_ree import ROLES, RoleFillers, score_role_fillers

_DESCRIPTION = (
    "CEAF-REE: entities aligned one to one per document and role; a predicted entity is right "
    "if all its mentions are mentions of the gold entity. Micro over the five roles of MUC-4."
)
_CITATION = """\
@inproceedings{du-etal-2021-grit,
  title = {{GRIT}: Generative Role-filler Transformers for Document-level Event Entity Extraction},
  author = {Du, Xinya and Rush, Alexander and Cardie, Claire},
  booktitle = {Proceedings of the 16th Conference of the European Chapter of the Association for
               Computational Linguistics},
  year = {2021},
}"""
_INPUTS = """\
predictions, references: role fillers as JSON strings, one document each, matched by position.
Returns micro_precision, micro_recall, micro_f1 and the same of each role, as fractions."""


class CeafRee(evaluate.Metric):
    """Scores of role fillers."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("string"), "references": datasets.Value("string")}
            ),
        )

    def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        table = score_role_fillers(_role_fillers(references), _role_fillers(predictions))
        results: dict[str, float] = {}
        for name, counts in (("micro", table.micro()), *((role, table[role]) for role in ROLES)):
            results[f"{name}_precision"] = counts.precision
            results[f"{name}_recall"] = counts.recall
            results[f"{name}_f1"] = counts.f1
        return results


def _role_fillers(documents: Sequence[str]) -> dict[str, RoleFillers]:
    return {str(position): json.loads(document) for position, document in enumerate(documents)}
