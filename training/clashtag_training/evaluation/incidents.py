"""Scores of incidents: how event mentions are grouped, against gold and against plain baselines.

A mention is known by the span of its trigger. Where events were predicted, a trigger that the gold
data lacks counts against precision, and one that was not found against recall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from clashtag.analysis.text.passages import Passages
from clashtag.records import Record
from clashtag_training.corpora.incident_gold import IncidentArticle
from clashtag_training.evaluation.bootstrap import label_scores
from clashtag_training.evaluation.coreference import (
    GroupingTable,
    conll_gain,
    conll_score,
    grouping_scores,
    grouping_table,
)
from clashtag_training.evaluation.counts import count_table, exact_counts
from clashtag_training.evaluation.result import ScoreTable

Grouping = Sequence[Sequence[int]]
"""Groups of indexes of a record's events."""

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GroupedArticle:
    """A record with its incidents, as indexes of its events, and the lead of each."""

    record: Record
    incidents: Grouping
    leads: Sequence[int]

    def groups(self, incidents: Grouping) -> list[frozenset[Bounds]]:
        """Return incidents as sets of trigger spans; of two equal triggers the first counts."""
        seen: set[Bounds] = set()
        groups = []
        for incident in incidents:
            group = {self._trigger(index) for index in incident} - seen
            seen |= group
            groups.append(frozenset(group))
        return [group for group in groups if group]

    def lead_triggers(self) -> set[Bounds]:
        """Return the trigger spans that name the incidents."""
        return {self._trigger(index) for index in self.leads}

    def _trigger(self, index: int) -> Bounds:
        trigger = self.record.events[index].trigger
        return trigger.start, trigger.end


def _grouped_by(key: Callable[[Record, int], object]) -> Callable[[Record], Grouping]:
    def group(record: Record) -> Grouping:
        groups: dict[object, list[int]] = {}
        for index in range(len(record.events)):
            groups.setdefault(key(record, index), []).append(index)
        return list(groups.values())

    return group


def _sentence(record: Record, index: int) -> int:
    return Passages.of(record.text).sentence_of(record.events[index].trigger.start)


def _paragraph(record: Record, index: int) -> int:
    return Passages.of(record.text).paragraph_of(record.events[index].trigger.start)


BASELINES: Mapping[str, Callable[[Record], Grouping]] = MappingProxyType(
    {
        "one incident in all": _grouped_by(lambda *_: 0),
        "one per mention": _grouped_by(lambda _, index: index),
        "one per type": _grouped_by(lambda record, index: record.events[index].type),
        "one per sentence": _grouped_by(_sentence),
        "one per paragraph": _grouped_by(_paragraph),
    }
)
"""What a grouping has to beat."""


def incident_tables(
    gold: Sequence[IncidentArticle],
    predicted: Mapping[str, GroupedArticle],
    name: str,
    samples: int,
    seed: int,
) -> dict[str, ScoreTable]:
    """Return the scores of predicted incidents, of the baselines, and the gains over these.

    Args:
        gold: articles with gold incidents.
        predicted: incidents by article id; their records hold gold or predicted events.
        name: what the tables are of, such as "held-out, gold events".
        samples: bootstrap draws over articles.
        seed: of these draws.

    Raises:
        InputError: if incidents are predicted for articles that the gold data lacks, there is no
            article, or no sample is asked for.
    """
    gold_groups = {
        str(article.record.id): _gold(article).groups(article.incidents) for article in gold
    }

    def table(groupings: Mapping[str, Grouping]) -> GroupingTable:
        groups = {id_: predicted[id_].groups(grouping) for id_, grouping in groupings.items()}
        return grouping_table(gold_groups, groups)

    ours = table({id_: article.incidents for id_, article in predicted.items()})
    baselines = {
        label: table({id_: group(article.record) for id_, article in predicted.items()})
        for label, group in BASELINES.items()
    }
    leads = count_table(
        (id_, {"leads": exact_counts(_gold(article).lead_triggers(), _leads(predicted, id_))})
        for id_, article in ((str(article.record.id), article) for article in gold)
    )
    scores = {"CoNLL": conll_score(ours, samples, seed), **grouping_scores(ours, samples, seed)}
    return {
        f"incidents, {name}": ScoreTable(scores | label_scores(leads, samples, seed)),
        f"CoNLL score of baselines, {name}": ScoreTable(
            {label: conll_score(other, samples, seed) for label, other in baselines.items()}
        ),
        f"gain in CoNLL score over baselines, {name}": ScoreTable(
            {label: conll_gain(ours, other, samples, seed) for label, other in baselines.items()}
        ),
    }


def _gold(article: IncidentArticle) -> GroupedArticle:
    return GroupedArticle(article.record, article.incidents, article.leads)


def _leads(predicted: Mapping[str, GroupedArticle], id_: str) -> set[Bounds]:
    return predicted[id_].lead_triggers() if id_ in predicted else set()
