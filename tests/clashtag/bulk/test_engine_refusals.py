"""What a run refuses: to go on with what has changed, to read its own output, to read nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from clashtag.bulk.engine import run
from clashtag.errors import BundleError, InputError
from clashtag.selection import Selection

from .conftest import Killed, kill_after


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


def test_run_refuses_to_read_its_own_output(tmp_path, articles, make_archive, make_job):
    with pytest.raises(InputError, match="would be read as an input"):
        run(make_archive(tmp_path), make_job(tmp_path / "out"))
    with pytest.raises(InputError, match="would be read as an input"):
        run(make_archive(articles.parent), make_job(articles.parent))
    with pytest.raises(Killed):
        run(make_archive(articles), make_job(tmp_path / "out"), show=kill_after(30))
    with pytest.raises(InputError, match="would be read as an input"):
        run(make_archive(tmp_path / "out" / "journal.jsonl"), make_job(tmp_path / "out"))


def test_run_that_is_finished_is_refused_once_its_files_are_lost(
    tmp_path, articles, make_archive, make_job
):
    run(make_archive(articles), make_job(tmp_path / "out"))
    (tmp_path / "out" / "events.csv").unlink()
    with (tmp_path / "out" / "arguments.csv").open("ab") as table:
        table.write(b"0")
    with pytest.raises(InputError, match=r"but events\.csv, arguments\.csv went missing"):
        run(make_archive(articles), make_job(tmp_path / "out"))


def test_run_knows_its_own_output_by_another_path(
    tmp_path, articles, make_archive, make_job, monkeypatch
):
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "link").symlink_to(here, target_is_directory=True)
    articles.rename(here / articles.name)
    monkeypatch.chdir(here)
    for name in ("../here", tmp_path / "link"):
        with pytest.raises(InputError, match="would be read as an input"):
            run(make_archive(name), make_job(Path("out")))
    finished = run(make_archive("../here/**/*.jsonl"), make_job(tmp_path / "link" / "out"))
    assert run(make_archive("../here/**/*.jsonl"), make_job(Path("out"))) == replace(
        finished, folder=Path("out")
    )


def test_run_explains_inputs_and_models_that_are_missing(
    tmp_path, articles, make_archive, make_job
):
    with pytest.raises(InputError, match="no such file"):
        run(make_archive(tmp_path / "none.jsonl"), make_job(tmp_path / "out"))
    with pytest.raises(BundleError):
        run(make_archive(articles), make_job(tmp_path / "out", model=tmp_path / "none"))
    assert not (tmp_path / "out").exists()
