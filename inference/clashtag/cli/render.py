"""A tagged article as a reader sees it: its incidents, the text with coloured spans, its events."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import BinaryIO

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.rule import Rule
from rich.style import Style
from rich.text import Text

from clashtag.analysis.findings import Analysis
from clashtag.cli.styles import is_unusual, role_style, type_style
from clashtag.cli.tables import events_table, incidents_table
from clashtag.formats.wording import counted, printable
from clashtag.records import Record

SVG_WIDTH = 96
_MAX_TEXT_WIDTH = 100
_STATUS_NOTE = "(other): planned, threatened, feared, denied or general, not told as fact"


def render_record(record: Record, width: int, milliseconds: float | None = None) -> Group:
    """Return the picture of a tagged record: title, article, table of events and summary.

    Args:
        record: a record with its events.
        width: the columns there are to draw in.
        milliseconds: the time that tagging took, for the summary.
    """
    parts = [*_title(record), *_article(record, width)]
    if record.events:
        parts += [events_table(record.events, width), "", *_status_note(record)]
    return Group(*parts, summary_line(record, milliseconds), "")


def render_analysis(analysis: Analysis, width: int, milliseconds: float | None = None) -> Group:
    """Return the picture of an analysed article: its incidents, then the text, then its events.

    Args:
        analysis: an article with its incidents.
        width: the columns there are to draw in.
        milliseconds: the time that tagging took, for the summary.
    """
    record = analysis.record
    parts = _title(record)
    if analysis.incidents:
        parts += [incidents_table(analysis, width), "", *_status_note(record)]
    parts += _article(record, width)
    if record.events:
        numbers = {
            event: number
            for number, incident in enumerate(analysis.incidents, start=1)
            for event in incident.events
        }
        parts += [events_table(record.events, width, numbers), ""]
    summary = summary_line(record, milliseconds)
    incidents = Text(counted(len(analysis.incidents), "incident") + " · ", style="dim")
    return Group(*parts, incidents + summary, "")


def mark_spans(record: Record) -> Text:
    """Return the article with triggers bold on their family's colour and arguments underlined.

    Longer spans are drawn first and triggers last, so that a span inside another stays visible.
    """
    text = Text(printable(record.text, keep_lines=True).rstrip())
    arguments = {(a.start, a.end, a.role) for event in record.events for a in event.arguments}
    for start, end, role in sorted(arguments, key=lambda span: (span[0] - span[1], span)):
        text.stylize(role_style(role) + Style(underline=True), start, end)
    for event in record.events:
        style = Style(bold=True, reverse=True, underline=False, italic=is_unusual(event.status))
        text.stylize(style + type_style(event.type), event.trigger.start, event.trigger.end)
    return text


def summary_line(record: Record, milliseconds: float | None = None) -> Text:
    """Return how much was found and read: events, tokens, windows and milliseconds."""
    counts = ((len(record.events), "event"), (record.tokens, "token"), (record.windows, "window"))
    parts = [counted(number, noun) for number, noun in counts if number is not None]
    if milliseconds is not None:
        parts.append(f"{milliseconds:,.0f} ms")
    return Text(" · ".join(parts), style="dim")


def save_svg(pictures: Iterable[RenderableType], stream: BinaryIO, title: str) -> None:
    """Write pictures under one window title as a self-contained SVG document."""
    console = Console(width=SVG_WIDTH, file=io.StringIO(), record=True, force_terminal=True)
    console.no_color = False
    for picture in pictures:
        console.print(picture)
    svg = console.export_svg(title=printable(title))
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    stream.write(svg.encode())


def _title(record: Record) -> list[RenderableType]:
    if record.id is None:
        return []
    return [Rule(Text(printable(record.id), style="bold"), align="left", style="dim"), ""]


def _article(record: Record, width: int) -> list[RenderableType]:
    return [Constrain(mark_spans(record), min(width, _MAX_TEXT_WIDTH)), ""]


def _status_note(record: Record) -> list[RenderableType]:
    if not any(is_unusual(event.status) for event in record.events):
        return []
    return [Text(_STATUS_NOTE, style="dim italic"), ""]
