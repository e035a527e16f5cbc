"""Role fillers of a document from the mentions found in it: strings of one entity are merged.

CEAF-REE takes an entity for right if all its strings are strings of the gold entity, so a merged
entity is written with one string only, the one that the model is surest of: a second string could
never help.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from clashtag.records import Record
from clashtag_training.benchmarks.filler_mentions import FoundFiller
from clashtag_training.corpora.muc4 import ROLES, Entities
from clashtag_training.evaluation.ceaf_ree import normalize_mention


@dataclass(frozen=True, slots=True)
class Aliases:
    """Pairs of strings that some training document lists as one entity."""

    pairs: frozenset[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, records: Iterable[Record]) -> Aliases:
        """Collect the pairs of the `role_fillers` of training records."""
        return cls(
            frozenset(
                frozenset(pair)
                for record in records
                for entities in record.extra.get("role_fillers", {}).values()
                for entity in entities
                for pair in combinations(sorted({normalize_mention(m) for m in entity}), 2)
            )
        )

    def may_be_one(self, first: str, second: str) -> bool:
        """Return whether two strings are taken for one entity: aliases, or one inside the other."""
        one, other = normalize_mention(first), normalize_mention(second)
        return contains_words(one, other) or frozenset((one, other)) in self.pairs


NO_ALIASES = Aliases()


def contains_words(one: str, other: str) -> bool:
    """Return whether the words of one string stand in the other, in a row; never if it has none."""
    shorter, longer = sorted((f" {one} ", f" {other} "), key=len)
    return bool(shorter.strip()) and shorter in longer


def merge_fillers(found: Sequence[FoundFiller], aliases: Aliases) -> dict[str, Entities]:
    """Return the entities of each role, none of them empty, in the order of their first mention.

    A mention joins the first entity of its role of which some mention may be the same.
    """
    fillers: dict[str, Entities] = {}
    for role in ROLES:
        entities: list[list[FoundFiller]] = []
        for filler in found:
            text = filler.mention.text
            # Of articles and punctuation alone, nothing is left to compare.
            if filler.mention.label != role or not normalize_mention(text):
                continue
            for entity in entities:
                if any(aliases.may_be_one(text, other.mention.text) for other in entity):
                    entity.append(filler)
                    break
            else:
                entities.append([filler])
        surest = [max(entity, key=lambda filler: filler.score).mention for entity in entities]
        fillers[role] = [[" ".join(mention.text.split())] for mention in surest]
    return fillers
