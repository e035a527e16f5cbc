"""Kinds of events that the analysis treats alike, and how closely two of them belong together."""

from __future__ import annotations

from typing import Final

from clashtag.records import Event

TIME: Final = "time"
VIOLENCE: Final = frozenset({"attack", "clash", "bombing", "shelling", "airstrike", "territory"})
_HARM = frozenset({"death", "injury", "destruction", "abduction", "sexual_violence"})
CONSEQUENCES: Final = _HARM | {"displacement"}
CLAIMABLE: Final = frozenset({"attack", "bombing", "shelling", "airstrike", "abduction"})
_HARMFUL = VIOLENCE | _HARM | {"riot", "protest"}
_CASUALTIES = frozenset({"death", "injury"})


def closeness(lead: Event, mention: Event) -> int | None:
    """Return 0 for a mention like the lead, 1 for other violence, 2 for harm; None for the rest.

    What is None came beside the happening that the lead names, as the arrests after a riot.
    """
    if mention.type == lead.type:
        return 0
    if {mention.type, lead.type} <= VIOLENCE:
        return 1
    harm = _CASUALTIES if lead.type == "protest" else CONSEQUENCES
    return 2 if mention.type in harm and lead.type in _HARMFUL else None
