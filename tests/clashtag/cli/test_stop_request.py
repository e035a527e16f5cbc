from __future__ import annotations

import os
import signal

import pytest

from clashtag.cli.stop_request import stop_request

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")


@pytest.fixture(autouse=True)
def restored():
    """Heed signals again after a test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stop_request_is_made_by_the_first_signal_and_the_second_interrupts(number, code):
    with stop_request() as request:
        assert not request.is_made()
        os.kill(os.getpid(), number)
        assert request.is_made()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        assert request.exit_code == code


def test_stop_request_leaves_signals_as_they_were():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stop_request():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_stop_request_leaves_ignored_what_the_process_was_started_to_ignore():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stop_request() as request:
            os.kill(os.getpid(), signal.SIGINT)
            assert not request.is_made()
            os.kill(os.getpid(), signal.SIGTERM)
            assert request.is_made()
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_disturbs_a_process_that_ends_because_it_was_asked_to(number):
    with stop_request():
        os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), number)
