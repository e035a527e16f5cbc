"""The errors a user of clashtag can meet, each with its value, its cause and the next step."""

from __future__ import annotations


class ClashtagError(Exception):
    """Any failure that clashtag explains: what was wrong, with which value, and what to do next.

    Args:
        problem: what failed, naming the offending value.
        next_step: what the reader can do about it.
    """

    def __init__(self, problem: str, next_step: str) -> None:
        super().__init__(f"{problem}\n  -> {next_step}")
        self.problem = problem
        self.next_step = next_step


class InputError(ClashtagError):
    """A document, file or option that cannot be processed as given."""


class RecordError(ClashtagError):
    """A record that breaks the record format: a missing field, a wrong type or a bad offset."""


class OntologyError(ClashtagError):
    """An ontology that contradicts itself or misses a required part."""


class BundleError(ClashtagError):
    """A model bundle that is missing, corrupt or made for another version of clashtag."""


class ConfigError(ClashtagError):
    """A configuration file with an unknown key, a wrong type or a value out of range."""


class MissingExtraError(ClashtagError):
    """A command that needs an optional dependency which is not installed."""
