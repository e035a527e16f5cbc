"""Time expressions of news, resolved against the publication date."""

from __future__ import annotations

from clashtag.analysis.dates.resolve import resolve_time

__all__ = ["resolve_time"]
