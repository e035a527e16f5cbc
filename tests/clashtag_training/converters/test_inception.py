from __future__ import annotations

import json

import pytest

from clashtag.errors import InputError, RecordError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.converters.inception import (
    read_inception_json,
    read_inception_xmi,
    write_inception_json,
    write_inception_xmi,
)

cassis = pytest.importorskip("cassis", reason="needs the convert extra")

RECORD = Record(
    "🚁 Rebels attack.",
    "a",
    (Event("attack", Span(9, 15, "attack"), (Argument("agent", 2, 8, "Rebels"),), "other"),),
    extra={"published": "2026-01-02"},
)


def test_xmi_counts_utf16_code_units_and_links_arguments(tmp_path):
    write_inception_xmi([RECORD], tmp_path / "out", None)
    assert 'begin="10" end="16"' in (tmp_path / "out" / "a.xmi").read_text(encoding="utf-8")
    with (tmp_path / "out" / "TypeSystem.xml").open("rb") as file:
        system = cassis.load_typesystem(file)
    with (tmp_path / "out" / "a.xmi").open("rb") as file:
        cas = cassis.load_cas_from_xmi(file, typesystem=system)
    [trigger] = cas.select("webanno.custom.Trigger")
    assert (trigger.get_covered_text(), trigger.eventType) == ("attack", "attack")
    [link] = trigger.arguments.elements
    assert (link.role, link.target.get_covered_text()) == ("agent", "Rebels")
    assert read_inception_xmi(tmp_path / "out") == [RECORD]


def test_json_counts_utf16_code_units(tmp_path):
    write_inception_json([RECORD], tmp_path / "out", None)
    content = json.loads((tmp_path / "out" / "a.json").read_text(encoding="utf-8"))
    structures = content["%FEATURE_STRUCTURES"]
    [trigger] = [fs for fs in structures if fs["%TYPE"] == "webanno.custom.Trigger"]
    assert (trigger["begin"], trigger["end"]) == (10, 16)
    assert read_inception_json(tmp_path / "out") == [RECORD]


def test_what_xml_forbids_is_listed(tmp_path):
    event = Event("attack\x01", Span(0, 1, "x"), score=0.5)
    with pytest.raises(RecordError) as error:
        write_inception_xmi([Record("x\x00", "a", (event,))], tmp_path / "out", None)
    for problem in ("1 scores", r"'\x00', which XML forbids", r"'\x01'"):
        assert problem in error.value.problem


def test_xmi_without_its_type_system_is_explained(tmp_path):
    write_inception_xmi([RECORD], tmp_path / "out", None)
    (tmp_path / "out" / "TypeSystem.xml").unlink()
    with pytest.raises(InputError, match="TypeSystem"):
        read_inception_xmi(tmp_path / "out")
