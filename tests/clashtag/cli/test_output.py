from __future__ import annotations

import os
from pathlib import Path

import pytest

from clashtag.cli import output
from clashtag.cli.output import open_output


def test_open_output_replaces_the_file_when_complete(tmp_path):
    goal = tmp_path / "a.txt"
    goal.write_text("old", encoding="utf-8")
    with open_output(goal) as stream:
        stream.write(b"new")
        assert goal.read_text(encoding="utf-8") == "old"
    assert goal.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [goal]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_open_output_failure_keeps_the_old_file(tmp_path, failure):
    goal = tmp_path / "a.txt"
    goal.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with open_output(goal) as stream:
            stream.write(b"half")
            raise failure

    with pytest.raises(failure):
        write_half()
    assert goal.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [goal]


def test_open_output_leaves_the_partial_files_of_others_alone(tmp_path, monkeypatch):
    goal = tmp_path / "a.txt"
    monkeypatch.setattr(output.secrets, "token_hex", lambda _: "c0ffee00")
    killed = [tmp_path / f".a.txt.{name}.partial" for name in (os.getpid(), "c0ffee00")]
    for left in killed:
        left.write_bytes(b"half")
    with pytest.raises(FileExistsError), open_output(goal):
        pass
    monkeypatch.undo()
    with open_output(goal) as stream:
        stream.write(b"new")
    assert goal.read_bytes() == b"new"
    assert [left.read_bytes() for left in killed] == [b"half", b"half"]


def test_open_output_names_the_file_that_failed(tmp_path):
    goal = tmp_path / "missing" / "a.txt"
    with pytest.raises(FileNotFoundError) as error, open_output(goal):
        pass
    assert error.value.filename == str(goal)


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links and devices")
def test_open_output_keeps_links_and_devices(tmp_path):
    goal, link = tmp_path / "a.txt", tmp_path / "link.txt"
    link.symlink_to(goal)
    with open_output(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert goal.read_text(encoding="utf-8") == "new"
    with open_output(Path(os.devnull)) as stream:
        stream.write(b"gone")
    assert not Path(os.devnull).is_file()
