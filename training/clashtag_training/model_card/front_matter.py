"""The front matter of a model card, as model hubs read it."""

from __future__ import annotations

from typing import Any

import yaml

from clashtag_training.markdown import metric_name
from clashtag_training.model_card.evidence import Evidence
from clashtag_training.model_card.provenance import Provenance
from clashtag_training.model_card.score_tables import HEADLINES

TAGS = ("event-extraction", "argument-extraction", "conflict", "news", "onnx", "int8", "cpu")


def front_matter(evidence: Evidence, provenance: Provenance) -> str:
    """Return the licence, the base model, the corpora and the headline scores as YAML."""
    fields = {
        "license": "apache-2.0",
        "language": ["en"],
        "base_model": provenance.encoder,
        "pipeline_tag": "token-classification",
        "library_name": "clashtag",
        "tags": list(TAGS),
        "datasets": list(provenance.training_records),
        "metrics": ["f1"],
        "model-index": [
            {
                "name": evidence.bundle.manifest.name,
                "results": [_index_entry(evidence, corpus) for corpus in evidence.corpora],
            }
        ],
    }
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)}---"


def _index_entry(evidence: Evidence, corpus: str) -> dict[str, Any]:
    exact = evidence.results["int8", corpus, "end-to-end"].scores["exact"].rows
    metrics = [
        {
            "type": "f1",
            "name": f"{metric_name(metric)} F1, exact spans, end to end",
            "value": round(100 * exact[metric].f1.value, 1),
        }
        for metric in HEADLINES
    ]
    return {
        "task": {"type": "token-classification", "name": "event extraction"},
        "dataset": {"name": f"{corpus} (dev)", "type": corpus, "split": "dev"},
        "metrics": metrics,
    }
