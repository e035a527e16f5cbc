from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")
ray = pytest.importorskip("ray")

from clashtag.bulk.archive import PendingParts
from clashtag.bulk.arrow_tagger import ArrowTagger
from clashtag.bulk.engine import run
from clashtag.bulk.progress import Progress
from clashtag.bulk.ray_engine import tag_on_ray
from clashtag.bundle import seal_bundle
from clashtag.errors import BundleError, InputError

from .conftest import ATTACK, files_in

# What Ray itself warns of is none of ours.
pytestmark = [pytest.mark.distributed, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()


def actors() -> list[int]:
    """The processes of this cluster's actors that tag."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        if command.startswith(b"ray::") and b"_PartActor" in command:
            found.append(int(path.parent.name))
    return found


def test_ray_gives_the_same_bytes_although_an_actor_is_killed(
    tmp_path, articles, make_archive, make_job
):
    archive = make_archive(articles, part_articles=3)
    run(archive, make_job(tmp_path / "local"))
    seen: set[int] = set()
    killed_after: list[int] = []

    def kill_one(progress: Progress) -> None:
        seen.update(actors())
        if len(seen) > 1 and not killed_after:
            os.kill(max(seen), signal.SIGKILL)
            killed_after.append(progress.done)

    job = make_job(tmp_path / "ray")
    run(archive, job, processes=2, tag_with=tag_on_ray, show=kill_one)
    assert killed_after[0] < 50
    assert files_in(tmp_path / "ray") == files_in(tmp_path / "local")


def test_ray_goes_on_with_a_run_of_this_machine_by_relative_paths(
    tmp_path, articles, make_archive, make_job, monkeypatch
):
    class Killed(BaseException):
        pass

    def kill(progress: Progress) -> None:
        if progress.done > 20:
            raise Killed

    monkeypatch.chdir(tmp_path)
    archive, job = make_archive(articles.name), make_job(Path("out"))
    run(archive, make_job(Path("whole")))
    with pytest.raises(Killed):
        run(archive, job, show=kill)
    before = len(list((tmp_path / "out" / "documents").iterdir()))
    assert before >= 2
    run(archive, job, tag_with=tag_on_ray)
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


def test_ray_explains_errors_of_its_tasks(tmp_path, articles, make_archive, make_job, tiny_bundle):
    broken = shutil.copytree(tiny_bundle, tmp_path / "broken")
    (broken / "roles.onnx").write_bytes(b"no graph")
    seal_bundle(broken, "tiny", "1.0.0", {})
    with pytest.raises(BundleError, match="cannot load"):
        run(make_archive(articles), make_job(tmp_path / "out", model=broken), tag_with=tag_on_ray)
    changed = PendingParts(make_archive(articles), tmp_path / "out", {0: "another hash"})
    with pytest.raises(InputError, match="the input changed"):
        list(tag_on_ray(changed, make_job(tmp_path / "out"), 1, print))


def test_ray_pipelines_take_the_tagger_as_a_stage(tiny_bundle):
    tagged = ray.data.from_arrow(pa.table({"body": [ATTACK, None]})).map_batches(
        ArrowTagger,
        fn_constructor_kwargs={"text_column": "body", "model": str(tiny_bundle)},
        batch_format="pyarrow",
        concurrency=1,
    )
    first, second = tagged.take_all()
    assert [event["type"] for event in first["events"]] == ["attack", "death"]
    assert second["error"] == "the text is null"
