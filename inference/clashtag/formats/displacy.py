"""A record as displaCy, spaCy's visualizer, draws spans."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from html import escape
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from clashtag.formats.families import FAMILIES
from clashtag.formats.wording import one_line
from clashtag.records import Record

_RED, _PURPLE, _YELLOW, _BLUE, _GREEN, _CYAN = (
    "#f3b0ab",
    "#e0bce2",
    "#f0d58e",
    "#b4cdf5",
    "#b3dfc0",
    "#a5dbe6",
)
_FAMILY_COLORS = {
    "violence": _RED,
    "harm": _PURPLE,
    "unrest": _YELLOW,
    "control": _BLUE,
    "accord": _GREEN,
}
DISPLACY_COLORS: Mapping[str, str] = MappingProxyType(
    {name: _FAMILY_COLORS[family] for family, names in FAMILIES.items() for name in names}
    | dict.fromkeys(("agent", "claimant"), _CYAN)
    | dict.fromkeys(("target", "victim"), _YELLOW)
    | dict.fromkeys(("place", "origin", "destination"), _GREEN)
    | {"time": _BLUE, "instrument": _RED}
)
"""The colours of our labels, for `options={"colors": DISPLACY_COLORS}`."""

_WORD = re.compile(r"\S+")


def to_displacy(record: Record) -> dict[str, Any]:
    """Return what `displacy.render(..., style="span", manual=True)` takes.

    Triggers are labelled with their types and arguments with their roles; equal ones are drawn
    once. The tokens are words, cut wherever a span begins or ends, so that spans are exact.
    displaCy puts titles and labels into its page as HTML, so they are escaped here.
    """
    spans = {(e.trigger.start, e.trigger.end, e.type) for e in record.events}
    spans |= {(a.start, a.end, a.role) for event in record.events for a in event.arguments}
    edges = {edge for start, end, _ in spans for edge in (start, end)}
    for word in _WORD.finditer(record.text):
        edges.update(word.span())
    cuts = sorted(edges)
    tokens = [(start, end) for start, end in pairwise(cuts) if record.text[start:end].strip()]
    starts = [start for start, _ in tokens]
    return {
        "text": record.text,
        "title": None if record.id is None else escape(one_line(record.id)),
        "tokens": [one_line(record.text[start:end]) for start, end in tokens],
        "spans": [
            {
                "start": start,
                "end": end,
                "start_token": bisect_left(starts, start),
                "end_token": bisect_left(starts, end),
                "label": escape(label),
            }
            for start, end, label in sorted(spans)
        ],
        "settings": {},
    }
