"""A bundle's `labels.json`: the ontology, and how the graphs' outputs are turned into labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from clashtag.errors import BundleError, OntologyError
from clashtag.ontology import Ontology

_NEXT_STEP = "export the bundle again; its labels.json was not written by this project's exporter"


@dataclass(frozen=True, slots=True)
class Temperature:
    """What logits are divided by before the softmax; 1 changes nothing."""

    triggers: float = 1.0
    roles: float = 1.0
    statuses: float = 1.0


@dataclass(frozen=True, slots=True)
class Continuation:
    """The lowest probability of I at which a span goes on over the next word.

    A model in doubt where a phrase ends is more often right to go on, so it lies below one half.
    """

    roles: float = 0.2


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Token counts the model was trained for; `max_tokens` counts `[CLS]` and `[SEP]`."""

    max_tokens: int = 256
    overlap_tokens: int = 48
    role_context_tokens: int = 128


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """The ids that open, close and pad a window."""

    cls: int = 101
    sep: int = 102
    pad: int = 0


@dataclass(frozen=True, slots=True)
class Labels:
    """Everything needed to read the graphs' outputs.

    `trigger_thresholds` and `role_thresholds` hold, for every type and role of the ontology, the
    lowest probability at which it is reported. The two roles of a pair in `shared_span_roles`
    may be played by one and the same span. A `labels.json` without `continuation` has its default.
    """

    ontology: Ontology
    trigger_thresholds: Mapping[str, float]
    role_thresholds: Mapping[str, float]
    temperature: Temperature = Temperature()
    continuation: Continuation = Continuation()
    shared_span_roles: tuple[tuple[str, str], ...] = ()
    windows: WindowSettings = WindowSettings()
    special_tokens: SpecialTokens = SpecialTokens()

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Labels:
        """Build the labels from the JSON object of a `labels.json`.

        Raises:
            BundleError: listing everything that is missing, unknown or out of range.
        """
        problems: list[str] = []
        _check_keys(fields, "labels.json", _SECTIONS, problems, optional=("continuation",))
        if problems:
            raise _error(problems)
        try:
            ontology = Ontology.from_dict(fields["ontology"])
        except OntologyError as error:
            raise _error([error.problem]) from error
        thresholds = fields["thresholds"]
        if _check_keys(thresholds, "thresholds", ("triggers", "roles"), problems):
            for kind, names in (("triggers", ontology.types), ("roles", ontology.roles)):
                where = f"thresholds.{kind}"
                if _check_keys(thresholds[kind], where, tuple(names), problems):
                    _check_numbers(thresholds[kind], where, 0.0, 1.0, problems)
        temperature = fields["temperature"]
        if _check_keys(temperature, "temperature", ("triggers", "roles", "statuses"), problems):
            _check_numbers(temperature, "temperature", 1e-3, 1e3, problems)
        continuation = fields.get("continuation", asdict(Continuation()))
        if _check_keys(continuation, "continuation", ("roles",), problems):
            _check_numbers(continuation, "continuation", 0.0, 1.0, problems)
        _check_pairs(fields["shared_span_roles"], ontology, problems)
        _check_windows(fields["windows"], problems)
        special_tokens = fields["special_tokens"]
        if _check_keys(special_tokens, "special_tokens", ("cls", "sep", "pad"), problems):
            _check_counts(special_tokens, "special_tokens", 0, problems)
        if problems:
            raise _error(problems)
        return cls(
            ontology=ontology,
            trigger_thresholds=dict(thresholds["triggers"]),
            role_thresholds=dict(thresholds["roles"]),
            temperature=Temperature(**temperature),
            continuation=Continuation(**continuation),
            shared_span_roles=tuple((a, b) for a, b in fields["shared_span_roles"]),
            windows=WindowSettings(**fields["windows"]),
            special_tokens=SpecialTokens(**special_tokens),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that `from_dict` reads back."""
        return {
            "ontology": self.ontology.to_dict(),
            "thresholds": {
                "triggers": dict(self.trigger_thresholds),
                "roles": dict(self.role_thresholds),
            },
            "temperature": asdict(self.temperature),
            "continuation": asdict(self.continuation),
            "shared_span_roles": [list(pair) for pair in self.shared_span_roles],
            "windows": asdict(self.windows),
            "special_tokens": asdict(self.special_tokens),
        }


_SECTIONS = (
    "ontology",
    "thresholds",
    "temperature",
    "shared_span_roles",
    "windows",
    "special_tokens",
)


def _error(problems: list[str]) -> BundleError:
    return BundleError("labels.json: " + "; ".join(problems), _NEXT_STEP)


def _check_keys(
    fields: object,
    where: str,
    keys: tuple[str, ...],
    problems: list[str],
    optional: tuple[str, ...] = (),
) -> bool:
    """Note what is missing from or unknown to an object; True if it holds just these keys."""
    if not isinstance(fields, Mapping):
        problems.append(f"{where} must be an object, found {fields!r}")
        return False
    found = [f"{where} lacks {key!r}" for key in keys if key not in fields]
    found += [
        f"{where} has the unknown key {key!r}" for key in fields if key not in keys + optional
    ]
    problems += found
    return not found


def _check_numbers(
    fields: Mapping[str, Any], where: str, low: float, high: float, problems: list[str]
) -> None:
    for key, value in fields.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not low <= value <= high:
            problems.append(f"{where}.{key} must be a number from {low} to {high}, found {value!r}")


def _check_counts(fields: Mapping[str, Any], where: str, low: int, problems: list[str]) -> bool:
    wrong = {k: value for k, value in fields.items() if type(value) is not int or value < low}
    for key, value in wrong.items():
        problems.append(f"{where}.{key} must be a whole number from {low}, found {value!r}")
    return not wrong


def _check_pairs(pairs: object, ontology: Ontology, problems: list[str]) -> None:
    if not isinstance(pairs, list):
        problems.append(f"shared_span_roles must be a list, found {pairs!r}")
        return
    for pair in pairs:
        is_pair = isinstance(pair, list) and len(pair) == 2 and pair[0] != pair[1]
        if not is_pair or not all(isinstance(r, str) and r in ontology.roles for r in pair):
            problems.append(f"shared_span_roles must hold pairs of two known roles, found {pair!r}")


def _check_windows(fields: object, problems: list[str]) -> None:
    keys = ("max_tokens", "overlap_tokens", "role_context_tokens")
    if not _check_keys(fields, "windows", keys, problems) or not isinstance(fields, Mapping):
        return
    if not _check_counts(fields, "windows", 0, problems):
        return
    text_tokens = fields["max_tokens"] - 2
    if text_tokens < 1:
        problems.append(f"windows.max_tokens must be at least 3, found {fields['max_tokens']}")
    elif fields["overlap_tokens"] > text_tokens / 4:
        overlap = fields["overlap_tokens"]
        problems.append(
            f"windows.overlap_tokens must be at most {text_tokens // 4}, found {overlap}"
        )
    if fields["role_context_tokens"] < 1:
        problems.append("windows.role_context_tokens must be at least 1, found 0")
