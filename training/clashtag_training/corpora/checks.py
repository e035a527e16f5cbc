"""What to know about a corpus before training on it: its sizes, its labels and its faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from tokenizers import Tokenizer

from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.corpora.faults import FAULTS, Fault, Severity, record_faults
from clashtag_training.corpora.overlap import Overlap, find_overlaps
from clashtag_training.corpora.words import Words, split_words

LabelKind = Literal["types", "roles", "statuses", "mentions"]

_SPECIAL_TOKENS = 2
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Distribution:
    """How whole numbers spread; all zero where there are none."""

    count: int
    total: int
    median: float
    p95: float
    maximum: int

    @classmethod
    def of(cls, values: Sequence[int]) -> Distribution:
        """Summarise the values."""
        if not values:
            return cls(0, 0, 0.0, 0.0, 0)
        median, p95 = np.percentile(values, [50, 95])
        return cls(len(values), sum(values), float(median), float(p95), max(values))


@dataclass(frozen=True, slots=True)
class SplitSummary:
    """The size of one split.

    `words` and `tokens` spread over records. `tokens` and `records_over_window` (how many need
    more than one window) are None where no tokenizer was given.
    """

    records: int
    records_without_events: int
    events: int
    arguments: int
    mentions: int
    words: Distribution
    tokens: Distribution | None
    records_over_window: int | None


@dataclass(frozen=True, slots=True)
class Problem:
    """All faults of one kind: how many, what they mean, and the first few."""

    kind: str
    severity: Severity
    meaning: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpanMeasures:
    """Lengths in words of triggers and, by role, of arguments.

    `argument_distances` are the words between a trigger and its argument, 0 where they touch.
    """

    trigger_words: Distribution
    argument_words: Mapping[str, Distribution]
    argument_distances: Mapping[str, Distribution]


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """The findings of `check_corpus`; `labels` counts each label in each split."""

    splits: Mapping[str, SplitSummary]
    labels: Mapping[LabelKind, Mapping[str, Mapping[str, int]]]
    spans: SpanMeasures
    overlaps: tuple[Overlap, ...]
    problems: tuple[Problem, ...]
    max_tokens: int | None

    @property
    def has_errors(self) -> bool:
        """Whether a fault was found that training would refuse or silently drop labels for."""
        return any(problem.severity == "error" for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        return asdict(self)


def check_corpus(
    splits: Mapping[str, Sequence[Record]],
    ontology: Ontology | None = None,
    tokenizer: Tokenizer | None = None,
    max_tokens: int | None = None,
) -> CorpusReport:
    """Count, measure and check the splits of one corpus.

    Args:
        splits: records by split, in the order train, dev, test.
        ontology: the labels that the corpus may use; without it labels are only counted.
        tokenizer: the model's, whose words and tokens count; without it words are runs of
            letters and digits and single other characters, and tokens are not counted.
        max_tokens: the length of the model's window, special tokens included.
    """
    words = {
        split: split_words([record.text for record in records], tokenizer)
        for split, records in splits.items()
    }
    overlaps = tuple(find_overlaps(splits))
    labels = _label_counts(splits, ontology)
    faults = [
        fault
        for split, records in splits.items()
        for record, record_words in zip(records, words[split], strict=True)
        for fault in record_faults(record, record_words, split, ontology)
    ]
    faults += _id_faults(splits)
    faults += _overlap_faults(overlaps)
    faults += _untrained_faults(labels)
    return CorpusReport(
        splits={
            split: _summary(records, words[split], max_tokens) for split, records in splits.items()
        },
        labels=labels,
        spans=_span_measures(splits, words, list(labels.get("roles", ()))),
        overlaps=overlaps,
        problems=_problems(faults),
        max_tokens=max_tokens,
    )


def _summary(
    records: Sequence[Record], words: Sequence[Words], max_tokens: int | None
) -> SplitSummary:
    tokens = [text.token_count for text in words if text.token_count is not None]
    over = None
    if tokens and max_tokens is not None:
        over = sum(count + _SPECIAL_TOKENS > max_tokens for count in tokens)
    return SplitSummary(
        records=len(records),
        records_without_events=sum(not record.events for record in records),
        events=sum(len(record.events) for record in records),
        arguments=sum(len(event.arguments) for record in records for event in record.events),
        mentions=sum(len(record.mentions) for record in records),
        words=Distribution.of([len(text) for text in words]),
        tokens=Distribution.of(tokens) if tokens else None,
        records_over_window=over,
    )


def _label_counts(
    splits: Mapping[str, Sequence[Record]], ontology: Ontology | None
) -> dict[LabelKind, dict[str, dict[str, int]]]:
    """Count labels by split: the ontology's in its order, others after them, commonest first."""
    known: dict[LabelKind, Iterable[str]] = {"types": (), "roles": (), "statuses": ()}
    if ontology is not None:
        known = {"types": ontology.types, "roles": ontology.roles, "statuses": ontology.statuses}
    counts: dict[LabelKind, dict[str, Counter[str]]] = {}
    for split, records in splits.items():
        events = [event for record in records for event in record.events]
        found: dict[LabelKind, Iterable[str]] = {
            "types": (event.type for event in events),
            "roles": (argument.role for event in events for argument in event.arguments),
            "statuses": (event.status for event in events if event.status is not None),
            "mentions": (mention.label for record in records for mention in record.mentions),
        }
        for kind, names in found.items():
            counts.setdefault(kind, {})[split] = Counter(names)
    return {
        kind: {
            name: {split: of_split[name] for split, of_split in by_split.items()}
            for name in dict.fromkeys(
                [*known.get(kind, ()), *(n for n, _ in _sum(by_split.values()).most_common())]
            )
        }
        for kind, by_split in counts.items()
    }


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _span_measures(
    splits: Mapping[str, Sequence[Record]], words: Mapping[str, Sequence[Words]], roles: list[str]
) -> SpanMeasures:
    trigger_words: list[int] = []
    argument_words: dict[str, list[int]] = {role: [] for role in roles}
    distances: dict[str, list[int]] = {role: [] for role in roles}
    for split, records in splits.items():
        for record, record_words in zip(records, words[split], strict=True):
            for event in record.events:
                trigger = record_words.covering(event.trigger.start, event.trigger.end)
                trigger_words.append(len(trigger))
                for argument in event.arguments:
                    span = record_words.covering(argument.start, argument.end)
                    argument_words[argument.role].append(len(span))
                    gap = max(span.start - trigger.stop, trigger.start - span.stop, 0)
                    distances[argument.role].append(gap)
    return SpanMeasures(
        trigger_words=Distribution.of(trigger_words),
        argument_words={role: Distribution.of(words) for role, words in argument_words.items()},
        argument_distances={role: Distribution.of(gaps) for role, gaps in distances.items()},
    )


def _id_faults(splits: Mapping[str, Sequence[Record]]) -> list[Fault]:
    places: dict[str, list[str]] = {}
    for split, records in splits.items():
        for record in records:
            if record.id is not None:
                places.setdefault(record.id, []).append(split)
    return [
        Fault("repeated-id", f"{name} in {', '.join(found)}")
        for name, found in places.items()
        if len(found) > 1
    ]


def _overlap_faults(overlaps: Iterable[Overlap]) -> list[Fault]:
    return [
        Fault(
            "leak" if overlap.is_leak else "repeated-text",
            f"{overlap.first_split}:{overlap.first_id} and {overlap.second_split}:"
            f"{overlap.second_id}: {overlap.kind} ({overlap.share:.0%})",
        )
        for overlap in overlaps
    ]


def _untrained_faults(labels: Mapping[LabelKind, Mapping[str, Mapping[str, int]]]) -> list[Fault]:
    return [
        Fault("untrained-label", f"{kind}: {name}")
        for kind, counts in labels.items()
        for name, by_split in counts.items()
        if by_split.get("train") == 0
    ]


def _problems(faults: Iterable[Fault]) -> tuple[Problem, ...]:
    found: dict[str, list[str]] = {kind: [] for kind in FAULTS}
    for fault in faults:
        found[fault.kind].append(fault.detail)
    return tuple(
        Problem(kind, *FAULTS[kind], count=len(details), examples=tuple(details[:_EXAMPLES]))
        for kind, details in found.items()
        if details
    )
