"""CEAF-REE: role fillers of whole documents, scored as entities (Du et al. 2021, GRIT).

For each document and role, predicted entities are aligned one to one with gold entities so
that as many as possible agree; a predicted entity agrees with a gold one if each of its
mentions is a mention of the gold entity. Precision is over predicted and recall over gold
entities, summed over documents and the five roles of MUC-4. Mentions are compared without
case, ASCII punctuation, English articles and repeated spaces, as in GRIT's published scorer.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.evaluation.counts import Counts, CountTable, count_table
from clashtag_training.evaluation.matching import maximum_matching
from clashtag_training.evaluation.pairs import pair_records

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")

RoleFillers = Mapping[str, Sequence[Sequence[str]]]
"""Role -> entities, each a list of its mention strings."""

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


def score_role_fillers(
    gold: Mapping[str, RoleFillers], predicted: Mapping[str, RoleFillers]
) -> CountTable:
    """Count gold, predicted and aligned entities by role; `micro()` is the published figure.

    Args:
        gold: document id -> role fillers; entities without mentions are ignored.
        predicted: the same; documents and roles left out count as empty.

    Raises:
        InputError: listing every unknown document or role, every value that is not a list of
            lists of strings, and every predicted entity without mentions, which the strict
            subset test would accept as equal to anything.
    """
    problems = [
        f"predictions for {document!r}, which the gold data lacks"
        for document in predicted
        if document not in gold
    ]
    for side, documents in (("gold", gold), ("predicted", predicted)):
        for document, fillers in documents.items():
            where = f"{side} {document!r}"
            problems += _shape_problems(fillers, where)
    for document, fillers in predicted.items():
        problems += _empty_entity_problems(fillers, f"predicted {document!r}")
    if problems:
        raise InputError(
            "role fillers cannot be scored: " + "; ".join(problems),
            f"give lists of non-empty lists of mention strings under the roles {', '.join(ROLES)}",
        )
    return count_table(
        (
            (
                document,
                {
                    role: _aligned(fillers.get(role, ()), predicted.get(document, {}).get(role, ()))
                    for role in ROLES
                },
            )
            for document, fillers in gold.items()
        ),
        ROLES,
    )


def score_role_filler_records(gold: Sequence[Record], predicted: Sequence[Record]) -> CountTable:
    """Score the `role_fillers` fields of records matched by id.

    Raises:
        InputError: if ids or texts do not match, a gold record has no role fillers, or role
            fillers cannot be scored.
    """
    pairs = pair_records(gold, predicted)
    lacking = [repr(record.id) for record, _ in pairs if "role_fillers" not in record.extra]
    if lacking:
        raise InputError(
            f"gold records without role_fillers: {', '.join(lacking)}",
            "score events instead, or give gold records of MUC-4",
        )
    return score_role_fillers(
        {str(record.id): record.extra["role_fillers"] for record, _ in pairs},
        {str(record.id): prediction.extra.get("role_fillers", {}) for record, prediction in pairs},
    )


def normalize_mention(mention: str) -> str:
    """Return a mention as it is compared: no case, ASCII punctuation, articles, extra spaces."""
    return " ".join(_ARTICLE.sub(" ", mention.lower().translate(_WITHOUT_PUNCTUATION)).split())


def _aligned(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> Counts:
    gold_entities = [_mentions(entity) for entity in gold if entity]
    predicted_entities = [_mentions(entity) for entity in predicted]
    neighbours = [
        [index for index, entity in enumerate(gold_entities) if guess <= entity]
        for guess in predicted_entities
    ]
    return Counts(len(gold_entities), len(predicted_entities), maximum_matching(neighbours))


def _mentions(entity: Sequence[str]) -> set[str]:
    return {normalize_mention(mention) for mention in entity}


def _shape_problems(fillers: object, where: str) -> list[str]:
    if not isinstance(fillers, Mapping):
        return [f"{where} holds a {type(fillers).__name__} instead of a mapping of roles"]
    problems = [f"{where} has the unknown role {role!r}" for role in fillers if role not in ROLES]
    for role, entities in fillers.items():
        if not _is_list(entities) or not all(_is_list(entity) for entity in entities):
            problems.append(f"{where} {role}: {entities!r} is not a list of lists")
        elif not all(isinstance(mention, str) for entity in entities for mention in entity):
            problems.append(f"{where} {role}: {entities!r} holds mentions that are not strings")
    return problems


def _empty_entity_problems(fillers: object, where: str) -> list[str]:
    if not isinstance(fillers, Mapping):
        return []
    return [
        f"{where} {role}[{index}] is an entity without mentions"
        for role, entities in fillers.items()
        if _is_list(entities)
        for index, entity in enumerate(entities)
        if _is_list(entity) and not entity
    ]


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
