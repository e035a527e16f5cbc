from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import (
    Analysis,
    Code,
    Entity,
    Incident,
    Interval,
    Quantity,
    ResolvedTime,
    Toll,
)
from clashtag.formats.acled_csv import ACLED_COLUMNS, TRACE_COLUMNS, write_acled_csv
from clashtag.formats.plover_jsonl import write_plover_jsonl
from clashtag.records import Argument, Event, Record, Span

TEXT = (
    "Gunmen shot dead two teachers near Belmar on Monday.\r\n"
    "The army said two died, the union said three. Protesters marched in Harn."
)
DOCUMENT = Path(__file__).parents[3] / "docs" / "analysis" / "codes.md"


def span(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words), words)


def entity(words: str, canonical: str | None = None) -> Entity:
    return Entity(words, (span(words),), canonical)


def event(type_: str, trigger: str, **roles: str) -> Event:
    arguments = tuple(
        Argument(role, span(words).start, span(words).end, words) for role, words in roles.items()
    )
    return Event(type_, span(trigger), arguments, "actual")


RECORD = Record(
    text=TEXT,
    id="harn-1",
    events=(
        event("attack", "shot", agent="Gunmen", target="two teachers", time="Monday"),
        event("death", "dead", agent="Gunmen", victim="two teachers"),
        event("protest", "marched", agent="Protesters"),
    ),
    extra={"source": "Harn Courier"},
)
KILLING = Incident(
    id="harn-1#1",
    type="attack",
    status="actual",
    lead=0,
    events=(0, 1),
    roles={
        "agent": (entity("Gunmen"),),
        "target": (entity("two teachers"),),
        "victim": (entity("two teachers"),),
    },
    places=(entity("Belmar"),),
    times=(ResolvedTime(span("Monday"), Interval(date(2026, 5, 4), date(2026, 5, 4), "day")),),
    interval=Interval(date(2026, 5, 4), date(2026, 5, 4), "day"),
    sources=(span("army"),),
)


def killed(minimum: int | None, source: str | None = None) -> Toll:
    words = span("two teachers")
    quantity = Quantity(minimum, minimum, False, words)
    return Toll("killed", quantity, words, 1, span(source) if source else None)


def rows(*incidents: Incident, record: Record = RECORD) -> list[dict[str, str]]:
    stream = io.BytesIO()
    write_acled_csv([Analysis(record, None, incidents, (), record)], stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue().decode(), newline="")))


def row(incident: Incident = KILLING, record: Record = RECORD, **changes: object) -> dict[str, str]:
    [only] = rows(replace(incident, **changes), record=record)
    return only


def test_a_row_names_the_code_the_actors_and_the_words():
    assert row(tolls=(killed(2),)) == {
        "event_date": "2026-05-04",
        "year": "2026",
        "time_precision": "1",
        "disorder_type": "Political violence",
        "event_type": "Violence against civilians",
        "sub_event_type": "Attack",
        "actor1": "Gunmen",
        "assoc_actor_1": "",
        "actor2": "Civilians",
        "assoc_actor_2": "two teachers",
        "civilian_targeting": "Civilian targeting",
        "location": "Belmar",
        "source": "Harn Courier",
        "notes": "Gunmen shot dead two teachers near Belmar on Monday.",
        "fatalities": "2",
        "tags": "",
        "article_id": "harn-1",
        "incident_id": "harn-1#1",
        "incident_type": "attack",
        "status": "actual",
        "code_reason": "",
        "trigger": "shot",
        "trigger_start": "7",
        "trigger_end": "11",
        "date_words": "Monday",
        "places": "Belmar",
        "other_actors": "",
        "tolls": "killed: two teachers",
        "reported_by": "army",
    }


def test_an_analysed_article_is_a_table():
    record = replace(RECORD, events=RECORD.events[:2])
    analysis = analyse(record, published=date(2026, 5, 8))
    [got] = rows(*analysis.incidents, record=record)
    assert got["event_date"] == "2026-05-04"
    assert (got["event_type"], got["sub_event_type"]) == ("Violence against civilians", "Attack")
    assert (got["actor1"], got["fatalities"]) == ("Gunmen", "2")


def test_without_incidents_there_is_a_header():
    stream = io.BytesIO()
    write_acled_csv([], stream)
    assert stream.getvalue().decode() == ",".join((*ACLED_COLUMNS, *TRACE_COLUMNS)) + "\r\n"


def test_no_coordinates_and_no_country_are_invented():
    invented = {"latitude", "longitude", "iso", "country", "admin1", "event_id_cnty"}
    assert not invented & {*ACLED_COLUMNS, *TRACE_COLUMNS}


def test_the_code_of_the_analysis_is_kept():
    blank = Code(None, None, "not this time")
    got = row(acled=blank)
    assert (got["event_type"], got["sub_event_type"], got["disorder_type"]) == ("", "", "")
    assert got["code_reason"] == "not this time"
    assert got["actor2"] == ""


def test_fatalities_are_blank_where_no_number_is_told():
    assert row()["fatalities"] == ""
    assert row(tolls=(killed(None),))["fatalities"] == ""
    assert row(tolls=(killed(0),))["fatalities"] == "0"


def test_fatalities_are_the_lowest_of_what_the_sources_say():
    tolls = (killed(2, "army"), killed(3, "union"))
    assert row(tolls=tolls)["fatalities"] == "2"
    assert row(tolls=tolls)["tolls"] == "killed: two teachers (army); killed: two teachers (union)"


def test_one_source_counts_with_its_highest_number():
    assert row(tolls=(killed(1), killed(4)))["fatalities"] == "4"
    assert row(tolls=(killed(1), killed(4), killed(3, "army")))["fatalities"] == "3"


def test_injuries_are_no_fatalities():
    assert row(tolls=(replace(killed(5), outcome="injured"),))["fatalities"] == ""


@pytest.mark.parametrize(
    ("first", "last", "event_date", "year", "precision"),
    [
        ("2026-05-04", "2026-05-04", "2026-05-04", "2026", "1"),
        ("2026-05-02", "2026-05-03", "2026-05-02", "2026", "2"),
        ("2026-05-04", "2026-05-10", "2026-05-07", "2026", "2"),
        ("2026-05-01", "2026-05-31", "2026-05-16", "2026", "3"),
        ("2025-12-29", "2026-01-04", "2026-01-01", "2026", "2"),
        ("2026-03-01", "2026-05-31", "", "2026", ""),
        ("2025-11-01", "2026-05-31", "", "", ""),
    ],
)
def test_dates(first: str, last: str, event_date: str, year: str, precision: str):
    interval = Interval(date.fromisoformat(first), date.fromisoformat(last), "period")
    got = row(interval=interval)
    found = (got["event_date"], got["year"], got["time_precision"])
    assert found == (event_date, year, precision)


def test_the_publication_date_is_never_the_date():
    stream = io.BytesIO()
    incident = replace(KILLING, interval=None)
    write_acled_csv([Analysis(RECORD, date(2026, 5, 8), (incident,), (), RECORD)], stream)
    assert b"2026" not in stream.getvalue()


def test_protesters_go_by_their_generic_name():
    protest = Incident("harn-1#2", "protest", "actual", 2, (2,), {"agent": (entity("Protesters"),)})
    got = row(protest)
    assert (got["event_type"], got["sub_event_type"]) == ("Protests", "Peaceful protest")
    assert (got["actor1"], got["assoc_actor_1"], got["actor2"]) == ("Protesters", "Protesters", "")
    assert got["disorder_type"] == "Demonstrations"
    assert got["tags"] == "crowd size=no report"
    assert got["civilian_targeting"] == ""


def test_planned_violence_is_a_row_without_code():
    planned = replace(RECORD.events[0], status="other")
    record = replace(RECORD, events=(planned,))
    got = row(replace(KILLING, status="other", events=(0,)), record)
    assert got["event_type"] == ""
    assert got["code_reason"] == "planned, feared, denied or general: not an event"
    assert (got["actor1"], got["actor2"]) == ("Gunmen", "")


def test_pronouns_are_no_actors():
    record = replace(RECORD, events=(event("attack", "shot", agent="The"),))
    agent = Entity("They", entity("The").mentions)
    assert row(replace(KILLING, events=(0,), roles={"agent": (agent,)}), record)["actor1"] == ""


def test_the_alias_table_names_an_actor():
    roles = {**KILLING.roles, "agent": (entity("Gunmen", "Lynx Brigade"),)}
    assert row(roles=roles)["actor1"] == "Lynx Brigade"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r@", " +", "＝"])
def test_a_cell_is_never_a_formula(start: str):
    record = replace(RECORD, id=f"{start}HYPERLINK(1)")
    assert row(record=record)["article_id"] == f"'{start.strip()}HYPERLINK(1)"


def test_cells_with_commas_quotes_and_line_breaks_stay_one_cell():
    record = replace(RECORD, extra={"source": 'The "Courier",\r\nHarn\0'})
    assert row(record=record)["source"] == 'The "Courier", Harn'


def test_an_id_that_has_no_utf8_form_is_escaped():
    assert row(record=replace(RECORD, id="harn\udc80"))["article_id"] == "harn\\udc80"


@given(st.text(), st.text())
def test_every_row_has_every_column_and_no_formula(id_: str, source: str):
    [got] = rows(KILLING, record=replace(RECORD, id=id_, extra={"source": source}))
    assert None not in got
    assert None not in got.values()
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in got.values())


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("Residents accused the Lynx Brigade rebels of attacking villagers near Harn.", None),
        ("The Lynx Brigade rebels, on foot, came attacking villagers.", "Lynx Brigade rebels,"),
    ],
)
def test_rows_name_the_actors_that_the_analysis_reads(text: str, agent: str | None):
    roles = {"target": "villagers"} | ({"agent": agent} if agent else {})
    arguments = tuple(
        Argument(role, text.index(words), text.index(words) + len(words), words)
        for role, words in roles.items()
    )
    start = text.index("attacking")
    trigger = Span(start, start + len("attacking"), "attacking")
    analysis = analyse(Record(text, events=(Event("attack", trigger, arguments, "actual"),)))
    table, lines = io.BytesIO(), io.BytesIO()
    write_acled_csv([analysis], table)
    write_plover_jsonl([analysis], lines)
    [row] = csv.DictReader(io.StringIO(table.getvalue().decode(), newline=""))
    [source] = json.loads(lines.getvalue())["source"]
    [read] = analysis.incidents[0].roles["agent"]
    assert row["actor1"] == source["actor_text"] == read.name == "Lynx Brigade rebels"


def test_rows_are_written_as_articles_come():
    stream = io.BytesIO()
    seen: list[int] = []

    def analyses() -> Iterator[Analysis]:
        for _ in range(3):
            seen.append(stream.getvalue().count(b"\r\n"))
            yield Analysis(RECORD, None, (KILLING,), (), RECORD)

    write_acled_csv(analyses(), stream)
    assert seen == [1, 2, 3]


def test_the_document_lists_the_columns():
    text = DOCUMENT.read_text(encoding="utf-8")
    export = text[text.index("### `acled-csv`") : text.index("### `plover-jsonl`")]
    first_cells = re.findall(r"^\| (`.*?`) \|", export, re.MULTILINE)
    named = [name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)]
    assert named == [*ACLED_COLUMNS, *TRACE_COLUMNS]
