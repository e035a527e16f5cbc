"""How long a run has trained, over all of its resumptions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from transformers import TrainerCallback, TrainerState

_KEY = "trained_seconds"


def trained_seconds(history: Iterable[Mapping[str, Any]]) -> float:
    """Return the latest time in a log history; 0.0 where none was noted, as in old checkpoints."""
    return max((float(entry[_KEY]) for entry in history if _KEY in entry), default=0.0)


class TrainingClock(TrainerCallback):
    """Notes in the log history, which checkpoints keep, how long the run has trained.

    A run that is resumed goes on from the time in its checkpoint: what was trained after that
    checkpoint and lost does not count.
    """

    def __init__(self) -> None:
        self._started_at_s = 0.0

    def on_train_begin(self, _: object, state: TrainerState, *__: object, **___: object) -> None:
        """Start at what the checkpoint says."""
        self._started_at_s = time.monotonic() - trained_seconds(state.log_history)

    def on_epoch_end(self, _: object, state: TrainerState, *__: object, **___: object) -> None:
        """Note the time for the checkpoint of a run that scores no dev records."""
        self._note(state)

    def on_evaluate(self, _: object, state: TrainerState, *__: object, **___: object) -> None:
        """Note the time for the checkpoint, dev scores included."""
        self._note(state)

    def on_train_end(self, _: object, state: TrainerState, *__: object, **___: object) -> None:
        """Note the time of the whole run."""
        self._note(state)

    def _note(self, state: TrainerState) -> None:
        seconds = round(time.monotonic() - self._started_at_s, 1)
        state.log_history.append({"step": state.global_step, _KEY: seconds})
