from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.serving.speed import Speed

WORK = st.lists(st.tuples(st.integers(1, 10_000), st.floats(1e-3, 60)), max_size=20)


@given(first=st.floats(1, 1e6), work=WORK)
def test_speed_stays_between_what_was_measured(first, work):
    speed = Speed(first)
    for tokens, seconds in work:
        speed.observe(tokens, seconds)
    measured = [first, *(tokens / seconds for tokens, seconds in work)]
    assert min(measured) * 0.999 <= speed.tokens_per_s <= max(measured) * 1.001


def test_speed_follows_a_machine_that_became_slower():
    speed = Speed(1000)
    for _ in range(60):
        speed.observe(100, 1.0)
    assert speed.tokens_per_s == pytest.approx(100, rel=0.1)


def test_speed_outlives_a_pause_of_the_whole_process():
    speed = Speed(5000)
    speed.observe(900, 55.0)
    paused = speed.tokens_per_s
    assert paused > 10 * 900 / 55
    for _ in range(10):
        speed.observe(500, 0.1)
    assert speed.tokens_per_s > 5 * paused


@given(first=st.floats(1, 1e6), work=WORK)
def test_speed_best_is_the_highest_average(first, work):
    speed = Speed(first)
    averages = [first]
    for tokens, seconds in work:
        speed.observe(tokens, seconds)
        averages.append(speed.tokens_per_s)
    assert speed.best_tokens_per_s == max(averages)
