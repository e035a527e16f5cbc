"""The ontology: which event types, roles and statuses a model knows, and how they are defined."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clashtag.errors import OntologyError

_ONTOLOGY_KEYS = ("version", "statuses", "roles", "types")
_TYPE_KEYS = ("definition", "triggers", "roles", "acled", "plover")


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event, with the roles it allows and its codes in two coding schemes.

    `triggers` are typical words, for readers only. `acled` holds (event type, sub-event type)
    pairs and `plover` (event type, mode) pairs, the commonest first; the mode may be empty.
    """

    name: str
    definition: str
    triggers: tuple[str, ...]
    roles: tuple[str, ...]
    acled: tuple[tuple[str, str], ...]
    plover: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ontology:
    """The labels of a model; the order of each mapping is the order of the model's outputs.

    `statuses` and `roles` map a name to its definition, `types` a name to its event type.
    """

    version: int
    statuses: Mapping[str, str]
    roles: Mapping[str, str]
    types: Mapping[str, EventType]

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Ontology:
        """Build an ontology from the decoded YAML or JSON of an ontology file.

        Raises:
            OntologyError: listing everything that is missing, unknown or contradictory.
        """
        problems = _ontology_problems(fields)
        if problems:
            raise OntologyError(
                f"the ontology has {len(problems)} problem(s):\n  " + "\n  ".join(problems),
                "correct the ontology file; configs/ontology.yaml explains every key",
            )
        return cls(
            version=fields["version"],
            statuses=dict(fields["statuses"]),
            roles=dict(fields["roles"]),
            types={name: _event_type(name, of) for name, of in fields["types"].items()},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping of lists, strings and numbers that `from_dict` reads back."""
        return {
            "version": self.version,
            "statuses": dict(self.statuses),
            "roles": dict(self.roles),
            "types": {
                name: {
                    "definition": event_type.definition,
                    "triggers": list(event_type.triggers),
                    "roles": list(event_type.roles),
                    "acled": [list(pair) for pair in event_type.acled],
                    "plover": [list(pair) for pair in event_type.plover],
                }
                for name, event_type in self.types.items()
            },
        }


def _event_type(name: str, fields: Mapping[str, Any]) -> EventType:
    return EventType(
        name=name,
        definition=fields["definition"],
        triggers=tuple(fields.get("triggers", ())),
        roles=tuple(fields["roles"]),
        acled=tuple((event, sub_event) for event, sub_event in fields.get("acled", ())),
        plover=tuple((event, mode) for event, mode in fields.get("plover", ())),
    )


def _ontology_problems(fields: Mapping[str, Any]) -> list[str]:
    if not isinstance(fields, Mapping):
        return [f"expected a mapping with {', '.join(_ONTOLOGY_KEYS)}, found {_shown(fields)}"]
    problems = _key_problems(fields, "", known=_ONTOLOGY_KEYS, required=_ONTOLOGY_KEYS)
    if "version" in fields and (type(fields["version"]) is not int or fields["version"] < 1):
        problems.append(
            f"version: must be a whole number above 0, found {_shown(fields['version'])}"
        )
    for section in ("statuses", "roles"):
        for name, definition in _section(fields, section, problems).items():
            problems += _name_problems(name, section)
            problems += _text_problems(definition, f"{section}.{name}", "a definition")
    known_roles = fields.get("roles")
    role_names = tuple(known_roles) if isinstance(known_roles, Mapping) else ()
    for name, event_type in _section(fields, "types", problems).items():
        problems += _name_problems(name, "types")
        problems += _type_problems(event_type, f"types.{name}", role_names)
    return problems


def _section(fields: Mapping[str, Any], key: str, problems: list[str]) -> Mapping[Any, Any]:
    if key not in fields:
        return {}
    if isinstance(fields[key], Mapping) and fields[key]:
        section: Mapping[Any, Any] = fields[key]
        return section
    problems.append(f"{key}: must be a mapping with at least one name, found {_shown(fields[key])}")
    return {}


def _type_problems(fields: object, where: str, role_names: tuple[str, ...]) -> list[str]:
    if not isinstance(fields, Mapping):
        return [f"{where}: must be a mapping with a definition and roles, found {_shown(fields)}"]
    problems = _key_problems(fields, where, known=_TYPE_KEYS, required=("definition", "roles"))
    if "definition" in fields:
        problems += _text_problems(fields["definition"], f"{where}.definition", "a definition")
    problems += _list_problems(fields.get("triggers", []), f"{where}.triggers")
    if "roles" in fields:
        roles = fields["roles"]
        problems += _list_problems(roles, f"{where}.roles")
        problems += [
            f"{where}.roles: unknown role {role!r}{_suggestion(role, role_names)}"
            for role in (roles if isinstance(roles, list | tuple) else ())
            if isinstance(role, str) and role not in role_names
        ]
    problems += _crosswalk_problems(fields, "acled", where, second="sub-event type")
    problems += _crosswalk_problems(fields, "plover", where, second="mode")
    return problems


def _key_problems(
    fields: Mapping[Any, Any], where: str, known: tuple[str, ...], required: tuple[str, ...]
) -> list[str]:
    prefix = f"{where}: " if where else ""
    missing = [f"{prefix}missing key {key!r}" for key in required if key not in fields]
    unknown = [
        f"{prefix}unknown key {key!r}{_suggestion(key, known)}"
        for key in fields
        if key not in known
    ]
    return missing + unknown


def _name_problems(name: object, section: str) -> list[str]:
    if not isinstance(name, str):
        return [f"{section}: the name {name!r} is not a string; put it in quotes"]
    if not name or name != name.strip():
        return [f"{section}: the name {name!r} is empty or starts or ends with a space"]
    return []


def _text_problems(value: object, where: str, kind: str) -> list[str]:
    if isinstance(value, str) and value.strip():
        return []
    return [f"{where}: must be {kind} in words, found {_shown(value)}"]


def _list_problems(values: object, where: str) -> list[str]:
    if not isinstance(values, list | tuple):
        return [f"{where}: must be a list, found {_shown(values)}"]
    problems = [
        f"{where}: must hold non-empty strings, found {_shown(value)}"
        for value in values
        if not isinstance(value, str) or not value.strip()
    ]
    return problems + _repeat_problems(values, where)


def _repeat_problems(values: Sequence[object], where: str) -> list[str]:
    counts = Counter(_shown(value) for value in values)
    return [f"{where}: {shown} is listed {n} times" for shown, n in counts.items() if n > 1]


def _crosswalk_problems(
    fields: Mapping[Any, Any], scheme: str, where: str, second: str
) -> list[str]:
    pairs = fields.get(scheme, [])
    shape = f"[event type, {second}]"
    if not isinstance(pairs, list | tuple):
        return [f"{where}.{scheme}: must be a list of pairs {shape}, found {_shown(pairs)}"]
    problems = []
    for pair in pairs:
        is_pair = isinstance(pair, list | tuple) and len(pair) == 2
        if not is_pair or not all(isinstance(code, str) for code in pair):
            problems.append(f"{where}.{scheme}: must hold pairs {shape}, found {_shown(pair)}")
        elif not pair[0] or (scheme == "acled" and not pair[1]):
            problems.append(f"{where}.{scheme}: {_shown(pair)} lacks a code")
    return problems + _repeat_problems(pairs, f"{where}.{scheme}")


def _suggestion(value: object, known: Iterable[str]) -> str:
    candidates = [name for name in known if isinstance(name, str)]
    near = difflib.get_close_matches(str(value), candidates, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known: {', '.join(candidates) or 'none'}"


def _shown(value: object, limit: int = 60) -> str:
    shown = repr(value)
    return shown if len(shown) <= limit else shown[: limit - 3] + "..."
