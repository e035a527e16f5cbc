from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clashtag.analysis.codebooks.plover import PLOVER_RULES
from clashtag.analysis.findings import Analysis, Incident, Interval, Quantity, Toll
from clashtag.formats.plover_jsonl import QUADS, write_plover_jsonl
from coded_incidents import CodedIncident, read_coded

CODED = {coded.name: coded for coded in read_coded("dev")}
DOCUMENT = Path(__file__).parents[3] / "docs" / "analysis" / "codes.md"


def written(coded: CodedIncident, **changes: Any) -> dict[str, Any]:
    stream = io.BytesIO()
    incident: Incident = replace(coded.incident, **changes)
    write_plover_jsonl([Analysis(coded.record, None, (incident,), (), coded.record)], stream)
    [line] = stream.getvalue().decode().splitlines()
    fields: dict[str, Any] = json.loads(line)
    return fields


def test_an_event_has_the_fields_of_the_manual():
    coded = CODED["ambush-convoy"]
    day = date(2026, 5, 4)
    fields = written(coded, interval=Interval(day, day, "day"))
    text = coded.record.text
    assert fields == {
        "id": "ambush-convoy#1",
        "has_event": True,
        "date": "2026-05-04",
        "source": [
            {
                "actor_text": "Gunmen",
                "sector": "UAF",
                "mentions": [{"start": 0, "end": 6, "text": "Gunmen"}],
            }
        ],
        "recipient": [
            {
                "actor_text": "army convoy",
                "sector": "MIL",
                "mentions": [{"start": 19, "end": 30, "text": "army convoy"}],
            },
            {
                "actor_text": "six soldiers",
                "sector": "MIL",
                "mentions": [{"start": 62, "end": 74, "text": "six soldiers"}],
            },
        ],
        "event": ["ASSAULT"],
        "mode": ["firearms"],
        "quad_code": 4,
        "event_loc": [],
        "event_text": ["ambushed", "killing"],
        "text": text,
        "text_info": {"start": 0, "end": len(text)},
        "cite_info": {"citation": "ambush-convoy", "coder": "clashtag", "codebook": "plover-0.8"},
        "article_id": "ambush-convoy",
        "type": "attack",
        "status": "actual",
        "trigger": {"start": 7, "end": 15, "text": "ambushed"},
    }


def test_two_sided_fighting_has_no_recipient():
    fields = written(CODED["clash-patrol"])
    assert [actor["actor_text"] for actor in fields["source"]] == ["Soldiers", "rebels"]
    assert [actor["sector"] for actor in fields["source"]] == ["MIL", "REB"]


def test_without_a_code_it_says_why():
    fields = written(CODED["threatened"])
    assert fields["has_event"] is False
    assert (fields["event"], fields["mode"]) == ([], [])
    assert fields["comment"] == "planned, feared, denied or general: not an event"
    assert "quad_code" not in fields


def test_an_interval_has_an_end_and_no_date_is_null():
    interval = Interval(date(2026, 5, 2), date(2026, 5, 3), "weekend")
    fields = written(CODED["airstrike"], interval=interval)
    assert (fields["date"], fields["enddate"]) == ("2026-05-02", "2026-05-03")
    assert written(CODED["airstrike"])["date"] is None


@pytest.mark.parametrize(
    ("outcome", "name"), [("killed", "dead"), ("injured", "injured"), ("detained", "arrested")]
)
def test_counts_are_there_only_where_told(outcome: Any, name: str):
    coded = CODED["airstrike"]
    words = coded.record.events[0].trigger
    toll = Toll(outcome, Quantity(30, None, False, words), words, 0)
    assert written(coded, tolls=(toll,))[name] == 30
    assert name not in written(coded)


def test_lines_are_json_for_every_coded_incident():
    stream = io.BytesIO()
    analyses = [
        Analysis(coded.record, None, (coded.incident,), (), coded.record)
        for coded in CODED.values()
    ]
    write_plover_jsonl(analyses, stream)
    lines = stream.getvalue().decode().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"{name}#1" for name in CODED]


def test_an_id_that_has_no_utf8_form_is_escaped():
    coded = CODED["airstrike"]
    assert written(coded, id="harn\udc80")["id"] == "harn\udc80"


def test_every_event_type_of_the_rules_has_a_quad():
    assert {rule.code.event_type for rule in PLOVER_RULES} - {None} == set(QUADS)


def test_the_document_lists_the_fields():
    text = DOCUMENT.read_text(encoding="utf-8")
    export = text[text.index("### `plover-jsonl`") :]
    coded = CODED["ambush-convoy"]
    assert set(written(coded)) <= set(re.findall(r"`(\w+)`", export))
