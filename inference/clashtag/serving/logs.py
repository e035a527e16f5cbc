"""Log lines on standard error: words for people, or JSON objects for programs."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from clashtag.serving.settings import LogFormat


class TextFormatter(logging.Formatter):
    """Writes the time, the level, the message and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        fields = " ".join(f"{name}={_plain(value)}" for name, value in _fields(record).items())
        words = (_time(record), record.levelname.lower(), _message(record), fields)
        return " ".join(filter(None, words))


class JsonFormatter(logging.Formatter):
    """Writes the same as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        fields = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **_fields(record),
        }
        return json.dumps(fields)


def set_up_logs(log_format: LogFormat) -> None:
    """Write the log of this process to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if log_format is LogFormat.JSON else TextFormatter())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # It speaks of what we log ourselves, and of every connection that is no HTTP.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)


def log_failure(logger: logging.Logger, message: str, error: BaseException) -> None:
    """Log an unexpected error with its stack, but not its message, which may quote a text."""
    logger.error("%s: %s", message, _without_message(error))


def _message(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return record.getMessage() + ("" if error is None else f": {_without_message(error)}")


def _without_message(error: BaseException) -> str:
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(record, "fields", {})
    return {name: value for name, value in fields.items() if value is not None}


def _plain(value: object) -> str:
    """Return a value as one word; one that is not is quoted, so that no line can be forged."""
    word = str(value)
    is_word = word.isascii() and word.isprintable() and " " not in word and "=" not in word
    return word if is_word else json.dumps(word)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
