"""Dev corpora with the encoder's outputs, kept so that decoding can be tuned without a new run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clashtag.encoding import Encoded
from clashtag.pipeline import Pipeline
from clashtag.records import Record


@dataclass(frozen=True, slots=True)
class EncodedCorpus:
    """The gold records of a corpus and, in the same order, their texts as encoded."""

    records: Sequence[Record]
    texts: Sequence[Encoded]


def encode_corpora(
    pipeline: Pipeline, dev: Mapping[str, Sequence[Record]]
) -> tuple[EncodedCorpus, ...]:
    """Run a pipeline's encoder once over every corpus."""
    return tuple(
        EncodedCorpus(records, list(pipeline.encode([record.text for record in records])))
        for records in dev.values()
    )
