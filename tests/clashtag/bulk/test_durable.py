from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from clashtag.bulk.durable import durable_file, remove_partial_files, write_durably


def test_write_durably_replaces_the_file(tmp_path):
    goal = tmp_path / "a"
    goal.write_bytes(b"old")
    write_durably(goal, b"new!")
    assert goal.read_bytes() == b"new!"
    assert list(tmp_path.iterdir()) == [goal]


def test_durable_file_failure_leaves_nothing_behind(tmp_path):
    goal = tmp_path / "a"
    goal.write_bytes(b"old")

    def fail() -> None:
        with durable_file(goal) as file:
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left") as error:
        fail()
    assert error.value.filename == str(goal)
    assert goal.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [goal]


def test_durable_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (calls.append("fsync"), fsync(fd)))
    monkeypatch.setattr(Path, "replace", lambda *paths: (calls.append("replace"), replace(*paths)))
    write_durably(tmp_path / "a", b"x")
    assert calls == ["fsync", "replace", "fsync"][: 3 if os.name == "posix" else 2]


def test_remove_partial_files_leaves_all_others(tmp_path):
    (tmp_path / "events").mkdir()
    kept = [tmp_path / "a.partial", tmp_path / "events" / ".b"]
    for path in [*kept, tmp_path / ".a.12.partial", tmp_path / "events" / ".b.7.partial"]:
        path.write_bytes(b"")
    remove_partial_files(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == kept
