"""What fails while a run works: articles, reads and a full disk; it goes on afterwards."""

from __future__ import annotations

import errno
import io
import os

import pytest

from clashtag.bulk.engine import run
from clashtag.errors import InputError
from clashtag.tagger import Tagger

from .conftest import files_in, json_rows


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


def test_run_stops_at_max_errors_and_goes_on_with_more(tmp_path, articles, make_archive, make_job):
    run(make_archive(articles), make_job(tmp_path / "whole"), max_errors=3)
    for _ in range(2):
        with pytest.raises(InputError, match="2 inputs failed, more than the 1"):
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
