"""The ontology of a corpus that brings none: the labels which its training data hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from clashtag.errors import ConfigError
from clashtag.ontology import EventType, Ontology
from clashtag.records import Record

NO_STATUS = "unmarked"
_DEFINITION = "As the training data mark it."


def observed_ontology(records: Sequence[Record], min_type_count: int = 1) -> Ontology:
    """Return the types of records, each with the roles seen with it, and all roles and statuses.

    Args:
        records: the training data.
        min_type_count: types seen less often are left out.

    Raises:
        ConfigError: if the records hold no arguments, and so no roles.
    """
    events = [event for record in records for event in record.events]
    counts = Counter(event.type for event in events)
    types = sorted(name for name, count in counts.items() if count >= min_type_count)
    roles_of: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        roles_of[event.type].update(argument.role for argument in event.arguments)
    roles = sorted({role for name in types for role in roles_of[name]})
    if not roles:
        raise ConfigError(
            f"{len(records)} training records hold no event with arguments, and so no ontology",
            "name an ontology file, or check the corpus's path and kind",
        )
    statuses = sorted({event.status for event in events if event.status}) or [NO_STATUS]
    return Ontology(
        version=1,
        statuses=dict.fromkeys(statuses, _DEFINITION),
        roles=dict.fromkeys(roles, _DEFINITION),
        types={
            name: EventType(name, _DEFINITION, (), tuple(sorted(roles_of[name])), (), ())
            for name in types
        },
    )
