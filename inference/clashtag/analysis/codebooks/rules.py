"""Rules that give an incident its code: the first one that fits decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clashtag.analysis.codebooks.situation import Situation
from clashtag.analysis.findings import Code


@dataclass(frozen=True, slots=True)
class Rule:
    """A code for incidents of some types (all types where empty) under a condition.

    `condition` is what `holds` checks, in words.
    """

    types: tuple[str, ...]
    condition: str
    holds: Callable[[Situation], bool]
    code: Code

    def fits(self, situation: Situation) -> bool:
        """Return whether the rule decides the code of a situation that no earlier rule decided."""
        return (not self.types or situation.type in self.types) and self.holds(situation)


def decide(rules: Iterable[Rule], situation: Situation) -> Code:
    """Return the code of the first rule that fits, or a blank one for a type without rules."""
    for rule in rules:
        if rule.fits(situation):
            return rule.code
    return Code(None, None, f"no rule for incidents of type {situation.type!r}")
