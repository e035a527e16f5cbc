"""Tables of events and of incidents for a terminal, as wide as there is room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.style import Style
from rich.table import Table
from rich.text import Text

from clashtag.analysis.findings import Analysis, Incident
from clashtag.cli.styles import is_unusual, role_style, type_style
from clashtag.formats.cards import CLAIMED_BY, ROLES_OF_QUESTIONS, TOLL, answers_of
from clashtag.formats.wording import label_words, one_line
from clashtag.records import Event

_EVENT_COLUMNS = ("who", "to whom", "where", "when", "with what")
_INCIDENT_COLUMNS = ("who", "to whom", "where", "when", TOLL)
_COLUMN_OF_ROLE = {role: title for title, roles in ROLES_OF_QUESTIONS.items() for role in roles}
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
_FURTHER = "further"
_NUMBER = "#"
_GUTTER_WIDTH = 2
_LONGEST_UNBROKEN_WORD = 16
_MAX_ANSWERS = 4


@dataclass(frozen=True, slots=True)
class _Filler:
    """What stands in a cell; `label` names its role where the column does not."""

    column: str
    label: str
    text: Text


@dataclass(frozen=True, slots=True)
class _Row:
    number: int | None
    what: Text
    fillers: Sequence[_Filler]


def events_table(
    events: Sequence[Event], width: int, incident_numbers: Mapping[int, int] | None = None
) -> Table:
    """Return one row per event; a column that nothing fills is left out.

    Where the columns do not fit `width` without breaking words, the last of them share one.

    Args:
        events: the events of a record.
        width: the columns of the terminal that there are to draw in.
        incident_numbers: the incident of each event, by the event's index.
    """
    numbers = incident_numbers or {}
    rows = [
        _Row(
            numbers.get(index),
            _what(event.trigger.text, event.type, event.status),
            [
                _Filler(
                    _COLUMN_OF_ROLE.get(argument.role, _FURTHER),
                    _FURTHER_LABELS.get(argument.role, argument.role),
                    Text(one_line(argument.text), role_style(argument.role)),
                )
                for argument in event.arguments
            ],
        )
        for index, event in enumerate(events)
    ]
    return _table(rows, _EVENT_COLUMNS, width, separator=", ", has_lines=incident_numbers is None)


def incidents_table(analysis: Analysis, width: int) -> Table:
    """Return one row per incident, as far as a short table can tell it.

    A cell holds four answers at most and says how many more there are.
    """
    record = analysis.record
    rows = [
        _Row(
            number,
            _what(record.events[incident.lead].trigger.text, incident.type, incident.status),
            list(_incident_fillers(incident)),
        )
        for number, incident in enumerate(analysis.incidents, start=1)
    ]
    return _table(rows, _INCIDENT_COLUMNS, width, separator=",\n")


def _incident_fillers(incident: Incident) -> Iterator[_Filler]:
    for question, answers in answers_of(incident).items():
        is_claim = question == CLAIMED_BY
        column = "who" if is_claim else question
        if column not in _INCIDENT_COLUMNS:
            continue
        for answer in answers[:_MAX_ANSWERS]:
            label = "claimed by " if is_claim else ""
            source = f" ({answer.note})" if question == TOLL and answer.note else ""
            words = (answer.text, role_style(answer.role))
            text = Text.assemble((label, "dim"), words, (source, "dim"))
            yield _Filler(column, question, text)
        if len(answers) > _MAX_ANSWERS:
            yield _Filler(column, "", Text(f"+{len(answers) - _MAX_ANSWERS} more", "dim"))


def _what(trigger: str, event_type: str, status: str | None) -> Text:
    """Return a trigger over its type, and its status if that is not `actual`."""
    parts: list[Text | tuple[str, Style]] = [
        (one_line(trigger), Style(bold=True)),
        Text("\n"),
        (label_words(event_type), type_style(event_type)),
    ]
    if is_unusual(status):
        parts.append((f" ({label_words(status or '')})", Style(dim=True, italic=True)))
    return Text.assemble(*parts)


def _table(
    rows: Sequence[_Row],
    titles: Sequence[str],
    width: int,
    separator: str,
    *,
    has_lines: bool = True,
) -> Table:
    """Return a table of the titles that are filled and, as far as they fit, have a column."""
    filled = {filler.column for row in rows for filler in row.fillers}
    shown = [title for title in titles if title in filled]
    columns = _columns(rows, shown, separator)
    while len(shown) > 1 and sum(map(_narrowest, columns)) + _gutters(columns) > width:
        shown.pop()
        columns = _columns(rows, shown, separator)
    table = Table(
        box=box.HORIZONTALS,
        padding=(0, 1, 0, 0),
        show_edge=False,
        show_lines=has_lines,
        pad_edge=False,
        border_style="dim",
    )
    for (header, *_), column_width in zip(columns, _share_width(columns, width), strict=True):
        table.add_column(header, overflow="fold", width=column_width)
    for row in zip(*(cells for _, *cells in columns), strict=True):
        table.add_row(*row)
    return table


def _columns(rows: Sequence[_Row], titles: Sequence[str], separator: str) -> list[list[Text]]:
    """Return columns of cells, header first: numbers, `what`, each title, what has no column."""
    columns: dict[str, list[Text]] = {}
    if any(row.number for row in rows):
        columns[_NUMBER] = [Text(str(row.number or ""), "dim") for row in rows]
    columns["what"] = [row.what for row in rows]
    for title in titles:
        columns[title] = [
            Text(separator).join(filler.text for filler in row.fillers if filler.column == title)
            for row in rows
        ]
    further = [
        Text(separator).join(
            Text.assemble((f"{filler.label} ".lstrip(), "dim"), filler.text)
            for filler in row.fillers
            if filler.column not in titles
        )
        for row in rows
    ]
    if any(further):
        columns[_FURTHER] = further
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
