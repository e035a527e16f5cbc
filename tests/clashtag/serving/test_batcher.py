"""The batcher alone, with the real pipeline on a tiny model that is slowed down."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest

from clashtag import Record, Tagger
from clashtag.serving.batcher import Batcher, OverCapacityError, TooMuchWorkError
from clashtag.serving.metrics import Metrics
from clashtag.serving.work_queue import WorkQueue, estimate_tokens
from http_servers import NEWS, SlowEncoder
from waiting import wait_until

LONG = "The market report said rain . " * 600  # 3,600 tokens: 8 slices or more


@pytest.fixture
def tagger(tiny_bundle):
    return Tagger.from_pretrained(tiny_bundle, threads=1, batch_tokens=512)


@pytest.fixture
def start_batcher(tagger):
    batchers = []

    def start(
        *,
        seconds: float = 0.0,
        gate: threading.Event | None = None,
        tokens_per_s: float = 1e5,
        batch_documents: int = 32,
        max_wait_s: float = 1e3,
        max_queue_documents: int = 1000,
    ) -> tuple[Batcher, SlowEncoder]:
        slow = SlowEncoder(tagger.pipeline.encoder, seconds, gate)
        tagger.pipeline = replace(tagger.pipeline, encoder=slow)
        batcher = Batcher(
            WorkQueue(512, batch_documents, wait_s=0),
            Metrics(),
            tokens_per_s=tokens_per_s,
            max_wait_s=max_wait_s,
            max_queue_documents=max_queue_documents,
        )
        batchers.append((batcher, gate))
        return batcher, slow

    yield start
    for batcher, gate in batchers:
        if gate is not None:
            gate.set()
        batcher.close(10)
        assert not batcher.is_alive()


def records(*texts):
    return [Record(text) for text in texts]


def test_batcher_reads_waiting_documents_together(start_batcher, tagger):
    gate = threading.Event()
    batcher, slow = start_batcher(gate=gate)
    [first] = batcher.submit(tagger, records(NEWS), 60)
    wait_until(lambda: slow.calls)  # the first is being read alone while the others come
    others = batcher.submit(tagger, records(*[NEWS] * 8), 60)
    gate.set()
    assert [job.answer.result(10).events for job in [first, *others]]
    assert slow.calls == [1, 8]


def test_batcher_reads_each_alone_where_told_to(start_batcher, tagger):
    batcher, slow = start_batcher(batch_documents=1)
    jobs = batcher.submit(tagger, records(*[NEWS] * 5), 60)
    assert all(job.answer.result(10).events for job in jobs)
    assert slow.calls == [1] * 5


def test_batcher_short_document_overtakes_a_long_one(start_batcher, tagger):
    batcher, slow = start_batcher(seconds=0.05)
    [long] = batcher.submit(tagger, records(LONG), 60)
    wait_until(lambda: slow.calls)
    [short] = batcher.submit(tagger, records(NEWS), 60)
    assert short.answer.result(10).events
    assert not long.answer.done()
    assert long.answer.result(30).tokens == 3600


def test_batcher_crowd_of_short_documents_does_not_nest(start_batcher, tagger, caplog):
    batcher, slow = start_batcher(batch_documents=4)
    crowd = batcher.submit(tagger, records(LONG, *[NEWS] * 300), 60)
    assert [job.answer.result(30).tokens for job in crowd][1:] == [13] * 300
    assert not caplog.records
    assert len(slow.calls) < 8 + 300


def test_batcher_long_document_keeps_its_share(start_batcher, tagger):
    batcher, _ = start_batcher(seconds=0.02)
    begin = time.monotonic()
    [alone] = batcher.submit(tagger, records(LONG), 60)
    alone.answer.result(30)
    alone_s = time.monotonic() - begin
    begin = time.monotonic()
    [long] = batcher.submit(tagger, records(LONG), 60)
    is_over = threading.Event()

    def keep_short_ones_coming():
        while not is_over.is_set():
            batcher.submit(tagger, records(*[NEWS] * 2), 60)
            time.sleep(0.01)

    crowd = threading.Thread(target=keep_short_ones_coming)
    crowd.start()
    try:
        long.answer.result(30)
        assert time.monotonic() - begin < 4 * alone_s + 1
    finally:
        is_over.set()
        crowd.join()


def test_batcher_request_of_many_documents_lets_others_in(start_batcher, tagger):
    batcher, _ = start_batcher(seconds=0.05, tokens_per_s=500, batch_documents=1)
    many = batcher.submit(tagger, records(*[NEWS] * 20), 60)
    [one] = batcher.submit(tagger, records(NEWS), 60)
    one.answer.result(10)
    assert sum(job.answer.done() for job in many) < 5


def test_batcher_refuses_what_would_wait_too_long(start_batcher, tagger):
    gate = threading.Event()
    batcher, _ = start_batcher(gate=gate, tokens_per_s=100, max_wait_s=1.0)
    tokens = estimate_tokens(NEWS)
    for _ in range(100 // tokens + 1):  # a second's worth of work, and one to be just above it
        batcher.submit(tagger, records(NEWS), 60)
    with pytest.raises(OverCapacityError) as refusal:
        batcher.submit(tagger, records(NEWS), 60)
    assert refusal.value.retry_after_s == 2
    assert "would wait" in refusal.value.problem


def test_batcher_accepts_no_more_large_requests_than_it_can_finish(start_batcher, tagger):
    batcher, _ = start_batcher(gate=threading.Event(), tokens_per_s=1000)
    request = records(*[NEWS] * 100)
    request_s = 100 * estimate_tokens(NEWS) / 1000
    for _ in range(int(10 / request_s)):
        batcher.submit(tagger, request, remaining_s=10)
    with pytest.raises(OverCapacityError, match="would be answered in about"):
        batcher.submit(tagger, request, remaining_s=10)


def test_batcher_refuses_more_documents_than_may_wait(start_batcher, tagger):
    batcher, _ = start_batcher(gate=threading.Event(), max_queue_documents=4)
    with pytest.raises(OverCapacityError, match="wait already"):
        batcher.submit(tagger, records(*[NEWS] * 5), 60)


def test_batcher_refuses_what_its_deadline_has_no_time_for(start_batcher, tagger):
    batcher, slow = start_batcher(tokens_per_s=100)
    with pytest.raises(TooMuchWorkError, match="tokens"):
        batcher.submit(tagger, records(LONG), remaining_s=10)
    assert slow.calls == []


def test_batcher_idle_takes_what_it_once_had_the_speed_for(start_batcher, tagger):
    gate = threading.Event()
    batcher, slow = start_batcher(gate=gate)
    for _ in range(60):  # the machine was busy with something else for a while
        batcher._speed.observe(16, 1.0)
    [first] = batcher.submit(tagger, records(LONG), remaining_s=20)
    wait_until(lambda: slow.calls)
    with pytest.raises(OverCapacityError):
        batcher.submit(tagger, records(LONG), remaining_s=20)
    gate.set()
    assert first.answer.result(30).tokens == 3600
    assert batcher._speed.tokens_per_s > 20


def test_batcher_abandoned_documents_cost_nothing(start_batcher, tagger):
    gate = threading.Event()
    batcher, slow = start_batcher(gate=gate)
    [first] = batcher.submit(tagger, records(NEWS), 60)
    wait_until(lambda: slow.calls)
    dropped = batcher.submit(tagger, records(*[NEWS] * 9), 60)
    batcher.abandon(dropped)
    gate.set()
    assert first.answer.result(10).events
    [last] = batcher.submit(tagger, records(NEWS), 60)
    assert last.answer.result(10).events
    assert slow.calls == [1, 1]
    with pytest.raises(CancelledError):
        dropped[0].answer.result(0)


def test_batcher_stops_reading_what_is_abandoned(start_batcher, tagger):
    batcher, slow = start_batcher(seconds=0.05)
    [long] = batcher.submit(tagger, records(LONG), 60)
    wait_until(lambda: slow.calls)
    batcher.abandon([long])
    with pytest.raises(TimeoutError):
        long.answer.result(10)
    assert len(slow.calls) < 5


def test_batcher_document_that_fails_fails_alone(start_batcher, tagger, caplog):
    gate = threading.Event()
    batcher, slow = start_batcher(gate=gate)
    tagger.pipeline = replace(tagger.pipeline, roles=_FailsOn(tagger.pipeline.roles, count=3))
    [first] = batcher.submit(tagger, records("rain"), 60)
    wait_until(lambda: slow.calls)
    three = "attack rain shelling rain attack"
    good, bad = batcher.submit(tagger, records(NEWS, three), 60)
    gate.set()
    assert first.answer.result(10).events == ()
    assert good.answer.result(10).events
    with pytest.raises(RuntimeError, match="3 triggers"):
        bad.answer.result(10)
    assert "3 triggers" not in caplog.text, "messages may quote a text and are not logged"
    assert "RuntimeError" in caplog.text
    [after] = batcher.submit(tagger, records(NEWS), 60)
    assert after.answer.result(10).events


class _FailsOn:
    def __init__(self, roles, count):
        self.roles = roles
        self.count = count

    def run(self, hidden, *others):
        if len(hidden) >= self.count:
            raise RuntimeError(f"{len(hidden)} triggers")
        return self.roles.run(hidden, *others)
