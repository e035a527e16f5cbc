"""A record as a reader sees it: the article with coloured spans, then a table of its events."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from clashtag.records import Argument, Event, Record

SVG_WIDTH = 96
_FAMILY_COLORS = {
    "red": ("clash", "attack", "bombing", "shelling", "airstrike", "destruction"),
    "magenta": ("death", "injury", "abduction", "sexual_violence", "displacement"),
    "yellow": ("protest", "riot"),
    "blue": ("arrest", "territory", "deployment"),
    "green": ("agreement",),
}
_TYPE_COLORS = {name: color for color, names in _FAMILY_COLORS.items() for name in names}
_OTHER_TYPE_COLOR = "cyan"

_COLUMNS = {
    "who": ("agent",),
    "to whom": ("target", "victim"),
    "where": ("place",),
    "when": ("time",),
    "with what": ("instrument",),
}
_FURTHER_LABELS = {
    "agent": "by",
    "target": "hit",
    "victim": "to",
    "place": "in",
    "time": "when",
    "instrument": "with",
    "origin": "from",
    "destination": "to",
    "claimant": "claimed by",
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

_MAX_TEXT_WIDTH = 100
_GUTTER_WIDTH = 2
_LONGEST_UNBROKEN_WORD = 16
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_STATUS_NOTE = "(other): planned, threatened, feared, denied or general, not told as fact"


def render_record(record: Record, width: int, milliseconds: float | None = None) -> Group:
    """Return the picture of a tagged record: title, article, table of events and summary.

    Args:
        record: a record with its events.
        width: the columns there are to draw in.
        milliseconds: the time that tagging took, for the summary.
    """
    parts: list[RenderableType] = []
    if record.id is not None:
        parts += [Rule(Text(printable(record.id), style="bold"), align="left", style="dim"), ""]
    parts += [Constrain(mark_spans(record), min(width, _MAX_TEXT_WIDTH)), ""]
    if record.events:
        parts.append(events_table(record.events, width))
        if any(_is_unusual(event) for event in record.events):
            parts += ["", Text(_STATUS_NOTE, style="dim italic")]
        parts.append("")
    parts += [summary_line(record, milliseconds), ""]
    return Group(*parts)


def mark_spans(record: Record) -> Text:
    """Return the article with triggers bold on their family's colour and arguments underlined.

    Longer spans are drawn first and triggers last, so that a span inside another stays visible.
    """
    text = Text(printable(record.text, keep_lines=True).rstrip())
    arguments = {(a.start, a.end, a.role) for event in record.events for a in event.arguments}
    for start, end, role in sorted(arguments, key=lambda span: (span[0] - span[1], span)):
        text.stylize(_role_style(role) + Style(underline=True), start, end)
    for event in record.events:
        style = Style(bold=True, reverse=True, underline=False, italic=_is_unusual(event))
        text.stylize(style + _type_style(event), event.trigger.start, event.trigger.end)
    return text


def events_table(events: Sequence[Event], width: int) -> Table:
    """Return one row per event; a column that nothing fills is left out.

    Where the columns do not fit `width` without breaking words, the last of them share one.
    """
    filled = {argument.role for event in events for argument in event.arguments}
    titles = [title for title, roles in _COLUMNS.items() if filled.intersection(roles)]
    columns = _columns(events, titles)
    while len(titles) > 1 and sum(map(_narrowest, columns)) + _gutters(columns) > width:
        titles.pop()
        columns = _columns(events, titles)
    table = Table(
        box=box.HORIZONTALS,
        padding=(0, 1, 0, 0),
        show_edge=False,
        show_lines=True,
        pad_edge=False,
        border_style="dim",
    )
    for (header, *_), column_width in zip(columns, _share_width(columns, width), strict=True):
        table.add_column(header, overflow="fold", width=column_width)
    for row in zip(*(cells for _, *cells in columns), strict=True):
        table.add_row(*row)
    return table


def summary_line(record: Record, milliseconds: float | None = None) -> Text:
    """Return how much was found and read: events, tokens, windows and milliseconds."""
    counts = ((len(record.events), "event"), (record.tokens, "token"), (record.windows, "window"))
    parts = [
        f"{number:,} {noun}{'' if number == 1 else 's'}"
        for number, noun in counts
        if number is not None
    ]
    if milliseconds is not None:
        parts.append(f"{milliseconds:,.0f} ms")
    return Text(" · ".join(parts), style="dim")


def save_svg(pictures: Iterable[RenderableType], stream: BinaryIO, title: str) -> None:
    """Write pictures under one window title as a self-contained SVG document."""
    console = Console(width=SVG_WIDTH, file=io.StringIO(), record=True, force_terminal=True)
    console.no_color = False
    for picture in pictures:
        console.print(picture)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title=title), flags=re.DOTALL)
    stream.write(svg.encode())


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Replace each control character, which a terminal would obey, by one harmless character."""

    def replacement(match: re.Match[str]) -> str:
        char = match.group()
        if char == "\n" and keep_lines:
            return char
        return " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"

    return _CONTROL.sub(replacement, text)


def _columns(events: Sequence[Event], titles: Sequence[str]) -> list[list[Text]]:
    """Return columns of cells, header first: `what`, each title, the roles of no title."""
    columns = {"what": [_what(event) for event in events]}
    for title in titles:
        columns[title] = [_fillers(event, _COLUMNS[title]) for event in events]
    shown = {role for title in titles for role in _COLUMNS[title]}
    further = [_labelled_fillers(event, shown) for event in events]
    if any(further):
        columns["further"] = further
    return [[Text(title, style="bold"), *cells] for title, cells in columns.items()]


def _share_width(columns: Sequence[Sequence[Text]], width: int) -> list[int]:
    """Give each column its longest word, then more in proportion to what it could still use."""
    narrowest = [_narrowest(cells) for cells in columns]
    more = [max(_widest(cells) - least, 0) for cells, least in zip(columns, narrowest, strict=True)]
    spare = max(width - _gutters(columns) - sum(narrowest), 0)
    share = min(spare / max(sum(more), 1), 1.0)
    return [least + int(extra * share) for least, extra in zip(narrowest, more, strict=True)]


def _gutters(columns: Sequence[Sequence[Text]]) -> int:
    return _GUTTER_WIDTH * (len(columns) - 1)


def _narrowest(cells: Sequence[Text]) -> int:
    words = (word for cell in cells for word in cell.plain.split())
    return min(max(map(cell_len, words), default=1), _LONGEST_UNBROKEN_WORD)


def _widest(cells: Sequence[Text]) -> int:
    return max(cell_len(line) for cell in cells for line in cell.plain.split("\n"))


def _what(event: Event) -> Text:
    parts: list[Text | tuple[str, Style]] = [
        (_one_line(event.trigger.text), Style(bold=True)),
        Text("\n"),
        (printable(event.type), _type_style(event)),
    ]
    if _is_unusual(event):
        parts.append((f" ({event.status})", Style(dim=True, italic=True)))
    return Text.assemble(*parts)


def _fillers(event: Event, roles: Sequence[str]) -> Text:
    return Text(", ").join(_filler(a) for a in event.arguments if a.role in roles)


def _labelled_fillers(event: Event, shown: set[str]) -> Text:
    return Text(", ").join(
        Text.assemble((f"{_FURTHER_LABELS.get(a.role, a.role)} ", "dim"), _filler(a))
        for a in event.arguments
        if a.role not in shown
    )


def _filler(argument: Argument) -> Text:
    return Text.assemble((_one_line(argument.text), _role_style(argument.role)))


def _role_style(role: str) -> Style:
    return Style(color=_ROLE_COLORS.get(role, _OTHER_ROLE_COLOR))


def _type_style(event: Event) -> Style:
    return Style(color=_TYPE_COLORS.get(event.type, _OTHER_TYPE_COLOR))


def _is_unusual(event: Event) -> bool:
    return event.status not in (None, "actual")


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())
