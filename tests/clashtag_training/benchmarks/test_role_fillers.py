from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.records import Mention, Record
from clashtag_training.benchmarks.filler_mentions import FoundFiller
from clashtag_training.benchmarks.role_fillers import (
    NO_ALIASES,
    Aliases,
    contains_words,
    merge_fillers,
)
from clashtag_training.evaluation.ceaf_ree import ROLES, score_role_fillers


def filler(role, text, score):
    return FoundFiller(Mention(role, 0, len(text), text), score)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("army", "army", True),
        ("army", "two army trucks", True),
        ("army trucks", "army", True),
        ("arm", "army", False),
        ("army trucks", "army and trucks", False),
        ("", "army", False),
    ],
)
def test_words_in_a_row(one, other, expected):
    assert contains_words(one, other) is expected
    assert contains_words(other, one) is expected


def test_strings_of_one_entity_become_the_surest_of_them():
    found = [
        filler("Victim", "two  priests", 0.6),
        filler("Victim", "the mayor", 0.7),
        filler("Victim", "priests", 0.9),
        filler("Target", "priests", 0.5),
    ]
    merged = merge_fillers(found, NO_ALIASES)
    assert merged["Victim"] == [["priests"], ["the mayor"]]
    assert merged["Target"] == [["priests"]]
    assert merged["Weapon"] == []


def test_aliases_of_training_documents_are_one_entity():
    listed = {"PerpOrg": [["the Lynx Brigade", "LB"], ["army"]], "Victim": [["mayor"]]}
    aliases = Aliases.of([Record("", extra={"role_fillers": listed}), Record("no fillers")])
    found = [filler("PerpOrg", "lynx brigade", 0.6), filler("PerpOrg", "lb", 0.8)]
    assert merge_fillers(found, aliases)["PerpOrg"] == [["lb"]]
    assert len(merge_fillers(found, NO_ALIASES)["PerpOrg"]) == 2
    assert not aliases.may_be_one("LB", "army")


def test_a_string_that_comparison_leaves_empty_is_no_entity():
    assert merge_fillers([filler("Weapon", "the", 0.9)], NO_ALIASES)["Weapon"] == []


mentions = st.builds(
    filler,
    st.sampled_from(ROLES),
    st.sampled_from(["army", "the army", "army base", "a", "rebels", "two rebels", "fmln"]),
    st.floats(0, 1),
)


@given(st.lists(mentions, max_size=8))
def test_entities_hold_one_string_that_was_found_and_can_be_scored(found):
    merged = merge_fillers(found, NO_ALIASES)
    for role, entities in merged.items():
        texts = {one.mention.text for one in found if one.mention.label == role}
        assert all(len(entity) == 1 and entity[0] in texts for entity in entities)
    table = score_role_fillers({"d": merged}, {"d": merged})
    assert table.micro().f1 == (1.0 if any(merged.values()) else 0.0)
