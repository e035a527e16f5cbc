"""The families of event types, which views colour alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "violence": ("clash", "attack", "bombing", "shelling", "airstrike", "destruction"),
        "harm": ("death", "injury", "abduction", "sexual_violence", "displacement"),
        "unrest": ("protest", "riot"),
        "control": ("arrest", "territory", "deployment"),
        "accord": ("agreement",),
    }
)
OTHER = "other"


def family_of(event_type: str) -> str:
    """Return the family of an event type, `other` for a type that none of them lists."""
    return next((name for name, types in FAMILIES.items() if event_type in types), OTHER)
