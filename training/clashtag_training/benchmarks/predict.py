"""Predictions for a benchmark: events, arguments of gold triggers, mentions or role fillers.

All of them come from the runtime's own pipeline, which reads windows and stitches them. Entities
are decoded as triggers are, role fillers as whole phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from clashtag.decode import decode_triggers, span_characters
from clashtag.encoding import Encoded
from clashtag.labels import Labels, WindowSettings
from clashtag.ontology import EventType, Ontology
from clashtag.pipeline import Pipeline
from clashtag.records import Mention, Record
from clashtag_training.benchmarks.filler_mentions import find_fillers
from clashtag_training.benchmarks.role_fillers import NO_ALIASES, Aliases, merge_fillers
from clashtag_training.benchmarks.scoring import Task
from clashtag_training.corpora.observed_ontology import NO_STATUS
from clashtag_training.evaluation.predictions import predict_records
from clashtag_training.evaluation.scores import Setting

if TYPE_CHECKING:
    from clashtag_training.model.modeling import ConflictTagger


@dataclass(frozen=True, slots=True)
class Predictor:
    """A model that predicts what a task asks for.

    Args:
        task: what is predicted.
        setting: whether triggers are predicted too, or taken from the gold records.
        pipeline: the model; of a head that tags mentions, one of `checkpoint_pipeline`.
        aliases: strings that are taken for one entity, for role fillers.
    """

    task: Task
    setting: Setting
    pipeline: Pipeline
    aliases: Aliases = NO_ALIASES

    def with_labels(self, labels: Labels) -> Predictor:
        """Return the predictor with other thresholds."""
        return replace(self, pipeline=replace(self.pipeline, labels=labels))

    def predict(self, gold: Sequence[Record]) -> list[Record]:
        """Return predictions for gold texts, under the gold ids and without the gold labels."""
        if self.task == "events":
            types = frozenset(self.pipeline.labels.ontology.types)
            return predict_records(self.pipeline, gold, self.setting == "gold triggers", types)
        encoded = self.pipeline.encode(record.text for record in gold)
        return [
            self.read_mentions(record, text) for record, text in zip(gold, encoded, strict=True)
        ]

    def read_mentions(self, gold: Record, encoded: Encoded) -> Record:
        """Return a text with its mentions, and with role fillers where the task asks for them."""
        labels = self.pipeline.labels
        if self.task == "entities":
            return Record(encoded.text, id=gold.id, mentions=_tagged_mentions(encoded, labels))
        found = find_fillers(encoded, labels)
        return Record(
            encoded.text,
            id=gold.id,
            mentions=tuple(filler.mention for filler in found),
            extra={"role_fillers": merge_fillers(found, self.aliases)},
        )


def _tagged_mentions(encoded: Encoded, labels: Labels) -> tuple[Mention, ...]:
    text, tokens = encoded.text, encoded.tokens
    mentions = []
    for found in decode_triggers(encoded.trigger_logits, encoded.status_logits, tokens, labels):
        start, end = span_characters(text, tokens, found.start, found.end)
        mentions.append(Mention(found.type, start, end, text[start:end]))
    return tuple(mentions)


def checkpoint_pipeline(model: ConflictTagger, tokenizer: Tokenizer) -> Pipeline:
    """Return the runtime's pipeline around a model's shipped head, thresholds at one half."""
    from clashtag_training.examples.features import special_tokens  # noqa: PLC0415
    from clashtag_training.model.torch_sessions import (  # noqa: PLC0415
        EVALUATION_BATCH_TOKENS,
        TorchEncoderSession,
        TorchRoleSession,
        torch_pipeline,
    )

    head = model.config.shipped_head
    if model.config.heads[head]["kind"] == "events":
        return torch_pipeline(model, tokenizer)
    names = model.config.heads[head]["types"]
    labels = Labels(
        ontology=mention_ontology(names),
        trigger_thresholds=dict.fromkeys(names, 0.5),
        role_thresholds={},
        windows=WindowSettings(**model.config.window),
        special_tokens=special_tokens(tokenizer),
    )
    return Pipeline(
        labels=labels,
        tokenizer=tokenizer,
        encoder=TorchEncoderSession(model, head),
        roles=TorchRoleSession(model, head),
        batch_tokens=EVALUATION_BATCH_TOKENS,
    )


def mention_ontology(names: Sequence[str]) -> Ontology:
    """Return labels of mentions as types without roles, which decoding takes for triggers."""
    return Ontology(
        version=1,
        statuses={NO_STATUS: NO_STATUS},
        roles={},
        types={name: EventType(name, name, (), (), (), ()) for name in names},
    )
