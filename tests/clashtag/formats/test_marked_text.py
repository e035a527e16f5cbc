from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from clashtag.formats.marked_text import Label, Mark, escaped, marked_paragraphs
from clashtag.formats.wording import printable

TAG = re.compile(r"<(/?)(\w+)([^>]*)>")


def mark(start: int, end: int, number: int = 1, label: str = "") -> Mark:
    labels = (Label(label),) if label else ()
    return Mark(start, end, f"s{number}", {"data-span": str(number)}, labels)


def html(text: str, *marks: Mark) -> str:
    return "\n".join(marked_paragraphs(text, marks))


def test_a_mark_holds_its_words_and_then_its_label():
    assert html("An army post fell.", mark(3, 12, label="target")) == (
        '<p dir="auto">An <mark id="s1" data-span="1">army post'
        '<span class="label">&nbsp;target</span></mark> fell.</p>'
    )


def test_a_label_may_lead_somewhere():
    marks = Mark(0, 4, "s1", {}, (Label("attack", "i1"), Label("death")))
    assert '<span class="label">&nbsp;<a href="#i1">attack</a> · death</span>' in html(
        "raid", marks
    )


def test_a_mark_inside_another_is_nested():
    drawn = html("injured officers", mark(0, 7, 1, "injury"), mark(0, 16, 2, "victim"))
    assert re.sub(r" data-span=\S+?(?=>)", "", drawn) == (
        '<p dir="auto"><mark id="s2"><mark id="s1">injured'
        '<span class="label">&nbsp;injury</span></mark> officers'
        '<span class="label">&nbsp;victim</span></mark></p>'
    )


def test_crossing_marks_are_divided():
    drawn = html("abcdef", mark(0, 4, 1, "one"), mark(2, 6, 2, "two"))
    assert re.findall(r'<mark(?: id="(s\d)")? data-span="(\d)">', drawn) == [
        ("s1", "1"),
        ("s2", "2"),
        ("", "2"),
    ]
    assert drawn.count('class="label"') == 2
    assert drawn.index("one") < drawn.index("two")


def test_a_mark_across_lines_has_a_piece_in_each():
    drawn = html("at the\n\n  army\npost", mark(3, 19, 1, "place"))
    first, second, third = drawn.split("\n")
    assert 'id="s1"' in first
    assert "label" not in first + second
    assert 'data-span="1">  army</mark>' in second
    assert "post<span" in third


def test_blank_lines_are_no_paragraphs():
    assert html("\n \r\n a\n\u2003\n") == '<p dir="auto"> a</p>'
    assert html("") == ""


def test_escaped_leaves_no_markup_and_no_control_character():
    shown = escaped("<a href='x' id=\"y\">&amp;\x00\x1b\ud800")
    assert not {"<", ">", '"', "'", "\x00", "\x1b", "\ud800"}.intersection(shown)


@st.composite
def texts_with_marks(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(st.text(st.characters() | st.sampled_from('\n\n  <&"'), max_size=40))
    marks = []
    visible = [index for index, char in enumerate(text) if not char.isspace()]
    if visible:
        pairs = st.tuples(st.sampled_from(visible), st.sampled_from(visible)).map(sorted)
        bounds = draw(st.lists(pairs, max_size=8, unique_by=tuple))
        marks = [mark(a, b + 1, n, f"label {n}") for n, (a, b) in enumerate(bounds, start=1)]
    return text, marks


@given(texts_with_marks())
def test_marks_cover_their_words_and_nothing_else(drawn):
    text, marks = drawn
    shown = html(text, *marks)
    covered: dict[str, str] = {str(n): "" for n in range(1, len(marks) + 1)}
    open_tags: list[tuple[str, str]] = []
    plain, end = [], 0
    for tag in TAG.finditer(shown):
        words = unescape(shown[end : tag.start()])
        end = tag.end()
        if not any(name == "span" for name, _ in open_tags):
            plain.append(words)
            for _, number in open_tags:
                if number:
                    covered[number] += words
        if tag[1]:
            assert open_tags.pop()[0] == tag[2]
        else:
            number = re.search(r'data-span="(\d+)"', tag[3])
            open_tags.append((tag[2], number[1] if number else ""))
    assert not open_tags
    lines = [line for line in text.split("\n") if line and not line.isspace()]
    assert "".join(plain).replace("\n", "") == printable("".join(lines))
    for number, of in enumerate(marks, start=1):
        words = text[of.start : of.end].split("\n")
        kept = [line for line in words if line]
        blank = {w for w in kept if w.isspace()}
        assert covered[str(number)] == printable("".join(kept)) or blank
        assert shown.count(f'id="s{number}"') == 1
        assert shown.count(f"&nbsp;label {number}<") == 1


def test_long_lines_with_many_marks_take_little_time():
    text = "raid " * 20_000
    marks = [mark(n * 5, n * 5 + 4, n, "attack") for n in range(20_000)]
    assert html(text, *marks).count("<mark") == 20_000
    assert html(" " * 200_000) == ""


def test_ids_are_not_repeated_by_pieces():
    shown = html("a\nb\nc\nd", mark(0, 7, 1), mark(2, 5, 2))
    ids = re.findall(r'id="(\w+)"', shown)
    assert all(one != other for one, other in pairwise(sorted(ids)))
