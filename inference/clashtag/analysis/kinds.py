"""The roles, the status and the kinds of events that the analysis knows by name.

And how closely two kinds belong together.
"""

from __future__ import annotations

from typing import Final

from clashtag.records import Event

AGENT: Final = "agent"
TARGET: Final = "target"
VICTIM: Final = "victim"
CLAIMANT: Final = "claimant"
PLACE: Final = "place"
TIME: Final = "time"
NOT_ACTUAL: Final = "other"
"""The status of what is planned, feared, denied or general."""

ACTS: Final = frozenset({"attack", "clash", "bombing", "shelling", "airstrike"})
VIOLENCE: Final = ACTS | {"territory"}
CASUALTIES: Final = frozenset({"death", "injury"})
_HARM = frozenset({"death", "injury", "destruction", "abduction", "sexual_violence"})
CONSEQUENCES: Final = _HARM | {"displacement"}
CLAIMABLE: Final = frozenset({"attack", "bombing", "shelling", "airstrike", "abduction"})
_HARMFUL = VIOLENCE | _HARM | {"riot", "protest"}


def closeness(lead: Event, mention: Event) -> int | None:
    """Return 0 for a mention like the lead, 1 for other violence, 2 for harm; None for the rest.

    What is None came beside the happening that the lead names, as the arrests after a riot.
    """
    if mention.type == lead.type:
        return 0
    if {mention.type, lead.type} <= VIOLENCE:
        return 1
    harm = CASUALTIES if lead.type == "protest" else CONSEQUENCES
    return 2 if mention.type in harm and lead.type in _HARMFUL else None
