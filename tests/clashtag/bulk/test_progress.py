from __future__ import annotations

from clashtag.bulk.checkpoint import Counts, Receipt
from clashtag.bulk.progress import Progress


def receipt(part: int, read_bytes: int, *, is_last: bool = False) -> Receipt:
    return Receipt(part, 100 * part, 100, "s", read_bytes, is_last, Counts(100))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_progress_knows_nothing_at_first():
    progress = Progress(1000)
    assert (progress.done, progress.total, progress.seconds_left) == (0, None, None)
    assert str(progress) == "0 articles"


def test_progress_estimates_the_rest_from_the_bytes_read():
    clock = Clock()
    progress = Progress(1000, clock)
    progress.advance(0)
    clock.now = 5
    progress.advance(20)
    clock.now = 13
    progress.advance(80)
    progress.finish(receipt(0, 250))
    assert progress.total == 400
    assert progress.articles_per_second == 10
    assert progress.seconds_left == 30
    assert str(progress) == "100 of about 400 articles, 10.0 a second, 0:00:30 left"


def test_progress_rate_leaves_out_what_earlier_processes_did():
    clock = Clock()
    progress = Progress(1000, clock)
    progress.resume(receipt(0, 250))
    progress.resume(receipt(1, 500))
    progress.advance(10)
    clock.now = 5
    progress.advance(10)
    assert progress.done == 220
    assert progress.articles_per_second == 2
    assert progress.seconds_left == (400 - 220) / 2


def test_progress_total_is_exact_once_all_is_read():
    progress = Progress(1000)
    progress.finish(receipt(3, 1000, is_last=True))
    progress.finish(receipt(1, 500))
    assert progress.total == 400


def test_progress_of_files_that_grew_does_not_run_backwards():
    progress = Progress(100)
    progress.advance(500)
    progress.finish(receipt(0, 400))
    assert progress.total == 500
