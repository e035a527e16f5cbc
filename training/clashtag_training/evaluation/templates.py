"""MUC-4 templates as gold for grouping: which role fillers of a document belong together.

A template is an incident with its fillers, without offsets and without event mentions, so mentions
cannot be compared. What can be is pairs of fillers: two that share a template should share an
incident, and two that do not should not. Only fillers that were found count: those of which some
string stands where an argument of a predicted event does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.corpora.muc4 import ROLES, locate_role_fillers
from clashtag_training.evaluation.bootstrap import label_scores
from clashtag_training.evaluation.counts import Counts, count_table, exact_counts
from clashtag_training.evaluation.incidents import BASELINES, Grouping
from clashtag_training.evaluation.result import ScoreTable

Bounds = tuple[int, int]
Filler = tuple[str, ...]
"""The strings of one entity."""


def template_tables(
    gold: Sequence[Record],
    predicted: Mapping[str, tuple[Record, Grouping]],
    samples: int,
    seed: int,
) -> dict[str, ScoreTable]:
    """Return the scores of pairs of role fillers, for predicted incidents and for baselines.

    The row `fillers found` says how many of the gold fillers could be compared at all.

    Args:
        gold: MUC-4 documents with `templates`.
        predicted: for each document's id, its text with predicted events, and their incidents.
        samples: bootstrap draws over documents.
        seed: of these draws.

    Raises:
        InputError: if a document has no templates or no prediction, or there is none to draw from.
    """
    lacking = [record.id for record in gold if "templates" not in record.extra]
    lacking += [record.id for record in gold if str(record.id) not in predicted]
    if lacking:
        raise InputError(
            f"no templates or no prediction for {', '.join(map(repr, lacking))}",
            "give MUC-4 documents with templates, and predict all of them",
        )
    rows = [(str(r.id), _counts(r, *predicted[str(r.id)])) for r in gold]
    several = {str(record.id) for record in gold if len(record.extra["templates"]) > 1}
    names = ("fillers found", "clashtag", *BASELINES)
    tables = {"pairs of role fillers": count_table(rows, names)}
    if several:
        of_several = [(id_, counts) for id_, counts in rows if id_ in several]
        tables["the same in documents with several templates"] = count_table(of_several, names)
    return {name: ScoreTable(label_scores(table, samples, seed)) for name, table in tables.items()}


def _counts(record: Record, found_record: Record, incidents: Grouping) -> dict[str, Counts]:
    """Count the fillers found in a document, and the pairs of them that each grouping makes."""
    groupings = {"clashtag": incidents}
    groupings |= {name: group(found_record) for name, group in BASELINES.items()}
    events_of = {
        filler: _events_at(found_record, places) for filler, places in _places(record).items()
    }
    found = {filler for filler, events in events_of.items() if events}
    together = _pairs([template & found for template in _templates(record)])
    counts = {"fillers found": exact_counts(events_of, found)}
    for name, grouping in groupings.items():
        guessed = [
            {filler for filler in found if not events_of[filler].isdisjoint(incident)}
            for incident in grouping
        ]
        counts[name] = exact_counts(together, _pairs(guessed))
    return counts


def _templates(record: Record) -> list[set[Filler]]:
    return [
        {tuple(entity) for role in ROLES for entity in template[role] if entity}
        for template in record.extra["templates"]
    ]


def _pairs(groups: Sequence[set[Filler]]) -> set[tuple[Filler, Filler]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def _places(record: Record) -> dict[Filler, list[Bounds]]:
    """Return where the strings of each filler stand."""
    by_string: dict[str, list[Bounds]] = {}
    for mention in locate_role_fillers(record).mentions:
        bounds = mention.start, mention.end
        by_string.setdefault(" ".join(mention.text.split()), []).append(bounds)
    return {
        filler: [
            bounds for string in filler for bounds in by_string.get(" ".join(string.split()), ())
        ]
        for template in _templates(record)
        for filler in template
    }


def _events_at(record: Record, places: Sequence[Bounds]) -> set[int]:
    """Return the events of which some argument overlaps one of some places."""
    return {
        index
        for index, event in enumerate(record.events)
        if any(
            argument.start < end and start < argument.end
            for argument in event.arguments
            for start, end in places
        )
    }
