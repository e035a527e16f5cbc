"""Decision thresholds per event type and per role, chosen on dev."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clashtag.decode import TriggerCandidate, decode_roles, decode_triggers
from clashtag.encoding import Encoded
from clashtag.labels import Labels
from clashtag.pipeline import Pipeline, argument_from, event_from
from clashtag.records import Event, Record
from clashtag_training.evaluation.counts import Counts
from clashtag_training.evaluation.scores import EventScores, score_events

GRID = tuple(step / 20 for step in range(4, 17))
MIN_GOLD_ITEMS = 20
ROUNDS = 4
_ONE_HALF = GRID.index(0.5)


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """The counts of one dev corpus for every label at every threshold of the grid."""

    by_label: Mapping[str, Sequence[Counts]]


def tune_thresholds(pipeline: Pipeline, dev: Mapping[str, Sequence[Record]]) -> Labels:
    """Return the pipeline's labels with the thresholds that give the best dev F1.

    Trigger thresholds are chosen first, for trigger-cls; then, on the triggers so found, role
    thresholds for arg-cls+. Both maximise the mean of the dev corpora's micro F1. Labels with
    fewer than 20 gold items on dev keep the value that is best for all labels together.
    """
    records = {name: list(corpus) for name, corpus in dev.items()}
    encoded = {
        name: list(pipeline.encode([record.text for record in corpus]))
        for name, corpus in records.items()
    }
    labels = pipeline.labels
    trigger_counts = [
        _trigger_counts(corpus, encoded[name], labels) for name, corpus in records.items()
    ]
    types = choose_thresholds(trigger_counts, tuple(labels.ontology.types))
    labels = replace(labels, trigger_thresholds=types)
    role_counts = [
        _role_counts(corpus, encoded[name], replace_labels(pipeline, labels))
        for name, corpus in records.items()
    ]
    roles = choose_thresholds(role_counts, tuple(labels.ontology.roles))
    return replace(labels, role_thresholds=roles)


def choose_thresholds(corpora: Sequence[LabelCounts], labels: Sequence[str]) -> dict[str, float]:
    """Maximise the mean micro F1 of several corpora over one threshold per label."""
    best = _best_step(corpora, {}, labels, nearest_to=_ONE_HALF)
    chosen = dict.fromkeys(labels, best)
    frequent = [
        label
        for label in labels
        if sum(corpus.by_label[label][0].gold for corpus in corpora) >= MIN_GOLD_ITEMS
    ]
    for _ in range(ROUNDS):
        for label in frequent:
            chosen[label] = _best_step(corpora, chosen, [label], nearest_to=best)
    return {label: GRID[step] for label, step in chosen.items()}


def _best_step(
    corpora: Sequence[LabelCounts],
    steps: Mapping[str, int],
    labels: Sequence[str],
    nearest_to: int,
) -> int:
    """Return the grid step for some labels, the others keeping theirs, that gives the best F1."""

    def rank(step: int) -> tuple[float, int]:
        f1 = _mean_f1(corpora, {**steps, **dict.fromkeys(labels, step)})
        return f1, -abs(step - nearest_to)

    return max(range(len(GRID)), key=rank)


def _mean_f1(corpora: Sequence[LabelCounts], steps: Mapping[str, int]) -> float:
    totals = [
        sum((corpus.by_label[label][step] for label, step in steps.items()), Counts(0, 0, 0))
        for corpus in corpora
    ]
    return sum(total.f1 for total in totals) / len(totals)


def replace_labels(pipeline: Pipeline, labels: Labels) -> Pipeline:
    """Return a pipeline that decodes with other labels, on the same sessions."""
    return replace(pipeline, labels=labels)


def _trigger_counts(
    gold: Sequence[Record], encoded: Sequence[Encoded], labels: Labels
) -> LabelCounts:
    columns = []
    for threshold in GRID:
        trial = replace(labels, trigger_thresholds=dict.fromkeys(labels.ontology.types, threshold))
        predicted = [
            replace(
                record,
                events=tuple(event_from(text, trigger, ()) for trigger in _triggers(text, trial)),
            )
            for record, text in zip(gold, encoded, strict=True)
        ]
        columns.append(score_events(gold, predicted))
    return _by_label(columns, "triggers_by_type", tuple(labels.ontology.types))


def _role_counts(
    gold: Sequence[Record], encoded: Sequence[Encoded], pipeline: Pipeline
) -> LabelCounts:
    labels = pipeline.labels
    triggers = [_triggers(text, labels) for text in encoded]
    logits = [
        pipeline.role_logits(text, its_triggers)
        for text, its_triggers in zip(encoded, triggers, strict=True)
    ]
    columns = []
    for threshold in GRID:
        trial = replace(labels, role_thresholds=dict.fromkeys(labels.ontology.roles, threshold))
        predicted = []
        for record, text, its_triggers, its_logits in zip(
            gold, encoded, triggers, logits, strict=True
        ):
            events: list[Event] = []
            for trigger, roles in zip(its_triggers, its_logits, strict=True):
                tokens = text.tokens.part(roles.start, roles.end)
                spans = decode_roles(roles.logits, tokens, trigger.type, trial)
                arguments = tuple(argument_from(text.text, tokens, span) for span in spans)
                events.append(event_from(text, trigger, arguments))
            predicted.append(replace(record, events=tuple(events)))
        columns.append(score_events(gold, predicted))
    return _by_label(columns, "arguments_by_role", tuple(labels.ontology.roles))


def _triggers(encoded: Encoded, labels: Labels) -> list[TriggerCandidate]:
    return decode_triggers(encoded.trigger_logits, encoded.status_logits, encoded.tokens, labels)


def _by_label(scores: Sequence[EventScores], table: str, labels: Sequence[str]) -> LabelCounts:
    tables = [getattr(score, table).select(labels) for score in scores]
    return LabelCounts({label: [counts[label] for counts in tables] for label in labels})
