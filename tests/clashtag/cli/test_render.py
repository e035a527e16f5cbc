from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import Analysis
from clashtag.cli.render import (
    mark_spans,
    render_analysis,
    render_record,
    save_svg,
    summary_line,
)
from clashtag.cli.tables import events_table, incidents_table
from clashtag.records import Argument, Event, Record, Span
from viewed_articles import PUBLISHED, raid, records

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


def draw_analysis(analysis: Analysis, width: int = 120, **options: object) -> str:
    console = Console(file=io.StringIO(), width=width, **options)
    console.print(render_analysis(analysis, width, 20.6))
    return console.file.getvalue()


def test_render_analysis_shows_incidents_then_the_text_then_the_events():
    drawn = draw_analysis(raid())
    lines = drawn.splitlines()
    headers = [line.split() for line in lines if line.startswith("#  what")]
    assert headers[0] == ["#", "what", "who", "to", "whom", "where", "when", "toll"]
    assert len(headers) == 2
    text = next(n for n, line in enumerate(lines) if line.startswith("Gunmen attacked an army"))
    tables = [n for n, line in enumerate(lines) if line.startswith("#")]
    assert tables[0] < text < tables[1]
    assert lines[-2] == "2 incidents · 5 events · 21 ms"


def test_render_analysis_puts_an_answer_under_each_question():
    lines = draw_analysis(raid()).splitlines()
    header = next(line for line in lines if line.startswith("#"))
    row = next(line for line in lines if line.startswith("1  overrun"))
    for title, answer in {"who": "Gunmen", "where": "Harn", "when": "11 June 2026,"}.items():
        assert row.index(answer) == header.index(title)
    assert row.index("7 killed") == header.index("toll")
    assert any("claimed by Lynx Brigade" in line for line in lines)


def test_render_analysis_numbers_each_event_by_its_incident():
    lines = draw_analysis(raid()).splitlines()
    second = [n for n, line in enumerate(lines) if line.startswith("#")][1]
    numbered = [line.split()[:2] for line in lines[second:] if line[:3].strip().isdigit()]
    assert numbered == [
        ["1", "overrun"],
        ["1", "attacked"],
        ["1", "killing"],
        ["1", "raid"],
        ["2", "shell"],
    ]


def test_render_analysis_without_incidents_has_no_table():
    drawn = draw_analysis(analyse(Record("Calm.")))
    assert "what" not in drawn
    assert "0 incidents · 0 events" in drawn


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_render_analysis_fits_the_console(width):
    drawn = draw_analysis(raid(), width=width)
    assert max(cell_len(line) for line in drawn.splitlines()) <= width
    assert "Brigade" in drawn


def test_incidents_table_says_how_many_answers_it_leaves_out():
    text = "Gunmen attacked Aa, Bb, Cc, Dd, Ee and Ff."
    places = [Argument("place", at, at + 2, text[at : at + 2]) for at in (16, 20, 24, 28, 32, 39)]
    attack = Event("attack", Span(7, 15, "attacked"), tuple(places), "actual")
    console = Console(file=io.StringIO(), width=100)
    console.print(incidents_table(analyse(Record(text, events=(attack,))), 100))
    drawn = console.file.getvalue()
    assert "+2 more" in drawn
    assert "Dd" in drawn
    assert "Ee" not in drawn


def test_save_svg_title_may_be_a_file_name_that_is_no_text():
    stream = io.BytesIO()
    record = replace(RECORD, id="a\udce9.txt")
    save_svg([render_record(record, 96)], stream, "tag a\udce9\x1b.txt")
    assert "tag&#160;a\ufffd\ufffd.txt" in stream.getvalue().decode()


def test_save_svg_holds_the_incidents():
    stream = io.BytesIO()
    save_svg([render_analysis(raid(), 96)], stream, "clashtag tag raid.txt")
    root = ET.fromstring(stream.getvalue())  # noqa: S314 - written by this test
    text = "".join(root.itertext()).replace("\xa0", " ")
    assert "7 killed" in text
    assert text.index("7 killed") < text.index("Gunmen attacked")


@settings(max_examples=50, deadline=None)
@given(records(), st.integers(40, 120))
def test_render_analysis_draws_any_record(record, width):
    drawn = draw_analysis(analyse(record, published=PUBLISHED), width=width)
    count = len(record.events)
    assert f"{count} event{'' if count == 1 else 's'}" in drawn
    assert "\x1b" not in drawn
