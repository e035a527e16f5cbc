from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.records import Record
from clashtag.serving.work_queue import Job, WorkQueue, estimate_tokens

MODEL, OTHER_MODEL = object(), object()


def job(tokens: int, turn: float = 0.0, model: object = MODEL) -> Job:
    return Job(Record("rain"), model, tokens, accepted=time.monotonic(), turn=turn)


@given(sizes=st.lists(st.integers(1, 900), min_size=1, max_size=30), documents=st.integers(1, 8))
def test_take_hands_out_every_job_once_within_the_budget(sizes, documents):
    queue = WorkQueue(batch_tokens=512, batch_documents=documents, wait_s=0)
    jobs = [job(size, turn) for turn, size in enumerate(sizes)]
    queue.put(jobs)
    queue.close()
    taken = []
    while (batch := queue.take()) is not None:
        assert len(batch) <= documents
        assert len(batch) == 1 or sum(one.tokens for one in batch) <= 512
        assert batch[0] is min(set(jobs) - set(taken), key=lambda one: one.turn)
        taken += batch
    assert sorted(taken, key=lambda one: one.turn) == jobs


def test_take_waits_for_others_to_fill_the_batch():
    queue = WorkQueue(batch_tokens=512, batch_documents=32, wait_s=10)
    queue.put([job(100)])
    threading.Timer(0.1, queue.put, [[job(500)]]).start()
    begin = time.monotonic()
    assert [one.tokens for one in queue.take()] == [100]
    assert 0.05 < time.monotonic() - begin < 5, "it went on when the batch was full"


def test_take_does_not_wait_longer_than_it_may():
    queue = WorkQueue(batch_tokens=512, batch_documents=32, wait_s=0.05)
    queue.put([job(100)])
    begin = time.monotonic()
    assert len(queue.take()) == 1
    assert 0.04 < time.monotonic() - begin < 5


def test_take_reads_no_two_models_together():
    queue = WorkQueue(batch_tokens=512, batch_documents=32, wait_s=0)
    queue.put([job(10, 1), job(10, 2, OTHER_MODEL), job(10, 3)])
    assert [one.turn for one in queue.take()] == [1, 3]
    assert [one.turn for one in queue.take()] == [2]


def test_take_below_returns_only_shorter_jobs_at_once():
    queue = WorkQueue(batch_tokens=512, batch_documents=32, wait_s=10)
    queue.put([job(300, 1), job(40, 2), job(50, 3)])
    assert [one.tokens for one in queue.take_below(100)] == [40, 50]
    assert queue.take_below(100) == []
    assert [one.tokens for one in queue.waiting()] == [300]


def test_discard_takes_jobs_out():
    queue = WorkQueue(batch_tokens=512, batch_documents=32, wait_s=0)
    first, second = job(10, 1), job(10, 2)
    queue.put([first, second])
    queue.discard([first])
    assert queue.take() == [second]


def test_close_wakes_who_waits():
    queue = WorkQueue(batch_tokens=512, batch_documents=32, wait_s=0)
    threading.Timer(0.05, queue.close).start()
    assert queue.take() is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("", 1, 4), ("The market report said rain.", 6, 12), ("火" * 100, 50, 100)],
)
def test_estimate_tokens_is_near(text, low, high):
    assert low <= estimate_tokens(text) <= high
