from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clashtag.analysis.analyse import analyse
from clashtag.bulk.engine import run
from clashtag.bulk.table_files import OutputFormat
from clashtag.bulk.workers import tag_parts
from clashtag.errors import BundleError, InputError
from clashtag.records import record_from_dict, record_to_dict
from clashtag.selection import Selection
from clashtag.tagger import Tagger

from .conftest import ATTACK, files_in

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


def json_rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


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


def test_run_again_on_a_finished_folder_changes_nothing(tmp_path, articles, make_archive, make_job):
    first = run(make_archive(articles), make_job(tmp_path / "out"))
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert run(make_archive(articles), make_job(tmp_path / "out")) == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before


def test_run_killed_just_before_its_journal_is_removed_is_finished(
    tmp_path, articles, make_archive, make_job
):
    finished = run(make_archive(articles), make_job(tmp_path / "out"))
    before = files_in(tmp_path / "out")
    (tmp_path / "out" / "journal.jsonl").write_bytes(b"left over\n")
    assert run(make_archive(articles), make_job(tmp_path / "out")) == finished
    assert files_in(tmp_path / "out") == before


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


def test_run_article_that_breaks_the_tagger_is_an_error_and_the_others_are_tagged(
    tmp_path, articles, make_archive, make_job, monkeypatch
):
    tag_many = Tagger.tag_many

    def breaking(self, texts):
        records = list(texts)
        if any("Report 21." in record.text for record in records):
            raise RuntimeError("no kernel for this")
        return tag_many(self, records)

    reference = run(make_archive(articles), make_job(tmp_path / "whole"))
    monkeypatch.setattr(Tagger, "tag_many", breaking)
    finished = run(make_archive(articles), make_job(tmp_path / "out"))
    assert finished.counts.documents == reference.counts.documents - 1
    errors = json_rows(tmp_path / "out" / "errors.jsonl")
    assert [error["document"] for error in errors] == [12, 21, 25, 38]
    assert errors[1]["problem"].endswith("could not be tagged: RuntimeError: no kernel for this")


class Killed(BaseException):
    """Stands for a process that ends at once."""


def kill_after(calls: int) -> Callable[..., None]:
    left = iter(range(calls))

    def show(*_: object) -> None:
        if next(left, None) is None:
            raise Killed

    return show


@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 70), min_size=1, max_size=3), st.sampled_from([1, 3, 8, 100]))
def test_run_interrupted_anywhere_ends_like_one_that_was_not(
    tmp_path, articles, make_archive, make_job, moments, part_articles
):
    archive = make_archive(articles, part_articles=part_articles)
    for folder in (tmp_path / "whole", tmp_path / "out"):
        shutil.rmtree(folder, ignore_errors=True)
    run(archive, make_job(tmp_path / "whole"))
    for moment in moments:
        try:
            run(archive, make_job(tmp_path / "out"), show=kill_after(moment))
        except Killed:
            continue
    run(archive, make_job(tmp_path / "out"))
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


@pytest.mark.parametrize("articles_before", [0, 9, 49])
@pytest.mark.parametrize("processes", [1, 2])
def test_run_asked_to_stop_keeps_every_part_that_was_begun(
    tmp_path, articles, make_archive, make_job, articles_before, processes
):
    archive, folder = make_archive(articles), tmp_path / "out"
    run(archive, make_job(tmp_path / "whole"))
    begun: list[int] = []
    tagged = 0

    def tag_with(pending, *rest):
        return tag_parts((begun.append(part.number) or part for part in pending), *rest)

    def count(progress):
        nonlocal tagged
        tagged = progress.done

    with pytest.raises(KeyboardInterrupt):
        run(
            archive,
            make_job(folder),
            processes=processes,
            tag_with=tag_with,
            show=count,
            is_stopping=lambda: tagged >= articles_before,
        )
    finished = sorted(path.stem for path in folder.glob("documents/*"))
    assert finished == [f"part-{number:08d}" for number in sorted(begun)]
    assert tagged == (50 if articles_before == 49 else 8 * len(begun))
    run(archive, make_job(folder))
    assert files_in(folder) == files_in(tmp_path / "whole")


def test_run_stopped_while_tables_are_joined_goes_on(tmp_path, articles, make_archive, make_job):
    run(make_archive(articles), make_job(tmp_path / "whole"))
    folder = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(
            make_archive(articles),
            make_job(folder),
            is_stopping=(folder / "documents.jsonl").exists,
        )
    assert not (folder / "events.csv").exists()
    run(make_archive(articles), make_job(folder))
    assert files_in(folder) == files_in(tmp_path / "whole")


def test_run_tags_no_part_twice(tmp_path, articles, make_archive, make_job, monkeypatch):
    tagged: list[str] = []
    tag_many = Tagger.tag_many

    def counting(self, texts):
        records = list(texts)
        tagged.extend(record.text for record in records)
        return tag_many(self, records)

    monkeypatch.setattr(Tagger, "tag_many", counting)
    with pytest.raises(Killed):
        run(make_archive(articles), make_job(tmp_path / "out"), show=kill_after(30))
    before = len(tagged)
    assert before >= 16
    run(make_archive(articles), make_job(tmp_path / "out"))
    assert len(tagged) - len(set(tagged)) <= 8
    assert len(tagged) < before + 47


@pytest.mark.parametrize("table", ["documents", "events", "errors"])
def test_run_killed_while_tables_are_joined_goes_on(
    tmp_path, articles, make_archive, make_job, monkeypatch, table
):
    run(make_archive(articles), make_job(tmp_path / "whole"))
    from clashtag.bulk import engine

    durable_file = engine.durable_file

    def failing(path):
        if path.stem == table:
            raise Killed
        return durable_file(path)

    monkeypatch.setattr(engine, "durable_file", failing)
    with pytest.raises(Killed):
        run(make_archive(articles), make_job(tmp_path / "out"))
    monkeypatch.undo()
    run(make_archive(articles), make_job(tmp_path / "out"))
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


def test_run_does_parts_again_whose_files_were_lost(tmp_path, articles, make_archive, make_job):
    run(make_archive(articles), make_job(tmp_path / "whole"))
    with pytest.raises(Killed):
        run(make_archive(articles), make_job(tmp_path / "out"), show=kill_after(40))
    lost, shortened = sorted((tmp_path / "out" / "events").iterdir())[:2]
    lost.unlink()
    shortened.write_bytes(b"")
    run(make_archive(articles), make_job(tmp_path / "out"))
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


@pytest.fixture
def interrupted(tmp_path, articles, make_archive, make_job) -> Path:
    with pytest.raises(Killed):
        run(make_archive(articles), make_job(tmp_path / "out"), show=kill_after(30))
    return tmp_path / "out"


def test_run_refuses_to_go_on_with_other_settings(interrupted, articles, make_archive, make_job):
    with pytest.raises(InputError, match=r"min_score was 0\.0 and is 0\.5"):
        run(make_archive(articles), make_job(interrupted, selection=Selection(min_score=0.5)))
    with pytest.raises(InputError, match="part_articles was 8 and is 9"):
        run(make_archive(articles, part_articles=9), make_job(interrupted))
    with pytest.raises(InputError, match="incidents was False and is True"):
        run(make_archive(articles), make_job(interrupted, with_incidents=True))


def test_run_refuses_to_go_on_with_another_model(
    interrupted, articles, make_archive, make_job, tiny_bundle, tmp_path
):
    from clashtag.bundle import seal_bundle

    other = shutil.copytree(tiny_bundle, tmp_path / "other")
    seal_bundle(other, "tiny", "2.0.0", {})
    with pytest.raises(InputError, match=r"model\.version was '1\.0\.0' and is '2\.0\.0'"):
        run(make_archive(articles), make_job(interrupted, model=other))


def test_run_refuses_to_go_on_with_inputs_of_another_size(
    interrupted, articles, make_archive, make_job
):
    with articles.open("a", encoding="utf-8") as file:
        file.write('{"text": "more"}\n')
    with pytest.raises(InputError, match=r"inputs\.size was \d+ and is \d+"):
        run(make_archive(articles), make_job(interrupted))


def test_run_refuses_to_go_on_where_a_tagged_article_changed(
    interrupted, articles, make_archive, make_job
):
    articles.write_bytes(articles.read_bytes().replace(b"Report 3.", b"Report X."))
    with pytest.raises(InputError) as error:
        run(make_archive(articles), make_job(interrupted))
    assert f"{articles}:1 to {articles}:8 are not what was tagged" in error.value.problem


def test_run_stops_at_max_errors_and_goes_on_with_more(tmp_path, articles, make_archive, make_job):
    run(make_archive(articles), make_job(tmp_path / "whole"), max_errors=3)
    for _ in range(2):
        with pytest.raises(InputError, match="2 articles failed, more than the 1"):
            run(make_archive(articles), make_job(tmp_path / "out"), max_errors=1)
    run(make_archive(articles), make_job(tmp_path / "out"), max_errors=3)
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


def test_run_read_error_stops_it_and_it_goes_on(
    tmp_path, articles, make_archive, make_job, monkeypatch
):
    run(make_archive(articles), make_job(tmp_path / "whole"))

    class FailingFile(io.FileIO):
        def readinto(self, buffer):
            if self.tell() > 2000:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().readinto(memoryview(buffer)[:500])

    monkeypatch.setattr("clashtag.bulk.readers.io.FileIO", FailingFile)
    with pytest.raises(OSError, match="Input/output error") as error:
        run(make_archive(articles), make_job(tmp_path / "out"))
    assert error.value.filename == str(articles)
    assert list((tmp_path / "out" / "documents").iterdir())
    monkeypatch.undo()
    run(make_archive(articles), make_job(tmp_path / "out"))
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


@pytest.mark.parametrize("failing_write", range(0, 40, 5))
def test_run_full_disk_stops_it_and_it_goes_on(
    tmp_path, articles, make_archive, make_job, monkeypatch, failing_write
):
    run(make_archive(articles), make_job(tmp_path / "whole"))
    left = iter(range(failing_write))
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as error:
        run(make_archive(articles), make_job(tmp_path / "out"))
    assert str(tmp_path / "out") in error.value.filename
    monkeypatch.undo()
    run(make_archive(articles), make_job(tmp_path / "out"))
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


def test_run_refuses_to_read_its_own_output(tmp_path, articles, make_archive, make_job):
    with pytest.raises(InputError, match="would be read as an input"):
        run(make_archive(tmp_path), make_job(tmp_path / "out"))
    with pytest.raises(InputError, match="would be read as an input"):
        run(make_archive(articles.parent), make_job(articles.parent))
    with pytest.raises(Killed):
        run(make_archive(articles), make_job(tmp_path / "out"), show=kill_after(30))
    with pytest.raises(InputError, match="would be read as an input"):
        run(make_archive(tmp_path / "**" / "*.jsonl"), make_job(tmp_path / "out"))


def test_run_explains_inputs_and_models_that_are_missing(
    tmp_path, articles, make_archive, make_job
):
    with pytest.raises(InputError, match="no such file"):
        run(make_archive(tmp_path / "none.jsonl"), make_job(tmp_path / "out"))
    with pytest.raises(BundleError):
        run(make_archive(articles), make_job(tmp_path / "out", model=tmp_path / "none"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("processes", [2, 3])
def test_run_in_several_processes_gives_the_same_bytes(
    tmp_path, articles, make_archive, make_job, processes
):
    reports: list[int] = []
    run(make_archive(articles), make_job(tmp_path / "one"))
    run(
        make_archive(articles),
        make_job(tmp_path / "several"),
        processes=processes,
        show=lambda progress: reports.append(progress.done),
    )
    assert files_in(tmp_path / "several") == files_in(tmp_path / "one")
    assert reports[-1] == 50


def test_run_workers_errors_arrive(tmp_path, articles, make_archive, make_job):
    with pytest.raises(Killed):
        run(make_archive(articles), make_job(tmp_path / "out"), show=kill_after(20))
    shutil.rmtree(tmp_path / "out" / "events")
    (tmp_path / "out" / "events").write_bytes(b"in the way")
    with pytest.raises(OSError, match="events") as error:
        run(make_archive(articles), make_job(tmp_path / "out"), processes=2)
    assert str(tmp_path / "out" / "events") in error.value.filename


def test_run_model_that_no_worker_can_load_is_explained(
    tmp_path, articles, make_archive, make_job, tiny_bundle
):
    from clashtag.bundle import seal_bundle

    broken = shutil.copytree(tiny_bundle, tmp_path / "broken")
    (broken / "roles.onnx").write_bytes(b"no graph")
    seal_bundle(broken, "tiny", "1.0.0", {})
    with pytest.raises(BundleError, match="cannot load"):
        run(make_archive(articles), make_job(tmp_path / "out", model=broken), processes=2)
