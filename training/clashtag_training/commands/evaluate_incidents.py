"""`clashtag evaluate --task incidents`: how event mentions are grouped into incidents."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from clashtag.analysis.grouping.groups import group_events
from clashtag.analysis.merging.leads import lead_of
from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.corpora.incident_gold import SPLITS, IncidentArticle, read_incidents
from clashtag_training.corpora.record_files import read_records
from clashtag_training.evaluation.incidents import GroupedArticle, incident_tables
from clashtag_training.evaluation.pairs import pair_records
from clashtag_training.evaluation.result import ScoreTable
from clashtag_training.evaluation.templates import template_tables

Tables = dict[str, ScoreTable]


class IncidentGold(Protocol):
    """Gold data for grouping: the texts to predict events for, and how predictions are scored."""

    @property
    def records(self) -> Sequence[Record]:
        """The gold records."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """How much of what the gold data holds."""

    def tables(self, predicted: Sequence[Record], samples: int, seed: int) -> Tables:
        """Score records with predicted events, which may carry their own `incidents`.

        Raises:
            InputError: if they cannot be scored.
        """


def read_incident_gold(path: Path) -> IncidentGold:
    """Read gold incidents beside the folder `articles`, or MUC-4 documents with templates.

    Raises:
        InputError: if a file cannot be read or holds nothing to score.
        RecordError: if it breaks its format.
    """
    if _holds_templates(path):
        return _Templates(read_records(path))
    articles = read_incidents(path)
    if not articles:
        raise InputError(f"{path} holds no article", "give a file with gold incidents")
    return _Articles(articles)


@dataclass(frozen=True, slots=True)
class _Articles:
    """Articles with gold incidents; they are also scored on their gold events."""

    articles: Sequence[IncidentArticle]

    @property
    def records(self) -> Sequence[Record]:
        return [article.record for article in self.articles]

    @property
    def sizes(self) -> Mapping[str, int]:
        return {
            "records": len(self.articles),
            "incidents": sum(len(article.incidents) for article in self.articles),
            "events": sum(len(article.record.events) for article in self.articles),
        }

    def tables(self, predicted: Sequence[Record], samples: int, seed: int) -> Tables:
        pairs = pair_records(self.records, predicted)
        found = {str(record.id): _grouped(_dated(guess, record)) for record, guess in pairs}
        tables: Tables = {}
        for split in SPLITS:
            articles = {str(a.record.id): a for a in self.articles if a.split == split}
            if not articles:
                continue
            gold = list(articles.values())
            on_gold = {id_: _regrouped(article.record) for id_, article in articles.items()}
            on_found = {id_: found[id_] for id_ in articles}
            tables |= incident_tables(gold, on_gold, f"{split}, gold events", samples, seed)
            tables |= incident_tables(gold, on_found, f"{split}, predicted events", samples, seed)
        return tables


@dataclass(frozen=True, slots=True)
class _Templates:
    """MUC-4 documents, of which only the role fillers can be compared."""

    records: Sequence[Record]

    @property
    def sizes(self) -> Mapping[str, int]:
        templates = (len(record.extra["templates"]) for record in self.records)
        return {"records": len(self.records), "templates": sum(templates)}

    def tables(self, predicted: Sequence[Record], samples: int, seed: int) -> Tables:
        pairs = pair_records(self.records, predicted)
        found = {str(record.id): (guess, _grouped(guess).incidents) for record, guess in pairs}
        return template_tables(self.records, found, samples, seed)


def _dated(record: Record, gold: Record) -> Record:
    """Return a predicted record with the publication date of its gold record."""
    published = {key: gold.extra[key] for key in ("published",) if key in gold.extra}
    return replace(record, extra=published | dict(record.extra))


def _regrouped(record: Record) -> GroupedArticle:
    groups = group_events(record)
    return GroupedArticle(record, groups, [lead_of(record, group) for group in groups])


def _grouped(record: Record) -> GroupedArticle:
    """Return a record with the incidents that it carries, or else those that we find in it."""
    return _carried(record) if "incidents" in record.extra else _regrouped(record)


def _carried(record: Record) -> GroupedArticle:
    incidents = record.extra["incidents"]
    try:
        groups = [[int(index) for index in incident["events"]] for incident in incidents]
        leads = [int(incident["lead"]) for incident in incidents]
    except (TypeError, KeyError, ValueError) as error:
        raise InputError(
            f"record {record.id!r}: 'incidents' must hold objects with 'lead' and 'events'",
            "write them as clashtag.analysis does",
        ) from error
    indexes = sorted(index for group in groups for index in group)
    if indexes != list(range(len(record.events))) or not set(leads) <= set(indexes):
        raise InputError(
            f"record {record.id!r}: its incidents do not hold each of its {len(record.events)} "
            "events exactly once",
            "give every event to one incident",
        )
    return GroupedArticle(record, groups, leads)


def _holds_templates(path: Path) -> bool:
    """Whether the first record of a file is a MUC-4 document with templates."""
    try:
        with path.open(encoding="utf-8") as lines:
            fields = json.loads(next((line for line in lines if line.strip()), "null"))
    except (OSError, ValueError):
        return False  # the reader of incidents explains what is wrong
    return isinstance(fields, dict) and "templates" in fields
