"""A run that was killed or stopped goes on, and ends like one that was not."""

from __future__ import annotations

import shutil
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clashtag.bulk.engine import run
from clashtag.bulk.workers import tag_parts
from clashtag.tagger import Tagger

from .conftest import Killed, files_in, kill_after


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


def test_run_does_not_read_its_own_output_that_a_pattern_matches(
    tmp_path, articles, make_archive, make_job
):
    archive, folder = make_archive(articles.parent / "**" / "*.jsonl"), tmp_path / "out"
    for moment in (1, 30, 60):
        with suppress(Killed):
            run(archive, make_job(folder), show=kill_after(moment))
    finished = run(archive, make_job(folder))
    assert (finished.counts.documents, finished.counts.failed) == (47, 3)
    assert run(archive, make_job(folder)) == finished


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
