"""Decision thresholds per event type and per role, and when a span goes on, chosen on dev."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clashtag.decode import TriggerCandidate, decode_roles, decode_triggers
from clashtag.encoding import Encoded, RoleLogits
from clashtag.labels import Continuation, Labels
from clashtag.pipeline import Pipeline, argument_from, event_from
from clashtag.records import Event
from clashtag_training.evaluation.counts import Counts, CountTable
from clashtag_training.evaluation.scores import counts_by_label
from clashtag_training.examples.encoded_corpus import EncodedCorpus

GRID = tuple(step / 20 for step in range(4, 17))
CONTINUATIONS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
MIN_GOLD_ITEMS = 20
ROUNDS = 4
_ONE_HALF = GRID.index(0.5)

TriggerRoles = tuple[TriggerCandidate, RoleLogits]


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """The counts of one dev corpus for every label at every threshold of the grid."""

    by_label: Mapping[str, Sequence[Counts]]


def tune_thresholds(pipeline: Pipeline, corpora: Sequence[EncodedCorpus]) -> Labels:
    """Return the pipeline's labels with the thresholds that give the best dev F1.

    Trigger thresholds are chosen first, for trigger-cls; then, on the triggers so found, role
    thresholds and the continuation rule for arg-cls+. Both maximise the mean of the dev corpora's
    micro F1. Labels with fewer than 20 gold items on dev keep the value that is best for all
    labels together.
    """
    labels = pipeline.labels
    trigger_counts = [_trigger_counts(corpus, labels) for corpus in corpora]
    types = choose_thresholds(trigger_counts, tuple(labels.ontology.types))
    labels = replace(labels, trigger_thresholds=types)
    scored = [
        [_scored_triggers(pipeline, text, labels) for text in corpus.texts] for corpus in corpora
    ]
    role_counts = {
        probability: [
            _role_counts(corpus, roles, replace(labels, continuation=Continuation(probability)))
            for corpus, roles in zip(corpora, scored, strict=True)
        ]
        for probability in CONTINUATIONS
    }
    continuation, roles = choose_continuation(role_counts, tuple(labels.ontology.roles))
    return replace(labels, continuation=continuation, role_thresholds=roles)


def choose_continuation(
    counts: Mapping[float, Sequence[LabelCounts]], roles: Sequence[str]
) -> tuple[Continuation, dict[str, float]]:
    """Return the continuation rule, with role thresholds of its own, of the best mean micro F1.

    Of equals the one nearest to the default is taken.

    Args:
        counts: by probability of I, the counts of each corpus.
        roles: the labels that have a threshold.
    """
    thresholds = {p: choose_thresholds(corpora, roles) for p, corpora in counts.items()}

    def rank(probability: float) -> tuple[float, float]:
        steps = {role: GRID.index(value) for role, value in thresholds[probability].items()}
        return _mean_f1(counts[probability], steps), -abs(probability - Continuation().roles)

    best = max(counts, key=rank)
    return Continuation(best), thresholds[best]


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


def _trigger_counts(corpus: EncodedCorpus, labels: Labels) -> LabelCounts:
    columns = []
    for threshold in GRID:
        trial = replace(labels, trigger_thresholds=dict.fromkeys(labels.ontology.types, threshold))
        predicted = [
            replace(
                record,
                events=tuple(event_from(text, trigger, ()) for trigger in _triggers(text, trial)),
            )
            for record, text in zip(corpus.records, corpus.texts, strict=True)
        ]
        columns.append(counts_by_label(corpus.records, predicted, "triggers_by_type"))
    return _by_label(columns, tuple(labels.ontology.types))


def _role_counts(
    corpus: EncodedCorpus, scored: Sequence[Sequence[TriggerRoles]], labels: Labels
) -> LabelCounts:
    columns = []
    for threshold in GRID:
        trial = replace(labels, role_thresholds=dict.fromkeys(labels.ontology.roles, threshold))
        predicted = [
            replace(record, events=tuple(_event(text, *one, trial) for one in found))
            for record, text, found in zip(corpus.records, corpus.texts, scored, strict=True)
        ]
        columns.append(counts_by_label(corpus.records, predicted, "arguments_by_role"))
    return _by_label(columns, tuple(labels.ontology.roles))


def _scored_triggers(pipeline: Pipeline, text: Encoded, labels: Labels) -> list[TriggerRoles]:
    triggers = _triggers(text, labels)
    return list(zip(triggers, pipeline.role_logits(text, triggers), strict=True))


def _event(text: Encoded, trigger: TriggerCandidate, roles: RoleLogits, labels: Labels) -> Event:
    tokens = text.tokens.part(roles.start, roles.end)
    spans = decode_roles(roles.logits, tokens, trigger.type, labels)
    arguments = tuple(argument_from(text.text, tokens, span) for span in spans)
    return event_from(text, trigger, arguments)


def _triggers(encoded: Encoded, labels: Labels) -> list[TriggerCandidate]:
    return decode_triggers(encoded.trigger_logits, encoded.status_logits, encoded.tokens, labels)


def _by_label(columns: Sequence[CountTable], labels: Sequence[str]) -> LabelCounts:
    tables = [column.select(labels) for column in columns]
    return LabelCounts({label: [counts[label] for counts in tables] for label in labels})
