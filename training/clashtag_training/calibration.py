"""What a bundle's graphs are fed with on real texts, for quantisation to measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clashtag.pipeline import Pipeline
from clashtag.records import Record
from clashtag.session import Encoder, EncoderOutput, RoleScorer
from clashtag_training.quantization import Feeds


class RecordingEncoder:
    """An encoder that keeps a copy of everything it is fed."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.feeds: list[Feeds] = []

    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> EncoderOutput:
        """Encode a batch of windows, as `Encoder` says."""
        self.feeds.append({"input_ids": input_ids, "attention_mask": attention_mask})
        return self.encoder.run(input_ids, attention_mask)


class RecordingRoleScorer:
    """A role scorer that keeps a copy of everything it is fed."""

    def __init__(self, roles: RoleScorer) -> None:
        self.roles = roles
        self.feeds: list[Feeds] = []

    def run(
        self,
        hidden: NDArray[np.float32],
        context_mask: NDArray[np.int64],
        trigger_start: NDArray[np.int64],
        trigger_end: NDArray[np.int64],
        trigger_type: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Score triggers in their contexts, as `RoleScorer` says."""
        self.feeds.append(
            {
                "hidden": hidden,
                "context_mask": context_mask,
                "trigger_start": trigger_start,
                "trigger_end": trigger_end,
                "trigger_type": trigger_type,
            }
        )
        return self.roles.run(hidden, context_mask, trigger_start, trigger_end, trigger_type)


def record_feeds(pipeline: Pipeline, records: Sequence[Record]) -> tuple[list[Feeds], list[Feeds]]:
    """Tag records and return what the encoder and the role scorer were fed, batch by batch.

    Gold triggers are used, so that the role scorer is fed whatever the encoder finds.
    """
    encoder, roles = RecordingEncoder(pipeline.encoder), RecordingRoleScorer(pipeline.roles)
    recording = replace(pipeline, encoder=encoder, roles=roles)
    recording.tag_roles(records, [record.events for record in records])
    return encoder.feeds, roles.feeds
