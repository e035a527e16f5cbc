from __future__ import annotations

import time
from dataclasses import asdict, replace

import pytest

from clashtag.bench.stages import measure_stages
from clashtag.pipeline import Pipeline

TEXTS = ["Armed gunmen said the attack killed civilians in Kyiv on Monday."] * 3


class Slow:
    """Waits before every call of `run`."""

    def __init__(self, target):
        self.target = target

    def run(self, *inputs):
        time.sleep(0.2)
        return self.target.run(*inputs)


@pytest.mark.parametrize("stage", ["encoder", "roles"])
def test_a_slow_stage_has_the_largest_share(bundle, stage):
    pipeline = Pipeline.from_bundle(bundle)
    slow = replace(pipeline, **{stage: Slow(getattr(pipeline, stage))})
    shares = asdict(measure_stages(slow, TEXTS, rounds=1))
    assert max(shares, key=shares.__getitem__) == stage
    assert sum(shares.values()) > 0.99


def test_every_stage_takes_some_time(bundle):
    shares = asdict(measure_stages(Pipeline.from_bundle(bundle), TEXTS, rounds=2))
    assert all(0 < share < 1 for name, share in shares.items() if name != "rest")
