"""Thresholds for a benchmark, one per label, that give the best F1 on its dev records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from clashtag.decode import TriggerCandidate, decode_roles
from clashtag.encoding import Encoded, RoleLogits
from clashtag.labels import Continuation, Labels
from clashtag.pipeline import Pipeline, argument_from
from clashtag.records import Event, Record
from clashtag_training.benchmarks.predict import Predictor
from clashtag_training.benchmarks.scoring import count_scores, label_tables
from clashtag_training.evaluation.counts import CountTable
from clashtag_training.evaluation.scores import score_events
from clashtag_training.examples.encoded_corpus import EncodedCorpus, encode_corpora
from clashtag_training.export.thresholds import (
    CONTINUATIONS,
    GRID,
    LabelCounts,
    choose_continuation,
    choose_thresholds,
    tune_thresholds,
)

_GivenTrigger = tuple[Event, RoleLogits]


def tune(predictor: Predictor, dev: Sequence[Record]) -> Predictor:
    """Return a predictor with the thresholds that are best on dev for what it predicts.

    Of events these are thresholds of types for trigger-cls, then of roles for arg-cls+; of gold
    triggers, of roles alone; of entities and role fillers, of labels. Where spans go on is chosen
    with the thresholds of roles, and with those of role fillers.
    """
    [corpus] = encode_corpora(predictor.pipeline, {"dev": dev})
    if predictor.task == "entities":
        return predictor.with_labels(_tune_entities(predictor, corpus))
    if predictor.task == "role_fillers":
        return predictor.with_labels(_tune_role_fillers(predictor, corpus))
    if predictor.setting == "gold triggers":
        return predictor.with_labels(_tune_on_gold_triggers(predictor.pipeline, corpus))
    return predictor.with_labels(tune_thresholds(predictor.pipeline, (corpus,)))


def _tune_entities(predictor: Predictor, corpus: EncodedCorpus) -> Labels:
    labels = predictor.pipeline.labels
    names = tuple(labels.ontology.types)
    counts = _count_mentions(predictor, corpus, labels)
    return replace(labels, trigger_thresholds=choose_thresholds([counts], names))


def _tune_role_fillers(predictor: Predictor, corpus: EncodedCorpus) -> Labels:
    labels = predictor.pipeline.labels
    counts = {
        probability: [
            _count_mentions(
                predictor, corpus, replace(labels, continuation=Continuation(probability))
            )
        ]
        for probability in CONTINUATIONS
    }
    continuation, thresholds = choose_continuation(counts, tuple(labels.ontology.types))
    return replace(labels, continuation=continuation, trigger_thresholds=thresholds)


def _count_mentions(predictor: Predictor, corpus: EncodedCorpus, labels: Labels) -> LabelCounts:
    names = tuple(labels.ontology.types)
    [table] = label_tables(predictor.task, predictor.setting)
    tables = []
    for threshold in GRID:
        trial = predictor.with_labels(
            replace(labels, trigger_thresholds=dict.fromkeys(names, threshold))
        )
        predicted = [
            trial.read_mentions(record, text)
            for record, text in zip(corpus.records, corpus.texts, strict=True)
        ]
        counts = count_scores(predictor.task, predictor.setting, corpus.records, predicted)
        tables.append(counts.labels[table].select(names))
    return _by_label(tables, names)


def _tune_on_gold_triggers(pipeline: Pipeline, corpus: EncodedCorpus) -> Labels:
    labels = pipeline.labels
    roles = tuple(labels.ontology.roles)
    given = [
        _given_triggers(pipeline, record, text)
        for record, text in zip(corpus.records, corpus.texts, strict=True)
    ]
    counts: Mapping[float, Sequence[LabelCounts]] = {
        probability: [
            _by_label(
                [
                    _count_roles(
                        corpus,
                        given,
                        replace(
                            labels,
                            continuation=Continuation(probability),
                            role_thresholds=dict.fromkeys(roles, threshold),
                        ),
                    )
                    for threshold in GRID
                ],
                roles,
            )
        ]
        for probability in CONTINUATIONS
    }
    continuation, thresholds = choose_continuation(counts, roles)
    return replace(labels, continuation=continuation, role_thresholds=thresholds)


def _given_triggers(pipeline: Pipeline, record: Record, text: Encoded) -> list[_GivenTrigger]:
    events: list[Event] = []
    triggers: list[TriggerCandidate] = []
    for event in record.events:
        bounds = text.tokens.covering(event.trigger.start, event.trigger.end)
        if bounds and event.type in pipeline.labels.ontology.types:
            events.append(event)
            triggers.append(TriggerCandidate(*bounds, event.type))
    return list(zip(events, pipeline.role_logits(text, triggers), strict=True))


def _count_roles(
    corpus: EncodedCorpus, given: Sequence[Sequence[_GivenTrigger]], labels: Labels
) -> CountTable:
    predicted = [
        replace(record, events=tuple(_decoded(text, *trigger, labels) for trigger in triggers))
        for record, text, triggers in zip(corpus.records, corpus.texts, given, strict=True)
    ]
    scores = score_events(corpus.records, predicted, "gold triggers")
    return scores.arguments_by_role.select(tuple(labels.ontology.roles))


def _decoded(text: Encoded, event: Event, roles: RoleLogits, labels: Labels) -> Event:
    tokens = text.tokens.part(roles.start, roles.end)
    spans = decode_roles(roles.logits, tokens, event.type, labels)
    return replace(event, arguments=tuple(argument_from(text.text, tokens, s) for s in spans))


def _by_label(tables: Sequence[CountTable], labels: Sequence[str]) -> LabelCounts:
    return LabelCounts({label: [table[label] for table in tables] for label in labels})
