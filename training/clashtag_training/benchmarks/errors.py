"""What became of gold and predicted items: found, wrong in some respect, missed or spurious.

Every item is counted once. Equal items are paired first; of the others, one to one, those that
agree in the span, then those that agree in the label and overlap, then those that only overlap.
Gold items that are left are missed, predicted ones spurious.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from clashtag.records import Record
from clashtag_training.benchmarks.role_fillers import contains_words
from clashtag_training.benchmarks.scoring import Task
from clashtag_training.benchmarks.trigger_distance import DISTANCES, SENTENCES, ArgumentItem, Places
from clashtag_training.evaluation.ceaf_ree import ROLES, normalize_mention
from clashtag_training.evaluation.counts import Counts, exact_counts_by
from clashtag_training.evaluation.matching import maximum_pairs
from clashtag_training.evaluation.pairs import pair_records
from clashtag_training.evaluation.scores import Setting

CORRECT, MISSED, SPURIOUS, BOUNDARY = "correct", "missed", "spurious", "wrong boundary"
EVENT_MISSED, EVENT_SPURIOUS = "missed with its event", "spurious with its event"
REPEATED = "repeated"

LabelledSpan = tuple[str, int, int]
"""A label, a start and an end."""

Entity = tuple[str, frozenset[str]]
"""A role and the strings of one filler, normalised as CEAF-REE compares them."""

Item = TypeVar("Item", bound=Hashable)
Stage = tuple[str, Callable[[Item, Item], bool]]
"""An outcome, and whether a gold and a predicted item may be paired in it."""


@dataclass(frozen=True, slots=True)
class ErrorAnalysis:
    """The outcomes of all gold and predicted items of a split.

    `outcomes` counts them by kind of item (triggers, arguments or entities). `confusions` counts
    pairs of labels, gold then predicted, that were given to one span. `by_distance` and
    `by_sentence` count arguments, as arg_cls_plus does, by the words between them and their
    trigger and by whether they stand in its sentence; both are empty without events. Outcomes and
    confusions stand in the order of their counts, the commonest first, then of their names.
    """

    outcomes: Mapping[str, Mapping[str, int]]
    confusions: Mapping[str, int]
    by_distance: Mapping[str, Counts] = field(default_factory=dict)
    by_sentence: Mapping[str, Counts] = field(default_factory=dict)


def analyse_errors(
    task: Task, setting: Setting, gold: Sequence[Record], predicted: Sequence[Record]
) -> ErrorAnalysis:
    """Say what became of each gold and each predicted item of records matched by id.

    Raises:
        InputError: if ids or texts do not match.
    """
    pairs = pair_records(gold, predicted)
    if task == "events":
        return _event_errors(pairs, with_triggers=setting == "end-to-end")
    outcomes: Counter[str] = Counter()
    confusions: Counter[str] = Counter()
    for record, guess in pairs:
        if task == "entities":
            _align_spans(_mentions(record), _mentions(guess), "label", outcomes, confusions)
        else:
            _align_fillers(_fillers(record), _fillers(guess), outcomes, confusions)
    return ErrorAnalysis({"entities": _commonest_first(outcomes)}, _commonest_first(confusions))


def _event_errors(pairs: Sequence[tuple[Record, Record]], *, with_triggers: bool) -> ErrorAnalysis:
    triggers: Counter[str] = Counter()
    arguments: Counter[str] = Counter()
    confusions: Counter[str] = Counter()
    by_distance = dict.fromkeys(DISTANCES, Counts(0, 0, 0))
    by_sentence = dict.fromkeys(SENTENCES, Counts(0, 0, 0))
    for record, guess in pairs:
        wanted, found = _arguments_by_trigger(record), _arguments_by_trigger(guess)
        if with_triggers:
            _align_spans(wanted.keys(), found.keys(), "type", triggers, confusions)
        for trigger in wanted.keys() | found.keys():
            if trigger not in found:
                arguments[EVENT_MISSED] += len(wanted[trigger])
            elif trigger not in wanted:
                arguments[EVENT_SPURIOUS] += len(found[trigger])
            else:
                _align_spans(wanted[trigger], found[trigger], "role", arguments, confusions)
        places = Places.of(record.text)
        ours, theirs = _items(wanted), _items(found)
        _add(by_distance, exact_counts_by(places.distance, ours, theirs))
        _add(by_sentence, exact_counts_by(places.sentence, ours, theirs))
    outcomes = {"triggers": triggers} if with_triggers else {}
    outcomes["arguments"] = arguments
    return ErrorAnalysis(
        {name: _commonest_first(counts) for name, counts in outcomes.items()},
        _commonest_first(confusions),
        by_distance,
        by_sentence,
    )


def _commonest_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _arguments_by_trigger(record: Record) -> dict[LabelledSpan, set[LabelledSpan]]:
    arguments: defaultdict[LabelledSpan, set[LabelledSpan]] = defaultdict(set)
    for event in record.events:
        arguments[event.type, event.trigger.start, event.trigger.end].update(
            (argument.role, argument.start, argument.end) for argument in event.arguments
        )
    return dict(arguments)


def _items(arguments: Mapping[LabelledSpan, set[LabelledSpan]]) -> set[ArgumentItem]:
    return {(trigger, argument) for trigger, its in arguments.items() for argument in its}


def _add(totals: dict[str, Counts], counts: Mapping[str, Counts]) -> None:
    for name, found in counts.items():
        totals[name] += found


def _mentions(record: Record) -> set[LabelledSpan]:
    return {(mention.label, mention.start, mention.end) for mention in record.mentions}


def _align_spans(
    gold: Iterable[LabelledSpan],
    predicted: Iterable[LabelledSpan],
    label: str,
    outcomes: Counter[str],
    confusions: Counter[str],
) -> None:
    """Count what became of labelled spans; `label` is what a label is called."""

    def same_span(ours: LabelledSpan, theirs: LabelledSpan) -> bool:
        return ours[1:] == theirs[1:]

    def overlap(ours: LabelledSpan, theirs: LabelledSpan) -> bool:
        return ours[1] < theirs[2] and theirs[1] < ours[2]

    wrong_label = f"wrong {label}"
    stages: list[Stage[LabelledSpan]] = [
        (CORRECT, lambda ours, theirs: ours == theirs),
        (wrong_label, same_span),
        (BOUNDARY, lambda ours, theirs: ours[0] == theirs[0] and overlap(ours, theirs)),
        (f"wrong {label} and boundary", overlap),
    ]
    pairs, missed, spurious = _align(sorted(gold, key=repr), sorted(predicted, key=repr), stages)
    for outcome, ours, theirs in pairs:
        outcomes[outcome] += 1
        if outcome == wrong_label:
            confusions[f"{ours[0]} → {theirs[0]}"] += 1
    outcomes[MISSED] += len(missed)
    outcomes[SPURIOUS] += len(spurious)


def _fillers(record: Record) -> list[Entity]:
    fillers = record.extra.get("role_fillers", {})
    return [
        (role, frozenset(normalize_mention(mention) for mention in entity))
        for role in ROLES
        for entity in fillers.get(role, ())
        if entity
    ]


def _align_fillers(
    gold: Iterable[Entity],
    predicted: Iterable[Entity],
    outcomes: Counter[str],
    confusions: Counter[str],
) -> None:
    """Count what became of role fillers; a string inside a longer one is a wrong boundary."""

    def fits(ours: Entity, theirs: Entity) -> bool:
        return theirs[1] <= ours[1]

    def part_of_it(ours: Entity, theirs: Entity) -> bool:
        return any(contains_words(one, other) for one in ours[1] for other in theirs[1])

    def order(entity: Entity) -> tuple[str, list[str]]:
        return entity[0], sorted(entity[1])

    gold = sorted(gold, key=order)
    stages: list[Stage[Entity]] = [
        (CORRECT, lambda ours, theirs: ours[0] == theirs[0] and fits(ours, theirs)),
        ("wrong role", lambda ours, theirs: ours[0] != theirs[0] and fits(ours, theirs)),
        (BOUNDARY, lambda ours, theirs: ours[0] == theirs[0] and part_of_it(ours, theirs)),
        ("wrong role and boundary", part_of_it),
    ]
    pairs, missed, left = _align(gold, sorted(predicted, key=order), stages)
    for outcome, ours, theirs in pairs:
        outcomes[outcome] += 1
        if outcome == "wrong role":
            confusions[f"{ours[0]} → {theirs[0]}"] += 1
    repeated = [e for e in left if any(e[0] == entity[0] and fits(entity, e) for entity in gold)]
    outcomes[MISSED] += len(missed)
    outcomes[REPEATED] += len(repeated)
    outcomes[SPURIOUS] += len(left) - len(repeated)


def _align(
    ours: Sequence[Item], theirs: Sequence[Item], stages: Sequence[Stage[Item]]
) -> tuple[list[tuple[str, Item, Item]], Sequence[Item], Sequence[Item]]:
    """Pair gold items with predicted ones stage by stage; return the pairs, and what is left.

    Which of several possible pairs are made depends on the order of the items.
    """
    pairs: list[tuple[str, Item, Item]] = []
    for outcome, may_pair in stages:
        matched = maximum_pairs(
            [[n for n, other in enumerate(theirs) if may_pair(item, other)] for item in ours]
        )
        pairs += [(outcome, ours[left], theirs[right]) for left, right in matched]
        ours = _without(ours, {left for left, _ in matched})
        theirs = _without(theirs, {right for _, right in matched})
    return pairs, ours, theirs


def _without(items: Sequence[Item], positions: set[int]) -> list[Item]:
    return [item for position, item in enumerate(items) if position not in positions]
