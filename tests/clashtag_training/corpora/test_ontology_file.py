from __future__ import annotations

from pathlib import Path

import pytest

from clashtag.errors import InputError, OntologyError
from clashtag_training.corpora.ontology_file import load_ontology

SHIPPED = Path(__file__).parents[3] / "configs" / "ontology.yaml"

SMALL = """
version: 1
statuses: {actual: It happened.}
roles: {place: Where.}
types:
  flood: {definition: Water., roles: [place]}
"""

ACLED_SUB_EVENTS = {
    "Battles": {
        "Armed clash",
        "Government regains territory",
        "Non-state actor overtakes territory",
    },
    "Protests": {
        "Peaceful protest",
        "Protest with intervention",
        "Excessive force against protesters",
    },
    "Riots": {"Violent demonstration", "Mob violence"},
    "Explosions/Remote violence": {
        "Chemical weapon",
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
    },
    "Violence against civilians": {
        "Sexual violence",
        "Attack",
        "Abduction/forced disappearance",
    },
    "Strategic developments": {
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    },
}


def test_shipped_ontology_has_the_documented_labels():
    ontology = load_ontology(SHIPPED)
    assert (len(ontology.types), len(ontology.roles), len(ontology.statuses)) == (17, 9, 2)


def test_shipped_crosswalk_covers_acled_and_invents_nothing():
    ontology = load_ontology(SHIPPED)
    pairs = {pair for event_type in ontology.types.values() for pair in event_type.acled}
    assert pairs == {(event, sub) for event, subs in ACLED_SUB_EVENTS.items() for sub in subs}


def test_load_ontology_reads_a_file_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "ontology.yaml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert list(load_ontology(path).types) == ["flood"]


def test_load_ontology_refuses_a_name_given_twice(tmp_path):
    path = tmp_path / "ontology.yaml"
    path.write_text(SMALL + "  flood: {definition: Again., roles: []}\n", encoding="utf-8")
    with pytest.raises(OntologyError, match="'flood' is given twice"):
        load_ontology(path)


def test_load_ontology_names_the_file_that_is_wrong(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL.replace("[place]", "[palce]"), encoding="utf-8")
    with pytest.raises(OntologyError, match=r"mine\.yaml.*\n.*did you mean 'place'"):
        load_ontology(path)


def test_load_ontology_refuses_broken_yaml(tmp_path):
    path = tmp_path / "ontology.yaml"
    path.write_text("types: [", encoding="utf-8")
    with pytest.raises(OntologyError, match="not valid YAML"):
        load_ontology(path)


def test_load_ontology_reports_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        load_ontology(tmp_path / "absent.yaml")
