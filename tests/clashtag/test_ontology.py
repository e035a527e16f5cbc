from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import OntologyError
from clashtag.ontology import EventType, Ontology

FIELDS = {
    "version": 1,
    "statuses": {"actual": "It happened.", "other": "It did not."},
    "roles": {"agent": "Who does it.", "place": "Where."},
    "types": {
        "flood": {
            "definition": "Water where it should not be.",
            "triggers": ["flooded"],
            "roles": ["place"],
            "acled": [["Strategic developments", "Other"]],
            "plover": [["COERCE", ""]],
        },
        "theft": {"definition": "Things are taken.", "roles": ["agent", "place"]},
    },
}


def problem_of(**changes):
    fields = copy.deepcopy(FIELDS) | changes
    with pytest.raises(OntologyError) as caught:
        Ontology.from_dict(fields)
    return caught.value.problem


def type_problem(**changes):
    return problem_of(types={"theft": {"definition": "d", "roles": ["agent"]} | changes})


def test_from_dict_keeps_order_and_fills_optional_keys():
    ontology = Ontology.from_dict(FIELDS)
    assert list(ontology.types) == ["flood", "theft"]
    assert list(ontology.roles) == ["agent", "place"]
    assert ontology.types["flood"].acled == (("Strategic developments", "Other"),)
    assert ontology.types["theft"] == EventType(
        name="theft",
        definition="Things are taken.",
        triggers=(),
        roles=("agent", "place"),
        acled=(),
        plover=(),
    )


def test_to_dict_survives_json():
    ontology = Ontology.from_dict(FIELDS)
    assert Ontology.from_dict(json.loads(json.dumps(ontology.to_dict()))) == ontology


def test_from_dict_does_not_share_its_input():
    fields = copy.deepcopy(FIELDS)
    ontology = Ontology.from_dict(fields)
    fields["roles"]["late"] = "Added afterwards."
    assert "late" not in ontology.roles


def test_from_dict_lists_every_problem_at_once():
    problem = problem_of(
        version=0,
        statuses={},
        roles={"agent": ""},
        types={"theft": {"definition": "d", "roles": ["agnet"], "trigger": []}},
        note="?",
    )
    assert "6 problem(s)" in problem
    for part in ("version", "statuses", "roles.agent", "'agnet'", "'trigger'", "'note'"):
        assert part in problem


def test_from_dict_suggests_the_role_that_was_meant():
    assert "unknown role 'agnet'; did you mean 'agent'?" in type_problem(roles=["agnet"])


def test_from_dict_names_missing_keys():
    problem = problem_of(types={"theft": {}})
    assert "types.theft: missing key 'definition'" in problem
    assert "types.theft: missing key 'roles'" in problem


@pytest.mark.parametrize(
    ("crosswalk", "part"),
    [
        ({"acled": ["Protests", "Peaceful protest"]}, "must hold pairs [event type, sub-event"),
        ({"acled": "Protests"}, "must be a list of pairs"),
        ({"acled": [["Protests", ""]]}, "lacks a code"),
        ({"plover": [["", "demo"]]}, "lacks a code"),
        ({"plover": [["PROTEST", "demo", "x"]]}, "must hold pairs [event type, mode]"),
        ({"plover": [["PROTEST", "demo"], ["PROTEST", "demo"]]}, "is listed 2 times"),
    ],
)
def test_from_dict_checks_crosswalks(crosswalk, part):
    assert part in type_problem(**crosswalk)


def test_from_dict_explains_names_that_yaml_turned_into_something_else():
    assert "the name False is not a string; put it in quotes" in problem_of(
        statuses={False: "Denied."}
    )


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FIELDS, "definition", "triggers", "acled", "plover", "agent", "x"])
            | st.integers(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JUNK)
def test_from_dict_never_fails_in_another_way(fields):
    try:
        ontology = Ontology.from_dict(fields)
    except OntologyError:
        return
    assert Ontology.from_dict(ontology.to_dict()) == ontology


@given(st.sampled_from(list(FIELDS)), JUNK)
def test_from_dict_refuses_or_keeps_a_changed_section(section, junk):
    try:
        ontology = Ontology.from_dict(FIELDS | {section: junk})
    except OntologyError:
        return
    assert Ontology.from_dict(ontology.to_dict()) == ontology
