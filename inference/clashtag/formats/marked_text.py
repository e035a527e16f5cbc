"""A text as HTML paragraphs whose spans are marked, however they overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from clashtag.formats.wording import printable


@dataclass(frozen=True, slots=True)
class Label:
    """A word behind a mark, and the id of the element that it leads to."""

    text: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How the characters `start` to `end` of a text are marked, from and to a visible one.

    `attributes` are those of the HTML element but for its id, which is that of its first piece;
    the labels stand behind its last piece.
    """

    start: int
    end: int
    id: str
    attributes: dict[str, str]
    labels: tuple[Label, ...] = ()


def escaped(text: str) -> str:
    """Return a text as it may stand in HTML, in an element or in a quoted attribute."""
    return escape(printable(text))


def attribute_list(attributes: dict[str, str]) -> str:
    """Return HTML attributes with their values escaped, a space before each."""
    return "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())


def marked_paragraphs(text: str, marks: Iterable[Mark]) -> Iterator[str]:
    """Yield each line of a text that is not blank as a paragraph with its marks.

    A mark that crosses the end of a line or of another mark is divided into pieces.
    """
    ahead = sorted(marks, key=lambda mark: (mark.start, -mark.end), reverse=True)
    begun: list[Mark] = []
    for start, end in _visible_lines(text):
        begun = [mark for mark in begun if mark.end > start]
        while ahead and ahead[-1].start < end:
            begun.append(ahead.pop())
        yield f'<p dir="auto">{"".join(_pieces(text, start, end, begun))}</p>'


def _visible_lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            yield start, start + len(line)
        start += len(line) + 1


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[str]:
    """Yield a line's text with opening and closing tags, properly nested."""
    starting: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        starting[max(mark.start, start)].append(mark)
    ends = (min(mark.end, end) for mark in marks)
    opened: list[Mark] = []
    for at, following in pairwise(sorted({start, end, *starting, *ends})):
        depth = next((n for n, mark in enumerate(opened) if mark.end <= at), len(opened))
        closing, opened = opened[depth:], opened[:depth]
        yield from (_closing(mark, at) for mark in reversed(closing))
        opening = [*(mark for mark in closing if mark.end > at), *starting[at]]
        opening.sort(key=lambda mark: -mark.end)
        yield from (_opening(mark, at) for mark in opening)
        opened += opening
        yield escaped(text[at:following])
    yield from (_closing(mark, end) for mark in reversed(opened))


def _opening(mark: Mark, at: int) -> str:
    first = {"id": mark.id} if at == mark.start else {}
    return f"<mark{attribute_list(first | mark.attributes)}>"


def _closing(mark: Mark, at: int) -> str:
    if mark.end > at or not mark.labels:
        return "</mark>"
    return f'<span class="label">&nbsp;{" · ".join(map(_label, mark.labels))}</span></mark>'


def _label(label: Label) -> str:
    if label.target is None:
        return escaped(label.text)
    return f'<a href="#{escaped(label.target)}">{escaped(label.text)}</a>'
