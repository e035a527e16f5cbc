"""Runs in several processes."""

from __future__ import annotations

import shutil

import pytest

from clashtag.bulk.engine import run
from clashtag.errors import BundleError

from .conftest import Killed, files_in, kill_after


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
