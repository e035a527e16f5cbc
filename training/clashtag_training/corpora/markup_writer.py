"""Records to the inline mark-up that `clashtag_training.corpora.markup` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from clashtag.errors import RecordError
from clashtag.records import Record, record_problems, record_to_dict
from clashtag_training.corpora.markup import HEADER_KEY, NAME, RESERVED_FIELDS

_LINE_MARKER = re.compile(r"^(?:=== |@@ )", re.MULTILINE)


def format_markup(records: Iterable[Record]) -> str:
    """Return records as one mark-up file; `parse_markup` gives the same records back.

    Events are numbered from 1 in their order. Arguments come back ordered by position.

    Raises:
        RecordError: listing everything that the mark-up cannot hold: scores, mentions, a
            missing status, header fields that are no single line of text, two equal ids.
    """
    records = list(records)
    problems = [f"{record.id!r}: {problem}" for record in records for problem in _limits(record)]
    ids = [record.id for record in records]
    problems += sorted({f"{i!r}: two records have this id" for i in ids if ids.count(i) > 1})
    if problems:
        raise RecordError(
            "records that cannot be written as mark-up:\n" + "\n".join(problems),
            "remove these fields, or write the records as JSON Lines",
        )
    return "\n".join(_article(record) for record in records)


def _limits(record: Record) -> Iterator[str]:
    """Yield what the mark-up cannot hold of a record."""
    yield from record_problems(record_to_dict(record))
    if not record.id or record.id != record.id.strip() or "\n" in record.id:
        yield "the id must be one line of text without outer spaces"
    for key, value in record.extra.items():
        if not HEADER_KEY.fullmatch(key) or key in RESERVED_FIELDS:
            yield f"{key!r} cannot be a header key"
        if not isinstance(value, str) or value != value.strip() or "\n" in value:
            yield f"field {key!r} is not one line of text without outer spaces: {value!r}"
    if record.mentions or record.tokens is not None or record.windows is not None:
        yield "the mark-up has no mentions, tokens or windows"
    for event in record.events:
        if event.status not in ("actual", "other"):
            yield f"trigger {event.trigger.text!r} has status {event.status!r}"
        if event.score is not None or any(a.score is not None for a in event.arguments):
            yield f"trigger {event.trigger.text!r} or its arguments have scores"
        for name in (event.type, *(argument.role for argument in event.arguments)):
            if not NAME.fullmatch(name):
                yield f"{name!r} cannot be a type or role in mark-up"


def _article(record: Record) -> str:
    labels = _labels_by_span(record)
    nested, crossing = _split_crossing(labels)
    lines = [f"=== {record.id}"]
    lines += [f"{key}: {value}".rstrip() for key, value in record.extra.items()]
    lines += ["", _inline(record.text, [(span, labels[span]) for span in nested])]
    if crossing:
        lines += ["", *(_block_line(record.text, span, labels[span]) for span in crossing)]
    return "\n".join(lines) + "\n"


def _labels_by_span(record: Record) -> dict[tuple[int, int], str]:
    labels: dict[tuple[int, int], list[str]] = {}
    for number, event in enumerate(record.events, start=1):
        mark = "?" if event.status == "other" else ""
        bounds = (event.trigger.start, event.trigger.end)
        labels.setdefault(bounds, []).append(f"{number}:{event.type}{mark}")
        for argument in event.arguments:
            bounds = (argument.start, argument.end)
            labels.setdefault(bounds, []).append(f"{number}.{argument.role}")
    return {bounds: ",".join(parts) for bounds, parts in labels.items()}


def _split_crossing(
    spans: Iterable[tuple[int, int]],
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return spans that nest in one another, outer ones first, and those that cross them."""
    nested: list[tuple[int, int]] = []
    crossing: list[tuple[int, int]] = []
    enclosing: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        while enclosing and enclosing[-1][1] <= start:
            enclosing.pop()
        if enclosing and end > enclosing[-1][1]:
            crossing.append((start, end))
        else:
            enclosing.append((start, end))
            nested.append((start, end))
    return nested, crossing


def _inline(text: str, spans: Sequence[tuple[tuple[int, int], str]]) -> str:
    """Return the escaped text with braces and labels around spans given outer ones first."""
    before = [""] * (len(text) + 1)
    for (start, end), labels in spans:
        before[start] += "{"
        before[end] = f"|{labels}}}" + before[end]
    return "".join(
        mark + character
        for mark, character in zip(before, [*_escaped_characters(text), ""], strict=True)
    )


def _escaped_characters(text: str) -> list[str]:
    characters = [f"\\{c}" if c in "{}|\\" else c for c in text]
    for match in _LINE_MARKER.finditer(text):
        characters[match.start()] = f"\\{text[match.start()]}"
    for index in range(len(text.rstrip("\n")), len(text)):
        characters[index] = r"\n"
    return characters


def _block_line(text: str, span: tuple[int, int], labels: str) -> str:
    words = text[span[0] : span[1]]
    occurrence, start = 1, text.find(words)
    while start < span[0]:
        occurrence, start = occurrence + 1, text.find(words, start + 1)
    quoted = words.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'@@ {labels} "{quoted}"' + (f" #{occurrence}" if occurrence > 1 else "")
