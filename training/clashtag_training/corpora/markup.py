r"""Inline mark-up: articles with their events in a form that people read and write.

A file holds articles, each a `=== id` line, header lines `key: value`, a blank line and the
text. In the text, `{span|labels}` marks a span; the labels are separated by commas:

    N:type    the span is the trigger of event N, with status actual (`N:type?`: status other)
    N.role    the span plays a role in event N

Spans nest. A span that crosses another one is written after the text, on a line of its own:
`@@ 3.victim "exact words" #2` marks the second occurrence of the words. A backslash escapes
`{`, `}`, `|` and itself, and `=== ` or `@@ ` at the start of a line of text; `\n` stands for a
newline at the end of the text. The full description is in data/GUIDELINES.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clashtag.errors import InputError
from clashtag.records import Argument, Event, Record, Span

RESERVED_FIELDS = frozenset({"id", "text", "events", "mentions", "tokens", "windows"})
NAME = re.compile(r"""[^\s,{}|\\?"](?:[^,{}|\\?"\n]*[^\s,{}|\\?"])?""")
HEADER_KEY = re.compile(r"[a-z][a-z0-9_-]*")

_HEADER_LINE = re.compile(rf"(?P<key>{HEADER_KEY.pattern}):(?:\s+(?P<value>.*))?")
_SYNTAX = re.compile(r"\\(?P<escaped>.?)|[{}|]", re.DOTALL)
_LABELS_TO_BRACE = re.compile(r"(?P<labels>[^{}|\\\n]*)\}")
_LABEL = re.compile(rf"(?P<event>[0-9]+)(?P<kind>[:.])(?P<name>{NAME.pattern})(?P<other>\?)?")
_WORDS = r'"(?P<words>(?:[^"\\]|\\.)+)"'
_BLOCK_LINE = re.compile(rf'@@ +(?P<labels>[^"]*?) *{_WORDS}(?: +#(?P<nth>[0-9]+))?')


@dataclass(frozen=True, slots=True)
class MarkupProblem:
    """What is wrong in a mark-up file, and in which line (counted from 1)."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """A record and the line of its file in which its text begins."""

    record: Record
    text_line: int


@dataclass(frozen=True, slots=True)
class _Section:
    id: str
    header: dict[str, str]
    body: str
    text_line: int


@dataclass(frozen=True, slots=True)
class _MarkedSpan:
    start: int
    end: int
    labels: str
    line: int


def parse_markup(text: str, source: str) -> list[Record]:
    """Return the records of a mark-up file; header fields are in `Record.extra`.

    Args:
        text: the content of the file.
        source: the name of the file, for the error.

    Raises:
        InputError: listing every problem of the file with its line.
    """
    articles, problems = scan_markup(text)
    _raise_problems(problems, source)
    return [article.record for article in articles]


def parse_plain(text: str, source: str) -> list[Record]:
    """Return the records of a file of articles without mark-up: every character is text.

    Raises:
        InputError: listing every problem of the file's layout with its line.
    """
    problems: list[MarkupProblem] = []
    sections = _sections(text, problems)
    _raise_problems(problems, source)
    return [Record(text=s.body, id=s.id, extra=s.header) for s in sections]


def scan_markup(text: str) -> tuple[list[MarkedArticle], list[MarkupProblem]]:
    """Return the articles of a mark-up file and all its problems, in the order of lines.

    Articles with problems are returned with what could be read of them.
    """
    problems: list[MarkupProblem] = []
    articles = []
    for section in _sections(text, problems):
        body, block = _split_block(section, problems)
        plain, spans = _read_inline(body, section.text_line, problems)
        spans += _read_block(block, plain, problems)
        events = _events(plain, spans, problems)
        record = Record(text=plain, id=section.id, events=events, extra=section.header)
        articles.append(MarkedArticle(record, section.text_line))
    return articles, sorted(problems, key=lambda problem: problem.line)


def _raise_problems(problems: Sequence[MarkupProblem], source: str) -> None:
    if problems:
        lines = [f"{source}:{problem.line}: {problem.reason}" for problem in problems]
        raise InputError(
            "\n".join(lines), "correct these lines; data/GUIDELINES.md describes the mark-up"
        )


def _sections(text: str, problems: list[MarkupProblem]) -> list[_Section]:
    lines = text.split("\n")
    starts = [index for index, line in enumerate(lines) if line.startswith("=== ")]
    for index, line in enumerate(lines[: starts[0] if starts else None]):
        if line.strip():
            problems.append(MarkupProblem(index + 1, "text before the first '=== id' line"))
            break
    sections: list[_Section] = []
    seen: dict[str, int] = {}
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        identifier = lines[start].removeprefix("=== ").strip()
        if not identifier:
            problems.append(MarkupProblem(start + 1, "'===' without an id"))
        elif identifier in seen:
            reason = f"id {identifier!r} is also the id of line {seen[identifier]}"
            problems.append(MarkupProblem(start + 1, reason))
        seen.setdefault(identifier, start + 1)
        header, text_index = _header(lines, start + 1, end, problems)
        body = "\n".join(lines[text_index:end]).rstrip("\n")
        sections.append(_Section(identifier, header, body, text_index + 1))
    return sections


def _header(
    lines: Sequence[str], start: int, end: int, problems: list[MarkupProblem]
) -> tuple[dict[str, str], int]:
    """Return the header fields and the index of the first line of text."""
    header: dict[str, str] = {}
    for index in range(start, end):
        line = lines[index].strip()
        if not line:
            return header, index + 1
        match = _HEADER_LINE.fullmatch(line)
        if match is None:
            reason = f"{line[:40]!r} is no header line 'key: value'; a blank line ends the header"
            problems.append(MarkupProblem(index + 1, reason))
            return header, index
        key = match["key"]
        if key in RESERVED_FIELDS or key in header:
            why = "stands twice" if key in header else "is reserved"
            problems.append(MarkupProblem(index + 1, f"header key {key!r} {why}"))
        header[key] = (match["value"] or "").strip()
    return header, end


def _split_block(
    section: _Section, problems: list[MarkupProblem]
) -> tuple[str, list[tuple[int, str]]]:
    """Split off the `@@` lines at the end of a text; return them with their line numbers."""
    lines = section.body.split("\n")
    first = next((i for i, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
    block = []
    for index, line in enumerate(lines[first:], start=first):
        number = section.text_line + index
        if line.startswith("@@ "):
            block.append((number, line.rstrip()))
        elif line.strip():
            problems.append(MarkupProblem(number, "text after an '@@' line; they end an article"))
    return "\n".join(lines[:first]).rstrip("\n"), block


def _read_inline(
    body: str, first_line: int, problems: list[MarkupProblem]
) -> tuple[str, list[_MarkedSpan]]:
    """Return the text without its mark-up, and the marked spans by closing position."""
    pieces: list[str] = []
    spans: list[_MarkedSpan] = []
    opened: list[tuple[int, int]] = []
    length = position = 0
    line = first_line
    while match := _SYNTAX.search(body, position):
        before = body[position : match.start()]
        line += before.count("\n")
        pieces.append(before)
        length += len(before)
        position = match.end()
        if match["escaped"] is not None:
            character = {"n": "\n"}.get(match["escaped"], match["escaped"])
            if character not in ("{", "}", "|", "\\", "=", "@", "\n"):
                problems.append(MarkupProblem(line, "a backslash in the text is written \\\\"))
            pieces.append(character)
            length += len(character)
        elif match[0] == "{":
            opened.append((length, line))
        elif match[0] == "}":
            reason = "'}' without '|labels' before it" if opened else "'}' without '{' before it"
            problems.append(MarkupProblem(line, reason))
            opened = opened[:-1]
        elif not opened:
            problems.append(MarkupProblem(line, "'|' outside a span; in text it is written \\|"))
        elif (labels := _LABELS_TO_BRACE.match(body, position)) is None:
            reason = f"no '}}' after the labels {body[position : position + 20]!r}"
            problems.append(MarkupProblem(line, reason))
            opened.pop()
        else:
            start, start_line = opened.pop()
            if start == length:
                problems.append(MarkupProblem(line, "a span without text"))
            else:
                spans.append(_MarkedSpan(start, length, labels["labels"], start_line))
            position = labels.end()
    problems += [MarkupProblem(line, "'{' is never closed") for _, line in opened]
    pieces.append(body[position:])
    return "".join(pieces), spans


def _read_block(
    block: Iterable[tuple[int, str]], text: str, problems: list[MarkupProblem]
) -> list[_MarkedSpan]:
    spans = []
    for number, line in block:
        match = _BLOCK_LINE.fullmatch(line)
        if match is None:
            problems.append(MarkupProblem(number, 'expected @@ labels "exact words" #occurrence'))
            continue
        words = re.sub(r"\\(.)", _unescaped, match["words"])
        start = -1
        for _ in range(int(match["nth"] or 1)):
            start = text.find(words, start + 1)
            if start < 0:
                break
        if start < 0:
            reason = f"the text does not hold {words!r} {match['nth'] or 1} times"
            problems.append(MarkupProblem(number, reason))
        else:
            spans.append(_MarkedSpan(start, start + len(words), match["labels"], number))
    return spans


def _unescaped(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[1]


def _events(
    text: str, spans: Sequence[_MarkedSpan], problems: list[MarkupProblem]
) -> tuple[Event, ...]:
    triggers: dict[int, tuple[str, str, Span]] = {}
    arguments: dict[int, list[Argument]] = {}
    first_lines: dict[int, int] = {}
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        words = text[span.start : span.end]
        for label in span.labels.split(","):
            match = _LABEL.fullmatch(label.strip())
            if match is None or (match["kind"] == "." and match["other"]):
                reason = f"label {label.strip()!r} of {words!r} is not N:type, N:type? or N.role"
                problems.append(MarkupProblem(span.line, reason))
                continue
            number, name = int(match["event"]), match["name"]
            if match["kind"] == ".":
                argument = Argument(name, span.start, span.end, words)
                arguments.setdefault(number, []).append(argument)
                first_lines.setdefault(number, span.line)
            elif number in triggers:
                reason = f"event {number} has two triggers: {triggers[number][2].text!r}, {words!r}"
                problems.append(MarkupProblem(span.line, reason))
            else:
                status = "other" if match["other"] else "actual"
                triggers[number] = (name, status, Span(span.start, span.end, words))
    for number in sorted(arguments.keys() - triggers.keys()):
        words = ", ".join(repr(argument.text) for argument in arguments[number])
        reason = f"event {number} has no trigger, but these arguments: {words}"
        problems.append(MarkupProblem(first_lines[number], reason))
    return tuple(
        Event(name, trigger, tuple(arguments.get(number, ())), status)
        for number, (name, status, trigger) in sorted(triggers.items())
    )
