from __future__ import annotations

import pytest

pytestmark = pytest.mark.training
transformers = pytest.importorskip("transformers")

from clashtag_training import training_time
from clashtag_training.training_time import TrainingClock, trained_seconds


class Times:
    """A clock that is set by hand."""

    now_s = 1000.0

    def monotonic(self):
        return self.now_s


@pytest.fixture
def times(monkeypatch):
    times = Times()
    monkeypatch.setattr(training_time, "time", times)
    return times


def train_for(times, history, seconds):
    """Return the history of a run that went on from another one for some time."""
    state, clock = transformers.TrainerState(log_history=list(history)), TrainingClock()
    clock.on_train_begin(None, state, None)
    times.now_s += seconds
    clock.on_epoch_end(None, state, None)
    return state.log_history


def test_time_adds_up_over_resumptions(times):
    first = train_for(times, [{"loss": 0.5}], 90)
    assert trained_seconds(first) == 90
    times.now_s = 3.0  # another process: its clock starts anywhere
    assert trained_seconds(train_for(times, first, 30)) == 120


def test_history_without_times_counts_from_the_resumption(times):
    assert trained_seconds([{"loss": 0.5}]) == 0.0
    assert trained_seconds(train_for(times, [{"loss": 0.5}], 30)) == 30
