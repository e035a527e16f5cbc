"""What a server may be told: every setting is a flag of `clashtag serve` and a variable."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from clashtag.errors import ConfigError
from clashtag.threads import most_threads

VARIABLE_PREFIX = "CLASHTAG_SERVE_"
_MIN_KEY_CHARACTERS = 16


class LogFormat(StrEnum):
    """How log lines are written: for people, or as JSON objects for programs."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class ServeSettings:
    """The settings of a server; the help of `clashtag serve` says what each one does.

    Raises:
        ConfigError: listing every value that is out of range or contradicts another.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    threads: int | None = None
    model: Path | None = None

    batch_tokens: int = 512
    batch_documents: int = 32
    batch_wait_ms: float = 2.0
    max_wait_s: float = 2.0
    deadline_s: float = 20.0
    max_queue_documents: int = 1024

    max_requests: int = 256
    max_documents: int = 64
    max_text_characters: int = 200_000
    max_body_bytes: int = 4_194_304
    max_header_bytes: int = 16_384
    header_timeout_s: float = 10.0
    body_timeout_s: float = 10.0
    write_timeout_s: float = 10.0
    keep_alive_s: float = 15.0

    drain_delay_s: float = 2.0
    grace_s: float = 25.0

    api_key: str | None = field(default=None, repr=False)
    api_key_file: Path | None = None
    admin_key: str | None = field(default=None, repr=False)
    admin_key_file: Path | None = None
    log_format: LogFormat = LogFormat.TEXT

    def __post_init__(self) -> None:
        problems = [*self._range_problems(), *self._contradictions()]
        if problems:
            raise ConfigError(
                "the server's settings: " + "; ".join(problems), "see `clashtag serve --help`"
            )

    def _range_problems(self) -> Iterator[str]:
        for name, value in dataclasses.asdict(self).items():
            if not isinstance(value, int | float) or name == "port":
                continue
            low = 0 if name in ("batch_wait_ms", "drain_delay_s") else 1e-3
            if not (math.isfinite(value) and value >= low):
                yield f"{flag(name)} must be above 0, found {value}"
        most = most_threads()
        if self.workers * (self.threads or 1) > most:
            yield (
                f"--workers {self.workers} with --threads {self.threads or 1} each are more than "
                f"the {most} threads that this machine could bear"
            )
        if not 0 <= self.port <= 65_535:
            yield f"--port must be from 0 to 65535, found {self.port}"

    def _contradictions(self) -> Iterator[str]:
        if self.grace_s < self.deadline_s:
            yield (
                f"--grace-s {self.grace_s:g} is shorter than --deadline-s {self.deadline_s:g}: "
                "accepted requests could not finish when the server stops"
            )
        if self.max_wait_s > self.deadline_s:
            yield (
                f"--max-wait-s {self.max_wait_s:g} is longer than --deadline-s "
                f"{self.deadline_s:g}: requests would be accepted only to expire"
            )
        if self.max_queue_documents < self.max_documents:
            yield (
                f"--max-queue-documents {self.max_queue_documents} is below --max-documents "
                f"{self.max_documents}: the largest request would never be accepted"
            )
        for name in ("api_key", "admin_key"):
            if getattr(self, name) is not None and getattr(self, f"{name}_file") is not None:
                yield f"{flag(name)} and {flag(name)}-file are both given; keep one"


def flag(name: str) -> str:
    """Return the flag of a setting: `max_wait_s` is `--max-wait-s`."""
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    """Return the environment variable of a setting: `port` is `CLASHTAG_SERVE_PORT`."""
    return VARIABLE_PREFIX + name.upper()


def refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    """Check that every variable with our prefix is one that the server reads.

    Raises:
        ConfigError: naming each other one; a misspelt limit or key must not pass unnoticed.
    """
    known = [variable(setting.name) for setting in dataclasses.fields(ServeSettings)]
    unknown = sorted(
        name for name in environment if name.startswith(VARIABLE_PREFIX) and name not in known
    )
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=1)
        hint = f"did you mean {near[0]}?" if near else "see `clashtag serve --help`"
        raise ConfigError(f"no setting has the environment variable {', '.join(unknown)}", hint)


def refuse_empty_keys(environment: Mapping[str, str]) -> None:
    """Check that no variable of a key is set to nothing, as when a secret is missing.

    Raises:
        ConfigError: naming each one; the server would be open though a key was meant.
    """
    names = map(variable, ("api_key", "api_key_file", "admin_key", "admin_key_file"))
    empty = [name for name in names if environment.get(name) == ""]
    if empty:
        raise ConfigError(
            f"{', '.join(empty)}: set, but empty", "set the key, or unset the variable for none"
        )


def read_keys(key: str | None, key_file: Path | None, name: str) -> tuple[bytes, ...]:
    """Return the accepted keys: the one given, or those of a file, one on each line.

    Raises:
        ConfigError: if the file cannot be read or holds no key, or a key is too short or could
            not be sent in a header.
    """
    if key_file is not None:
        try:
            lines = key_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{flag(name)}-file {str(key_file)!r} cannot be read: {error}",
                "check its path and mode; it holds one key on each line",
            ) from error
        keys = [line.strip() for line in lines if line.strip()]
        if not keys:
            raise ConfigError(
                f"{flag(name)}-file {str(key_file)!r} holds no key", "put one key on each line"
            )
    else:
        keys = [] if key is None else [key]
    for number, candidate in enumerate(keys, start=1):
        is_printable = all("!" <= character <= "~" for character in candidate)
        if len(candidate) < _MIN_KEY_CHARACTERS or not is_printable:
            raise ConfigError(
                f"{flag(name)}: key {number} is shorter than {_MIN_KEY_CHARACTERS} characters or "
                "holds others than printable ASCII",
                "make one, for instance with: openssl rand -hex 32",
            )
    return tuple(candidate.encode() for candidate in keys)
