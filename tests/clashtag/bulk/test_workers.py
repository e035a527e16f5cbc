from __future__ import annotations

import os
import signal
from itertools import count
from pathlib import Path

import pytest

from clashtag.bulk.items import Document
from clashtag.bulk.parts import Part
from clashtag.bulk.workers import tag_parts
from clashtag.errors import InputError
from clashtag.records import Record
from load.kill_bulk import children

from .conftest import ATTACK


def part(number: int, articles: int = 4) -> Part:
    items = (Document(f"a.jsonl:{n}", Record(ATTACK, str(n))) for n in range(1, articles + 1))
    return Part(number, number * articles, tuple(items), (), 0, is_last=False)


def test_tag_parts_counts_every_article(tmp_path, make_job):
    counted: list[int] = []
    receipts = list(tag_parts(map(part, range(7)), make_job(tmp_path), 2, counted.append))
    assert sorted(receipt.part for receipt in receipts) == list(range(7))
    assert sum(counted) == sum(receipt.counts.documents for receipt in receipts) == 28
    assert len(list((tmp_path / "documents").iterdir())) == 7


def test_tag_parts_reads_a_part_only_when_a_process_waits_for_it(tmp_path, make_job):
    taken = count()
    endless = (part(next(taken)) for _ in iter(int, 1))
    receipts = tag_parts(endless, make_job(tmp_path), 2, lambda _: None)
    next(receipts)
    assert next(taken) <= 3
    receipts.close()


@pytest.mark.parametrize("processes", [1, 2])
def test_tag_parts_names_the_part_that_an_error_of_ours_is_about(tmp_path, make_job, processes):
    unwritable = Document("a.jsonl:7", Record(ATTACK, "7", extra={"tags": {"no JSON form"}}))
    parts = [Part(0, 0, (unwritable,), (), 0, is_last=True)]
    with pytest.raises(
        InputError, match=r"a\.jsonl:7 to a\.jsonl:7: could not be tagged: TypeError"
    ):
        list(tag_parts(parts, make_job(tmp_path), processes, lambda _: None))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
class TestProcesses:
    def test_only_as_many_are_started_as_there_are_parts(self, tmp_path, make_job):
        before = set(children(os.getpid()))
        receipts = tag_parts([part(0)], make_job(tmp_path), 8, lambda _: None)
        next(receipts)
        # One worker, and the process that Python keeps for the resources of all.
        assert len(set(children(os.getpid())) - before) <= 2
        assert not list(receipts)

    def test_one_that_dies_is_named_with_what_it_held(self, tmp_path, make_job):
        before = set(children(os.getpid()))
        receipts = tag_parts((part(n, 400) for n in count()), make_job(tmp_path), 2, lambda _: None)
        next(receipts)
        worker = max(set(children(os.getpid())) - before)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(
            InputError, match=r"died \(SIGKILL\) while it tagged a\.jsonl:1 to a\.jsonl:400"
        ):
            list(receipts)

    def test_all_end_when_the_work_is_given_up(self, tmp_path, make_job):
        before = set(children(os.getpid()))
        receipts = tag_parts((part(n, 400) for n in count()), make_job(tmp_path), 2, lambda _: None)
        next(receipts)
        receipts.close()
        assert len(set(children(os.getpid())) - before) <= 1
