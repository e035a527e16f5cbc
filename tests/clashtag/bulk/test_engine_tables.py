"""What the tables of a finished run hold."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from clashtag.analysis.analyse import analyse
from clashtag.bulk.engine import run
from clashtag.bulk.table_files import OutputFormat
from clashtag.records import record_from_dict, record_to_dict
from clashtag.selection import Selection
from clashtag.tagger import Tagger

from .conftest import ATTACK, files_in, json_rows

FORMATS = [OutputFormat.JSONL, OutputFormat.PARQUET]


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    """The rows of a table, numbers as numbers, empty cells as None."""
    if (folder / f"{table}.parquet").exists():
        import pyarrow.parquet as pq

        return pq.read_table(folder / f"{table}.parquet").to_pylist()
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{name: cell(value) for name, value in row.items()} for row in csv.DictReader(file)]


def cell(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value or None


@pytest.fixture(params=FORMATS)
def output_format(request: pytest.FixtureRequest) -> OutputFormat:
    if request.param is OutputFormat.PARQUET:
        pytest.importorskip("pyarrow")
    return request.param


def test_run_tables_say_what_the_tagger_says(
    tmp_path, articles, make_archive, make_job, tiny_bundle, output_format
):
    finished = run(make_archive(articles), make_job(tmp_path / "out", output_format=output_format))
    tagger = Tagger.from_pretrained(tiny_bundle, threads=1)
    lines = articles.read_text(encoding="utf-8").splitlines()
    given = {n: json.loads(line) for n, line in enumerate(lines) if line.startswith('{"')}
    tagged = {
        n: record_to_dict(tagger.tag(fields["text"], fields["id"])) for n, fields in given.items()
    }

    events, arguments = rows(tmp_path / "out", "events"), rows(tmp_path / "out", "arguments")
    assert [(r["document"], r["event"], r["id"], r["type"], r["trigger"]) for r in events] == [
        (n, number, record["id"], event["type"], event["trigger"]["text"])
        for n, record in tagged.items()
        for number, event in enumerate(record["events"])
    ]
    for row in events + arguments:
        words = row.get("trigger") or row["text"]
        assert given[row["document"]]["text"][row["start"] : row["end"]] == words
        assert 0 < row["score"] <= 1
    assert [
        (r["document"], r["event"], r["argument"], r["role"], r["text"]) for r in arguments
    ] == [
        (n, number, place, argument["role"], argument["text"])
        for n, record in tagged.items()
        for number, event in enumerate(record["events"])
        for place, argument in enumerate(event["arguments"])
    ]
    assert finished.counts.documents == len(given)
    assert finished.counts.events == len(events) > 20
    assert finished.counts.arguments == len(arguments) > 50
    assert finished.counts.tokens == sum(record["tokens"] for record in tagged.values())


def test_run_documents_are_records(tmp_path, articles, make_archive, make_job):
    run(make_archive(articles), make_job(tmp_path / "out"))
    records = [
        record_from_dict(fields) for fields in json_rows(tmp_path / "out" / "documents.jsonl")
    ]
    assert len(records) == 47
    assert records[1].text == f"Report 1. {ATTACK}"
    assert records[1].extra == {"n": 1}
    assert [event.type for event in records[1].events] == ["attack", "death"]


def test_run_parquet_documents_hold_the_record(tmp_path, make_archive, make_job):
    pytest.importorskip("pyarrow")
    path = tmp_path / "a.jsonl"
    fields = {
        "id": 7,
        "text": ATTACK,
        "published": "2026-01-02",
        "note": "Łódź \ud83d",
        "tags": [1],
    }
    path.write_text(json.dumps(fields) + '\n{"text": ""}\n', encoding="utf-8")
    run(make_archive(path), make_job(tmp_path / "out", output_format=OutputFormat.PARQUET))
    first, second = rows(tmp_path / "out", "documents")
    assert (first["id"], first["published"], first["text"]) == ("7", "2026-01-02", ATTACK)
    assert json.loads(first["fields"]) == {"note": "Łódź \ud83d", "tags": [1]}
    assert first["events"][0]["trigger"] == {"start": 22, "end": 28, "text": "attack"}
    assert record_from_dict(first).events[1].type == "death"
    assert (second["id"], second["events"], second["tokens"]) == (f"{path}:2", [], 0)
    assert (second["published"], second["fields"]) == (None, None)


def test_run_reports_bad_rows_and_repeated_ids(tmp_path, articles, make_archive, make_job):
    finished = run(make_archive(articles), make_job(tmp_path / "out"))
    errors = json_rows(tmp_path / "out" / "errors.jsonl")
    assert [(e["document"], e["place"]) for e in errors] == [
        (n, f"{articles}:{n + 1}") for n in (12, 25, 38)
    ]
    assert all("not JSON" in error["problem"] and error["next_step"] for error in errors)
    assert json_rows(tmp_path / "out" / "duplicates.jsonl") == [
        {"document": n, "place": f"{articles}:{n + 1}", "id": "a3"} for n in (20, 40)
    ]
    assert (finished.counts.failed, finished.counts.repeated) == (3, 2)


def test_run_leaves_finished_files_and_nothing_else(
    tmp_path, articles, make_archive, make_job, output_format
):
    folder = tmp_path / "out"
    run(make_archive(articles), make_job(folder, output_format=output_format))
    suffixes = (
        ("parquet",) * 3 if output_format is OutputFormat.PARQUET else ("jsonl", "csv", "csv")
    )
    expected = {
        f"{table}.{suffix}"
        for table, suffix in zip(("documents", "events", "arguments"), suffixes, strict=True)
    }
    assert set(files_in(folder)) == expected | {"errors.jsonl", "duplicates.jsonl", "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {name: file["size"] for name, file in manifest["files"].items()} == {
        name: len(data) for name, data in files_in(folder).items() if name != "manifest.json"
    }
    assert manifest["settings"]["inputs"]["files"] == 1
    assert manifest["settings"]["model"]["name"] == "tiny"


def test_run_of_nothing_still_has_its_tables(tmp_path, make_archive, make_job, output_format):
    (tmp_path / "a.jsonl").touch()
    finished = run(
        make_archive(tmp_path / "a.jsonl"), make_job(tmp_path / "out", output_format=output_format)
    )
    assert finished.counts.documents == 0
    assert rows(tmp_path / "out", "events") == []


def test_run_selects_events_by_type_and_score(tmp_path, articles, make_archive, make_job):
    selection = Selection(frozenset({"death"}), 0.5)
    run(make_archive(articles), make_job(tmp_path / "out", selection=selection))
    assert {row["type"] for row in rows(tmp_path / "out", "events")} == {"death"}


def test_run_incidents_have_a_table_of_their_own(tmp_path, make_archive, make_job, output_format):
    path = tmp_path / "a.jsonl"
    other = "An air strike killed civilians. Talks in Kyiv."
    lines = [{"id": "a", "text": ATTACK, "published": "2026-01-06"}, {"id": "b", "text": other}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    job = make_job(tmp_path / "out", output_format=output_format, with_incidents=True)
    finished = run(make_archive(path), job)
    found = rows(tmp_path / "out", "incidents")
    tagged = Tagger.from_pretrained(job.model, threads=1).tag(ATTACK, "a")
    (incident,) = analyse(replace(tagged, extra={"published": "2026-01-06"})).incidents
    assert finished.counts.incidents == len(found) >= 2
    assert found[0]["incident"] == "a#1" == incident.id
    assert (found[0]["first_day"], found[0]["last_day"]) == ("2026-01-05", "2026-01-05")
    assert (found[0]["places"], found[0]["agent"]) == ("Kyiv", "Armed gunmen")
    assert found[0]["sentence"] == ATTACK
    assert found[0]["acled_event_type"] == incident.acled.event_type
    assert [row["document"] for row in found[1:]] == [1] * (len(found) - 1)


def test_run_article_whose_date_is_none_is_tagged_without_incidents(
    tmp_path, make_archive, make_job
):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "a", "text": ATTACK, "published": "soon"}), encoding="utf-8")
    finished = run(make_archive(path), make_job(tmp_path / "out", with_incidents=True))
    assert (finished.counts.documents, finished.counts.incidents) == (1, 0)
    (error,) = json_rows(tmp_path / "out" / "errors.jsonl")
    assert "'published' is 'soon'" in error["problem"]
