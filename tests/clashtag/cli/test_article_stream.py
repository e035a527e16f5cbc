"""Articles from files and pipes in batches: full where they can be, and never late."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clashtag.cli import article_stream
from clashtag.cli.article_stream import read_chunks
from clashtag.errors import InputError
from clashtag.read_ahead import chunks_of
from clashtag.records import Record
from waiting import wait_until

posix = pytest.mark.skipif(os.name != "posix", reason="needs named pipes")


def line(number: int, size: int = 10) -> bytes:
    return json.dumps({"id": str(number), "text": "x" * size}).encode() + b"\n"


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "news.jsonl")
    return tmp_path / "news.jsonl"


def numbers(chunk: list[Record]) -> list[int]:
    return [int(record.id or -1) for record in chunk]


def all_numbers(chunks: list[list[Record]]) -> list[int]:
    return [number for chunk in chunks for number in numbers(chunk)]


def test_chunks_of_files_are_full(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(map(line, range(600))))
    errors: list[InputError] = []
    chunks = list(read_chunks([str(path)], errors.append))
    assert [len(chunk) for chunk in chunks] == [256, 256, 88]
    assert all_numbers(chunks) == list(range(600))
    assert not errors


@posix
def test_chunks_of_a_pipe_come_when_nothing_more_is_ready(pipe):
    chunks = read_chunks([str(pipe)], pytest.fail)
    given = threading.Semaphore(0)

    def write() -> None:
        with pipe.open("wb", buffering=0) as stream:
            for number in range(3):
                stream.write(line(number))
                assert given.acquire(timeout=60)  # the next one only once this one came out

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(3):
        assert numbers(next(chunks)) == [number]
        given.release()
    assert not list(chunks)
    writer.join()


@posix
@pytest.mark.parametrize("size", [10, 5000])
def test_chunks_of_a_pipe_keep_order_and_are_no_more_than_a_batch(pipe, size):
    def write() -> None:
        pipe.write_bytes(b"".join(line(number, size) for number in range(1000)))

    writer = threading.Thread(target=write)
    writer.start()
    chunks = list(read_chunks([str(pipe)], pytest.fail))
    writer.join()
    assert all_numbers(chunks) == list(range(1000))
    assert all(len(list(chunks_of(chunk))) == 1 for chunk in chunks)


@posix
def test_chunks_of_a_pipe_report_bad_lines_before_what_follows_them(pipe):
    events: list[object] = []
    writer = threading.Thread(target=pipe.write_bytes, args=(line(0) + b"bad\n" + line(1),))
    writer.start()
    this = threading.get_ident()

    def report(error: InputError) -> None:
        events.append((threading.get_ident(), error.problem))

    for chunk in read_chunks([str(pipe)], report):
        events.extend(numbers(chunk))
    writer.join()
    [(thread, problem)] = [event for event in events if isinstance(event, tuple)]
    assert thread == this
    assert problem.startswith(f"{pipe}:2: not JSON")
    assert events.index((thread, problem)) < events.index(1)
    assert [event for event in events if isinstance(event, int)] == [0, 1]


@posix
def test_chunks_that_nobody_takes_are_not_read(pipe, monkeypatch):
    read = 0

    def endless(*_: object) -> Iterator[Record]:
        nonlocal read
        while True:
            read += 1
            yield Record("x")

    monkeypatch.setattr(article_stream, "read_articles", endless)
    chunks = read_chunks([str(pipe)], pytest.fail)
    next(chunks)
    [reader] = [thread for thread in threading.enumerate() if thread.name == "clashtag-reader"]
    assert read <= 2 * 256 + 1
    chunks.close()
    wait_until(lambda: not reader.is_alive())


@posix
def test_chunks_of_a_reader_that_fails_end_with_its_error(pipe, monkeypatch):
    def failing(*_: object) -> Iterator[Record]:
        yield Record("one")
        raise ZeroDivisionError

    monkeypatch.setattr(article_stream, "read_articles", failing)
    chunks = read_chunks([str(pipe)], pytest.fail)
    assert [record.text for record in next(chunks)] == ["one"]
    with pytest.raises(ZeroDivisionError):
        next(chunks)
