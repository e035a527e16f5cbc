from __future__ import annotations

from contextlib import contextmanager

import pytest

from clashtag.serving.slices import in_slices
from clashtag.tagger import Tagger
from http_servers import NEWS


@pytest.fixture
def pipeline(tiny_bundle):
    return Tagger.from_pretrained(tiny_bundle, threads=1, batch_tokens=512).pipeline


def test_slices_hold_each_batch_and_change_no_event(pipeline):
    entered = []

    @contextmanager
    def count():
        entered.append("open")
        yield
        assert entered.pop() == "open"
        entered.append("left")

    sliced = in_slices(pipeline, count)
    [record] = sliced.tag_many([NEWS])
    assert record == next(pipeline.tag_many([NEWS]))
    assert record.events
    assert entered == ["left", "left"]  # the windows, then the roles of all triggers


def test_slice_that_refuses_stops_the_pipeline(pipeline):
    @contextmanager
    def refuse():
        raise TimeoutError("abandoned")
        yield

    with pytest.raises(TimeoutError, match="abandoned"):
        list(in_slices(pipeline, refuse).tag_many([NEWS]))
