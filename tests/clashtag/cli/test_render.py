from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from clashtag.cli.render import (
    events_table,
    mark_spans,
    printable,
    render_record,
    save_svg,
    summary_line,
)
from clashtag.records import Argument, Event, Record, Span

TEXT = (
    "Army airstrikes killed 26 people in Tora on Monday.\r\n"
    "Rebels from the north threatened to retake the town with rockets."
)


def span(words: str) -> tuple[int, int, str]:
    start = TEXT.index(words)
    return start, start + len(words), words


def event(type_: str, trigger: str, status: str = "actual", **roles: str) -> Event:
    arguments = tuple(Argument(role, *span(words)) for role, words in roles.items())
    return Event(type_, Span(*span(trigger)), arguments, status)


RECORD = Record(
    TEXT,
    id="a.txt",
    events=(
        event("airstrike", "airstrikes", agent="Army", place="Tora", time="Monday"),
        event("death", "killed", agent="Army", victim="26 people", place="Tora", time="Monday"),
        event(
            "territory",
            "retake",
            status="other",
            agent="Rebels",
            target="town",
            instrument="rockets",
            origin="north",
        ),
    ),
    tokens=1234,
    windows=1,
)


def draw(record: Record, width: int = 80, **options: object) -> str:
    console = Console(file=io.StringIO(), width=width, **options)
    console.print(render_record(record, width, 20.6))
    return console.file.getvalue()


def test_render_record_shows_every_filler_under_its_question():
    lines = draw(RECORD, width=120).splitlines()
    header = next(line for line in lines if line.startswith("what"))
    row = next(line for line in lines if line.startswith("killed"))
    for title, filler in {
        "who": "Army",
        "to whom": "26 people",
        "where": "Tora",
        "when": "Monday",
    }.items():
        assert row.index(filler) == header.index(title)
    assert any(line.startswith("territory (other)") for line in lines)
    assert any("from north" in line for line in lines)
    assert "3 events · 1,234 tokens · 1 window · 21 ms" in lines


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_render_record_fits_the_console_without_breaking_words(width):
    drawn = draw(RECORD, width=width)
    assert max(cell_len(line) for line in drawn.splitlines()) <= width
    for word in ("airstrikes", "territory", "Rebels", "rockets", "Monday", "further"):
        assert word in drawn


def test_render_record_without_events_has_no_table():
    drawn = draw(Record("Calm.", tokens=2, windows=1))
    assert "what" not in drawn
    assert "0 events · 2 tokens · 1 window" in drawn


def test_render_record_of_empty_text_is_drawn():
    assert "0 events" in draw(Record(""))


def test_render_record_wide_characters_keep_columns_aligned():
    text = "東京で数千人が抗議した。"
    agent, place = Argument("agent", 3, 6, "数千人"), Argument("place", 0, 2, "東京")
    record = Record(text, events=(Event("protest", Span(7, 9, "抗議"), (agent, place)),))
    lines = draw(record).splitlines()
    header = next(line for line in lines if line.startswith("what"))
    row = next(line for line in lines if line.startswith("抗議"))
    assert cell_len(row[: row.index("東京")]) == header.index("where")


def test_render_record_no_color_still_tells_triggers_from_arguments(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    drawn = draw(RECORD, force_terminal=True)
    assert "\x1b[1;7mkilled\x1b[0m" in drawn
    assert "\x1b[4m26 people\x1b[0m" in drawn
    assert "\x1b[3" not in drawn.replace("\x1b[3m", "")


def test_mark_spans_shows_the_inner_of_overlapping_spans():
    text = "injured officers"
    victim = Argument("victim", 0, 16, text)
    marked = mark_spans(Record(text, events=(Event("injury", Span(0, 7, "injured"), (victim,)),)))
    console = Console(color_system=None)
    assert marked.get_style_at_offset(console, 2).reverse
    assert not marked.get_style_at_offset(console, 2).underline
    assert marked.get_style_at_offset(console, 10).underline
    assert not marked.get_style_at_offset(console, 10).reverse


def test_mark_spans_offsets_survive_control_characters():
    marked = mark_spans(RECORD)
    assert marked.plain == TEXT.replace("\r", " ")
    start, end, words = span("retake")
    assert marked.plain[start:end] == words


def test_render_record_disarms_terminal_escapes():
    text = "Shots\x1b]0;title\x07 \x9b31m heard."
    record = Record(text, id="\x1b[2J", events=(Event("att\x1back", Span(0, 6, text[:6])),))
    drawn = draw(record)
    assert not {"\x1b", "\x07", "\x9b"}.intersection(drawn)


def test_events_table_columns_that_do_not_fit_share_the_last():
    wide = [column.header.plain for column in events_table(RECORD.events, 200).columns]
    narrow = [column.header.plain for column in events_table(RECORD.events, 44).columns]
    assert wide == ["what", "who", "to whom", "where", "when", "with what", "further"]
    assert narrow == [*wide[: len(narrow) - 1], "further"]
    assert len(narrow) < len(wide)


def test_summary_line_leaves_out_what_is_unknown():
    assert summary_line(Record("x")).plain == "0 events"


def test_save_svg_writes_a_picture_without_web_addresses():
    stream = io.BytesIO()
    save_svg([render_record(RECORD, 96)], stream, "clashtag tag a.txt")
    svg = stream.getvalue().decode()
    root = ET.fromstring(svg)  # noqa: S314 - written by this test
    assert "airstrikes" in "".join(root.itertext())
    assert "url(" not in svg.replace("url(#", "")


@given(st.text())
def test_printable_keeps_length_and_lines(text):
    shown = printable(text, keep_lines=True)
    assert len(shown) == len(text)
    assert shown.count("\n") == text.count("\n")
    assert "\n" not in printable(text)


@given(st.text(min_size=1, max_size=60), st.data(), st.integers(20, 120))
def test_render_record_draws_any_record(text, data, width):
    bounds = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))
    )
    roles = st.sampled_from(["agent", "victim", "place", "claimant", "unheard-of"])
    events = [
        Event(
            "attack",
            Span(start, end, text[start:end]),
            tuple(Argument(r, s, e, text[s:e]) for r, (s, e) in arguments),
        )
        for (start, end), arguments in data.draw(
            st.lists(st.tuples(bounds, st.lists(st.tuples(roles, bounds), max_size=3)), max_size=3)
        )
    ]
    count = len(events)
    noun = "event" if count == 1 else "events"
    assert f"{count} {noun}" in draw(Record(text, events=tuple(events)), width=width)
