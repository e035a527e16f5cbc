"""CoNLL-style columns with BIO tags: a block of lines per record, a line per word.

A block begins with two comments and ends with a blank line; columns are separated by tabs:

    # record = {"id": "a", "text": "Rebels killed two men."}
    # columns = WORD START END TRIGGER STATUS ARGUMENT:1
    Rebels      0   6   O           _           B-agent
    killed      7   13  B-death     actual      O
    two         14  17  O           _           B-victim
    men         18  21  O           _           I-victim
    .           21  22  O           _           O

The first comment holds every field of the record, so that the text keeps its spaces. Each event,
numbered in the order of its trigger, has a column of its arguments; a second one with the same
number where arguments overlap. Mentions stand in columns `MENTION`, likewise. START and END
count code points. Words are runs of letters and digits, and single other characters.

Not held, and refused: scores, triggers that overlap one another, spans that do not begin and end
where words do, labels with a tab or line break. Events and arguments come back ordered by
position.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from clashtag.errors import RecordError
from clashtag.ontology import Ontology
from clashtag.records import Event, Record, record_from_dict
from clashtag_training.converters.files import read_text, write_text
from clashtag_training.converters.layers import layers, misfits, word_bounds
from clashtag_training.converters.limits import Part, refuse_losses
from clashtag_training.converters.span_graph import header_of
from clashtag_training.corpora.json_items import convert_all
from clashtag_training.corpora.words import Words, split_words

_RECORD = "# record = "
_COLUMNS = "# columns = "
_FIXED = ("WORD", "START", "END", "TRIGGER", "STATUS")
_COLUMN = re.compile(r"ARGUMENT:(?P<event>[0-9]+)|MENTION")
_NO_VALUE = "_"


class _Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def write_conll(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write a block per record.

    Raises:
        RecordError: listing everything that columns of BIO tags cannot hold.
    """
    lacks = {Part.SCORES}
    refuse_losses(records, "CoNLL columns", lacks=lacks, limits=_limits, ontology=ontology)
    write_text(path, "".join(_block(record) for record in records))


def read_conll(path: Path) -> list[Record]:
    """Read blocks with the comments and columns that `write_conll` writes.

    Raises:
        InputError: if the file cannot be read.
        RecordError: listing every bad block with its first line.
    """
    blocks = ((f"{path}:{number}", block) for number, block in _blocks(read_text(path)))
    return convert_all(blocks, _record)


def _limits(record: Record) -> Iterator[str]:
    [words] = split_words([record.text], None)
    yield from misfits(record, words)
    if len(layers(event.trigger for event in record.events)) > 1:
        yield "triggers that overlap one another"
    labels = [mention.label for mention in record.mentions]
    for event in record.events:
        labels += [event.type, *(argument.role for argument in event.arguments)]
        if event.status is not None:
            labels.append(event.status)
            if event.status in ("", _NO_VALUE):
                yield f"the status {event.status!r}"
    for label in dict.fromkeys(labels):
        if re.search(r"[\t\n\r]", label):
            yield f"the label {label!r}"


def _block(record: Record) -> str:
    [words] = split_words([record.text], None)
    events = sorted(record.events, key=lambda event: event.trigger.start)
    names = list(_FIXED)
    columns = [
        [record.text[start:end] for start, end in word_bounds(words)],
        [str(start) for start in words.starts],
        [str(end) for end in words.ends],
        _tags(words, [(event.type, event.trigger) for event in events]),
        _statuses(words, events),
    ]
    for number, event in enumerate(events, start=1):
        for layer in layers(event.arguments):
            names.append(f"ARGUMENT:{number}")
            columns.append(_tags(words, [(argument.role, argument) for argument in layer]))
    for mentions in layers(record.mentions):
        names.append("MENTION")
        columns.append(_tags(words, [(mention.label, mention) for mention in mentions]))
    lines = [
        _RECORD + json.dumps(header_of(record), ensure_ascii=False),
        _COLUMNS + " ".join(names),
        *("\t".join(cells) for cells in zip(*columns, strict=True)),
    ]
    return "".join(f"{line}\n" for line in lines) + "\n"


def _tags(words: Words, spans: Iterable[tuple[str, _Span]]) -> list[str]:
    tags = ["O"] * len(words)
    for label, span in spans:
        first, *others = words.covering(span.start, span.end)
        tags[first] = f"B-{label}"
        for index in others:
            tags[index] = f"I-{label}"
    return tags


def _statuses(words: Words, events: Iterable[Event]) -> list[str]:
    statuses = [_NO_VALUE] * len(words)
    for event in events:
        if event.status is not None:
            statuses[words.covering(event.trigger.start, event.trigger.end)[0]] = event.status
    return statuses


def _blocks(content: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of each block, and the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*content.split("\n"), ""], start=1):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _record(block: Sequence[str]) -> Record:
    header, names = _comments(block)
    rows = [line.split("\t") for line in block[2:]]
    wrong = next((row for row in rows if len(row) != len(names)), None)
    if wrong is not None:
        raise _error(f"{len(wrong)} cells where {len(names)} columns are named: {wrong}")
    bounds = [_bounds(row, header["text"]) for row in rows]
    columns = [[row[index] for row in rows] for index in range(len(names))]
    events: list[dict[str, Any]] = []
    for label, first, start, end in _spans(columns[3], bounds):
        status = columns[4][first]
        trigger = {"start": start, "end": end, "text": header["text"][start:end]}
        event = {"type": label, "trigger": trigger, "arguments": []}
        events.append(event if status == _NO_VALUE else {**event, "status": status})
    mentions = []
    for name, tags in zip(names[5:], columns[5:], strict=True):
        match = _COLUMN.fullmatch(name)
        number = 0 if match is None or match["event"] is None else int(match["event"])
        if match is None or (match["event"] is not None and not 1 <= number <= len(events)):
            raise _error(f"column {name!r} is no MENTION or ARGUMENT of {len(events)} events")
        for label, _, start, end in _spans(tags, bounds):
            span = {"start": start, "end": end, "text": header["text"][start:end]}
            if number:
                events[number - 1]["arguments"].append({"role": label, **span})
            else:
                mentions.append({"label": label, **span})
    return record_from_dict({**header, "events": events, "mentions": mentions})


def _comments(block: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    if len(block) < 2 or not block[0].startswith(_RECORD) or not block[1].startswith(_COLUMNS):
        raise _error(f"a block begins with '{_RECORD}...' and '{_COLUMNS}...'")
    try:
        header = json.loads(block[0].removeprefix(_RECORD))
    except ValueError as error:
        raise _error(f"the record is not JSON: {error}") from error
    if not isinstance(header, Mapping) or not isinstance(header.get("text"), str):
        raise _error("the record is no object with a text")
    names = block[1].removeprefix(_COLUMNS).split(" ")
    if tuple(names[: len(_FIXED)]) != _FIXED:
        raise _error(f"the columns do not begin with {' '.join(_FIXED)}")
    return dict(header), names


def _bounds(row: Sequence[str], text: str) -> tuple[int, int]:
    word, start, end = row[:3]
    if not (start.isdecimal() and end.isdecimal()) or text[int(start) : int(end)] != word:
        raise _error(f"{start}:{end} is not {word!r} in the text")
    return int(start), int(end)


def _spans(
    tags: Sequence[str], bounds: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, int, int, int]]:
    """Yield label, first word, first character and end of each span of a column."""
    starts: list[list[int]] = []
    for index, tag in enumerate(tags):
        before = tags[index - 1][2:] if index else ""
        if tag.startswith("B-"):
            starts.append([index, index])
        elif tag.startswith("I-") and before == tag[2:] and tags[index - 1] != "O":
            starts[-1][1] = index
        elif tag != "O":
            raise _error(f"tag {tag!r} of word {index + 1} continues no span")
    for first, last in starts:
        yield tags[first][2:], first, bounds[first][0], bounds[last][1]


def _error(problem: str) -> RecordError:
    return RecordError(problem, "compare the file with the columns that clashtag writes")
