from __future__ import annotations

import pytest

from clashtag.errors import ConfigError
from clashtag.ontology import Ontology
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.corpora.observed_ontology import NO_STATUS, observed_ontology


def record(*events):
    return Record(
        ".....",
        events=tuple(
            Event(
                kind,
                Span(0, 1, "."),
                tuple(Argument(role, 1, 2, ".") for role in roles),
                status,
            )
            for kind, roles, status in events
        ),
    )


def test_types_have_the_roles_that_were_seen_with_them():
    ontology = observed_ontology(
        [
            record(("raid", ["place", "agent"], None), ("fire", [], None)),
            record(("raid", ["time"], None)),
        ]
    )
    assert {name: kind.roles for name, kind in ontology.types.items()} == {
        "fire": (),
        "raid": ("agent", "place", "time"),
    }
    assert list(ontology.roles) == ["agent", "place", "time"]
    assert list(ontology.statuses) == [NO_STATUS]
    assert Ontology.from_dict(ontology.to_dict()) == ontology


def test_statuses_are_those_that_were_seen():
    ontology = observed_ontology([record(("raid", ["agent"], "other"), ("raid", [], "actual"))])
    assert list(ontology.statuses) == ["actual", "other"]


def test_rare_types_are_left_out_with_their_roles():
    rare = record(("raid", ["agent"], None), ("raid", [], None), ("fire", ["cause"], None))
    ontology = observed_ontology([rare], min_type_count=2)
    assert list(ontology.types) == ["raid"]
    assert list(ontology.roles) == ["agent"]


@pytest.mark.parametrize("records", [[], [Record("Nothing.")], [record(("raid", [], None))]])
def test_data_without_arguments_give_no_ontology(records):
    with pytest.raises(ConfigError, match=f"{len(records)} training records hold no event"):
        observed_ontology(records)
