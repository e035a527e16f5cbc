from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError, RecordError
from clashtag.records import Argument, Event, Mention, Record, Span, record_from_dict
from clashtag_training.corpora.markup import parse_markup, parse_plain, scan_markup
from clashtag_training.corpora.markup_writer import format_markup

CORPORA = Path(os.environ.get("CLASHTAG_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))

EXAMPLE = """\
=== sahel-001
published: 2025-03-14
kind: conflict

Patrol hit near Dori
{Gunmen|1.agent,2.agent} {ambushed|1:attack} a {patrol|1.target} and {{injured|2:injury} two \
{officers|2.victim}|2.victim}.
The army may {withdraw|3:deployment?} \\{soon\\}.

=== sahel-002

Prices rise \\| a \\\\ review
"""


def parse_problems(text: str) -> list[str]:
    _, problems = scan_markup(text)
    return [f"{problem.line}: {problem.reason}" for problem in problems]


def article(body: str) -> str:
    return f"=== a\n\n{body}\n"


def test_markup_parses_headers_text_and_events() -> None:
    first, second = parse_markup(EXAMPLE, "example.txt")
    assert first.id == "sahel-001"
    assert first.extra == {"published": "2025-03-14", "kind": "conflict"}
    assert first.text == (
        "Patrol hit near Dori\nGunmen ambushed a patrol and injured two officers.\n"
        "The army may withdraw {soon}."
    )
    assert [(e.type, e.status, e.trigger.text) for e in first.events] == [
        ("attack", "actual", "ambushed"),
        ("injury", "actual", "injured"),
        ("deployment", "other", "withdraw"),
    ]
    assert [(a.role, a.text) for a in first.events[1].arguments] == [
        ("agent", "Gunmen"),
        ("victim", "injured two officers"),
        ("victim", "officers"),
    ]
    assert second == Record(text="Prices rise | a \\ review", id="sahel-002")


def test_markup_offsets_are_exact() -> None:
    for record in parse_markup(EXAMPLE, "example.txt"):
        for event in record.events:
            for span in (event.trigger, *event.arguments):
                assert record.text[span.start : span.end] == span.text


def test_markup_parse_then_format_keeps_the_text() -> None:
    assert format_markup(parse_markup(EXAMPLE, "example.txt")) == EXAMPLE


def test_markup_tolerates_spaces_between_labels_and_free_numbers() -> None:
    [record] = parse_markup(
        article("{Raid|7:attack} by {X|7.agent , 9.agent} {kills|9:death}"), "f"
    )
    assert [(e.type, e.arguments[0].text) for e in record.events] == [
        ("attack", "X"),
        ("death", "X"),
    ]


def test_markup_writes_crossing_spans_after_the_text() -> None:
    text = "troops left and troops in town left"
    event = Event(
        "deployment",
        Span(7, 11, "left"),
        (Argument("agent", 16, 25, "troops in"), Argument("place", 23, 30, "in town")),
        "actual",
    )
    record = Record(text=text, id="a", events=(event,))
    written = format_markup([record])
    assert '\n@@ 1.place "in town"\n' in written
    assert parse_markup(written, "f") == [record]


def test_markup_block_line_counts_occurrences() -> None:
    [record] = parse_markup(
        article('{Raid|1:attack} on troops by troops\n\n@@ 1.agent "troops" #2'), "f"
    )
    assert record.events[0].arguments == (Argument("agent", 18, 24, "troops"),)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{Raid|1:attack", "3: no '}' after the labels '1:attack'"),
        ("Quiet\n{Raid here", "4: '{' is never closed"),
        ("Raid}", "3: '}' without '{' before it"),
        ("{Raid}", "3: '}' without '|labels' before it"),
        ("a | b", "3: '|' outside a span; in text it is written \\|"),
        ("a \\b", "3: a backslash in the text is written \\\\"),
        ("{|1:attack}", "3: a span without text"),
        ("{Raid|}", "3: label '' of 'Raid' is not N:type, N:type? or N.role"),
        ("{Raid|attack}", "3: label 'attack' of 'Raid' is not N:type, N:type? or N.role"),
        (
            "{Raid|1:attack} {X|1.agent?}",
            "3: label '1.agent?' of 'X' is not N:type, N:type? or N.role",
        ),
        ("{Raid|1:attack}\n{X|2.agent}", "4: event 2 has no trigger, but these arguments: 'X'"),
        ("{Raid|1:attack} {hit|1:attack}", "3: event 1 has two triggers: 'Raid', 'hit'"),
        ("Raid\n@@ 1:attack Raid", '4: expected @@ labels "exact words" #occurrence'),
        ('Raid\n@@ 1:attack "Raid" #2', "4: the text does not hold 'Raid' 2 times"),
        ('Raid\n@@ 1:attack "Raid"\nMore', "5: text after an '@@' line; they end an article"),
    ],
)
def test_markup_reports_line_and_reason(body: str, problem: str) -> None:
    assert parse_problems(article(body)) == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello\n=== a\n\nx", "1: text before the first '=== id' line"),
        ("===  \n\nx", "1: '===' without an id"),
        ("=== a\n\nx\n=== a\n\ny", "4: id 'a' is also the id of line 1"),
        (
            "=== a\nHeadline\n\nx",
            "2: 'Headline' is no header line 'key: value'; a blank line ends the header",
        ),
        ("=== a\ntext: x\n\nx", "2: header key 'text' is reserved"),
        ("=== a\nk: x\nk: y\n\nx", "3: header key 'k' stands twice"),
    ],
)
def test_markup_reports_layout_problems(text: str, problem: str) -> None:
    assert parse_problems(text) == [problem]


def test_markup_lists_all_problems_of_a_file_at_once() -> None:
    with pytest.raises(InputError) as caught:
        parse_markup("=== a\n\n{Raid\n=== b\n\nx}\n{y|z}", "bad.txt")
    assert caught.value.problem.splitlines() == [
        "bad.txt:3: '{' is never closed",
        "bad.txt:6: '}' without '{' before it",
        "bad.txt:7: label 'z' of 'y' is not N:type, N:type? or N.role",
    ]


def test_markup_parse_plain_keeps_every_character() -> None:
    [record] = parse_plain("=== a\nkind: conflict\n\nA {b|c} \\ d\n@@ e\n\n", "f")
    assert record == Record(text="A {b|c} \\ d\n@@ e", id="a", extra={"kind": "conflict"})


def test_markup_scan_gives_the_line_of_the_text() -> None:
    articles, _ = scan_markup(EXAMPLE)
    lines = EXAMPLE.split("\n")
    assert lines[articles[0].text_line - 1] == "Patrol hit near Dori"
    assert lines[articles[1].text_line - 1].startswith("Prices")


RAID = Event("attack", Span(0, 4, "Raid"), (), "actual")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Record("Raid", None), "the id must be one line"),
        (Record("Raid", "a", (dataclasses.replace(RAID, status=None),)), "has status None"),
        (Record("Raid", "a", (dataclasses.replace(RAID, score=0.5),)), "have scores"),
        (Record("Raid", "a", (dataclasses.replace(RAID, type="a,b"),)), "cannot be a type or role"),
        (Record("Rain", "a", (RAID,)), "'Rain' in the text"),
        (Record("Raid", "a", mentions=(Mention("x", 0, 4, "Raid"),)), "no mentions"),
        (Record("Raid", "a", extra={"topics": ["x"]}), "field 'topics' is not one line"),
        (Record("Raid", "a", extra={"Key": "x"}), "'Key' cannot be a header key"),
    ],
)
def test_markup_writer_refuses_what_it_cannot_hold(record: Record, words: str) -> None:
    with pytest.raises(RecordError, match="cannot be written as mark-up") as caught:
        format_markup([record])
    assert words in caught.value.problem


def test_markup_writer_refuses_equal_ids() -> None:
    with pytest.raises(RecordError, match="two records have this id"):
        format_markup([Record("x", "a"), Record("y", "a")])


NAMES = st.sampled_from(["attack", "death", "agent", "Conflict:Attack", "life.die.n/a"])
TEXTS = st.one_of(
    st.text(st.sampled_from('ab {}|\\\n"#=@n\r'), max_size=30),
    st.lists(st.sampled_from(["=== ", "@@ ", "\n", "x", "{", "\\", "é😀"]), max_size=9).map(
        "".join
    ),
    st.text(st.sampled_from("é😀\u0301\u00a0\u2028\x85\t\r\0שx "), max_size=20),
)
VALUES = st.text(st.sampled_from("aé: =|{\\"), max_size=8).map(str.strip)


@st.composite
def records(draw: st.DrawFn) -> Record:
    text = draw(TEXTS)
    bounds = st.integers(0, max(len(text) - 1, 0)).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))
    )
    events = []
    for _ in range(draw(st.integers(0, 4)) if text else 0):
        spans = sorted(draw(st.lists(bounds, max_size=4)))
        arguments = tuple(Argument(draw(NAMES), s, e, text[s:e]) for s, e in spans)
        start, end = draw(bounds)
        trigger = Span(start, end, text[start:end])
        status = draw(st.sampled_from(["actual", "other"]))
        events.append(Event(draw(NAMES), trigger, arguments, status))
    extra = draw(st.dictionaries(st.sampled_from(["kind", "published"]), VALUES))
    return Record(text=text, id="r", events=tuple(events), extra=extra)


@given(st.lists(records(), max_size=3))
def test_markup_format_then_parse_is_identity(drawn: list[Record]) -> None:
    numbered = [dataclasses.replace(r, id=f"r {i}") for i, r in enumerate(drawn)]
    written = format_markup(numbered)
    assert parse_markup(written, "f") == numbered
    assert format_markup(parse_markup(written, "f")) == written


@given(st.text(st.sampled_from('ab{}|\\1:.?@ "\n='), max_size=60))
def test_markup_scan_never_fails_on_broken_files(body: str) -> None:
    articles, _ = scan_markup(article(body))
    for marked in articles:
        for event in marked.record.events:
            for span in (event.trigger, *event.arguments):
                assert marked.record.text[span.start : span.end] == span.text


@pytest.mark.corpora
@pytest.mark.parametrize(
    "name", ["current-events", "voa-articles", "wikievents", "m2e2", "rams", "geneva"]
)
def test_markup_holds_public_corpora_without_loss(name: str) -> None:
    if not (CORPORA / name).is_dir():
        pytest.skip(f"no corpus {name} in {CORPORA}; set CLASHTAG_CORPORA")
    with (CORPORA / name / "train.jsonl").open(encoding="utf-8") as lines:
        gold = [_as_markup_holds(record_from_dict(json.loads(line))) for line in lines]
    assert parse_markup(format_markup(gold), name) == gold


def _as_markup_holds(record: Record) -> Record:
    events = tuple(
        dataclasses.replace(
            event,
            status=event.status or "actual",
            arguments=tuple(sorted(event.arguments, key=lambda a: (a.start, a.end))),
        )
        for event in record.events
    )
    extra = {key: str(value) for key, value in record.extra.items()}
    return dataclasses.replace(record, events=events, extra=extra)
