"""The colours of types and roles on a terminal."""

from __future__ import annotations

from rich.style import Style

from clashtag.formats.families import family_of

_FAMILY_COLORS = {
    "violence": "red",
    "harm": "magenta",
    "unrest": "yellow",
    "control": "blue",
    "accord": "green",
    "other": "cyan",
}
_ROLE_COLORS = {
    "agent": "cyan",
    "target": "yellow",
    "victim": "yellow",
    "place": "green",
    "origin": "green",
    "destination": "green",
    "time": "blue",
    "instrument": "red",
    "claimant": "cyan",
}
_OTHER_ROLE_COLOR = "magenta"


def type_style(event_type: str) -> Style:
    """Return the style of an event type, by its family."""
    return Style(color=_FAMILY_COLORS[family_of(event_type)])


def role_style(role: str) -> Style:
    """Return the style of a role."""
    return Style(color=_ROLE_COLORS.get(role, _OTHER_ROLE_COLOR))


def is_unusual(status: str | None) -> bool:
    """Whether a status says that an event is not told as fact."""
    return status not in (None, "actual")
