"""Articles from files and pipes, as many at a time as can be tagged together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from clashtag.errors import InputError
from clashtag.read_ahead import chunks_of, is_worth_a_batch
from clashtag.records import Record
from clashtag.text_files import InputFormat, may_keep_waiting, read_articles

_Report = Callable[[InputError], None]


def read_chunks(
    files: Sequence[str], report: _Report, input_format: InputFormat = InputFormat.AUTO
) -> Iterator[list[Record]]:
    """Yield the articles of files in order, a batch of them at a time.

    Where the input has nothing ready, as a pipe that news comes through, what is there is yielded
    without waiting for more.

    Args:
        files: as for `read_articles`.
        report: called, in this thread, with the explanation of each file or line that cannot be
            read.
        input_format: as for `read_articles`.
    """
    if any(map(may_keep_waiting, files)):
        return _chunks_as_they_come(files, report, input_format)
    return chunks_of(read_articles(files, report, input_format))


def _chunks_as_they_come(
    files: Sequence[str], report: _Report, input_format: InputFormat
) -> Iterator[list[Record]]:
    waiting = _WaitingRoom()
    reader = threading.Thread(
        target=waiting.fill,
        args=(lambda: read_articles(files, waiting.put, input_format),),
        name="clashtag-reader",
        daemon=True,  # it may be waiting for a line that never comes
    )
    reader.start()
    try:
        while found := waiting.take():
            for error in found:
                if isinstance(error, InputError):
                    report(error)
            articles = [article for article in found if isinstance(article, Record)]
            if articles:
                yield articles
    finally:
        waiting.close()


class _ClosedError(Exception):
    """Nobody takes what is read."""


class _WaitingRoom:
    """What one thread has read and another has not taken yet; holds no more texts than a batch."""

    def __init__(self) -> None:
        self._found: list[Record | InputError] = []
        self._characters = 0
        self._is_over = False
        self._failure: Exception | None = None
        self._changed = threading.Condition()

    def fill(self, read: Callable[[], Iterator[Record]]) -> None:
        """Put in all that is read, or why reading failed; the reading thread's work."""
        try:
            for article in read():
                self.put(article)
        except _ClosedError:
            pass
        except Exception as error:  # noqa: BLE001 - raised again in the thread that takes
            self._failure = error
        finally:
            self.close()

    def put(self, found: Record | InputError) -> None:
        """Add an article or an error, once there is room."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or not self._is_full())
            if self._is_over:
                raise _ClosedError
            self._found.append(found)
            self._characters += len(found.text) if isinstance(found, Record) else 0
            self._changed.notify_all()

    def take(self) -> list[Record | InputError]:
        """Wait for something and return all there is; nothing at the end.

        Raises:
            Exception: whatever stopped the reading thread.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._found)
            found, self._found, self._characters = self._found, [], 0
            self._changed.notify_all()
        if not found and self._failure is not None:
            raise self._failure
        return found

    def close(self) -> None:
        """Let no more in; what is in can still be taken."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _is_full(self) -> bool:
        return is_worth_a_batch(len(self._found), self._characters)
