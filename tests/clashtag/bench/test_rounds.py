from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.bench.latency import measure_latency
from clashtag.bench.rounds import Spread, take_turns
from clashtag.bench.throughput import measure_settings, measure_throughput, thread_counts
from clashtag.tagger import Tagger


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_spread_lies_around_its_median(values):
    spread = Spread.of(values)
    assert spread.low <= spread.median <= spread.high
    assert {spread.low, spread.high} <= set(values)


def test_jobs_warm_up_and_then_take_turns():
    order: list[str] = []
    seconds = take_turns({name: partial(order.append, name) for name in "ab"}, rounds=2)
    assert "".join(order) == "ab" + "ab" * 2
    assert {name: len(found) for name, found in seconds.items()} == {"a": 2, "b": 2}


@pytest.mark.parametrize(
    ("most", "counts"), [(1, [1]), (2, [1, 2]), (4, [1, 2, 4]), (6, [1, 2, 4, 6])]
)
def test_thread_counts_double_up_to_the_most(most, counts):
    assert thread_counts(most) == counts


def test_throughput_counts_words_tokens_and_events(bundle):
    tagger = Tagger(bundle, threads=1)
    found = measure_throughput(tagger, {"a": ["Gunmen said the attack killed people."] * 3}, 2)["a"]
    assert (found.articles, found.words_per_article, found.events_per_article) == (3, 6, 2)
    assert found.tokens_per_article == tagger.tag("Gunmen said the attack killed people.").tokens
    speed = found.documents_per_second.median
    assert found.words_per_second == pytest.approx(6 * speed)


def test_settings_are_measured_each_once(bundle):
    found = measure_settings(bundle, ["The attack."], [(1, 64), (2, 256)], rounds=1)
    assert [(each.threads, each.batch_tokens) for each in found] == [(1, 64), (2, 256)]


def test_latency_stops_after_the_most_calls(bundle):
    tagger = Tagger(bundle, threads=1)
    found = measure_latency(tagger, ["The attack."], most_calls=7, most_seconds=60)
    assert found.calls == 7
    assert 0 < found.p50_milliseconds <= found.p95_milliseconds <= found.p99_milliseconds


def test_latency_stops_when_the_time_is_over(bundle):
    found = measure_latency(Tagger(bundle, threads=1), ["x"], most_calls=10**9, most_seconds=0)
    assert found.calls == 5
