from __future__ import annotations

import os
from pathlib import Path

import pytest

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.corpora.record_files import read_records
from clashtag_training.evaluation.ceaf_ree import (
    ROLES,
    normalize_mention,
    score_role_filler_records,
    score_role_fillers,
)
from clashtag_training.evaluation.counts import Counts

CORPORA = Path(os.environ.get("CLASHTAG_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))

GOLD = {
    "d1": {
        "PerpInd": [],
        "PerpOrg": [["shining path", "sendero luminoso"]],
        "Target": [["power station", "station"], ["bridge"], ["two pylons", "pylons"]],
        "Victim": [],
        "Weapon": [["dynamite"]],
    }
}


def test_ceaf_ree_hand_computed() -> None:
    # Target: 3 gold, 4 predicted; `power station` and `station` are one gold entity, so only one
    # of them is aligned: bridge + one station + pylons = 3 of 4 and 3 of 3.
    # PerpOrg 1 of 1. Weapon: `car bomb` is wrong. Victim: `mayor` is spurious.
    predicted = {
        "d1": {
            "PerpOrg": [["sendero luminoso"]],
            "Target": [["bridge"], ["power station"], ["pylons"], ["station"]],
            "Victim": [["mayor"]],
            "Weapon": [["car bomb"]],
        }
    }
    table = score_role_fillers(GOLD, predicted)
    assert {role: table[role] for role in ROLES} == {
        "PerpInd": Counts(0, 0, 0),
        "PerpOrg": Counts(1, 1, 1),
        "Target": Counts(3, 4, 3),
        "Victim": Counts(0, 1, 0),
        "Weapon": Counts(1, 1, 0),
    }
    micro = table.micro()
    assert micro == Counts(5, 7, 4)
    assert micro.f1 == pytest.approx(2 * 4 / (5 + 7))


def test_ceaf_ree_similarity_is_strict_subset() -> None:
    aliases = {"d1": {"Target": [["station", "power station"]]}}
    assert score_role_fillers(GOLD, aliases)["Target"].correct == 1
    one_stray = {"d1": {"Target": [["station", "bridge"]]}}
    assert score_role_fillers(GOLD, one_stray)["Target"] == Counts(3, 1, 0)


def test_ceaf_ree_duplicates_cost_precision() -> None:
    twice = {"d1": {"Weapon": [["dynamite"], ["dynamite"]]}}
    assert score_role_fillers(GOLD, twice)["Weapon"] == Counts(1, 2, 1)
    gold_twice = {"d1": {"Weapon": [["dynamite"], ["dynamite", "explosive"]]}}
    assert score_role_fillers(gold_twice, twice)["Weapon"] == Counts(2, 2, 2)


def test_ceaf_ree_alignment_is_optimal() -> None:
    # `bomb` fits both gold entities, `car bomb` only the first; a greedy pass may find one pair.
    gold = {"d1": {"Weapon": [["bomb", "car bomb"], ["bomb", "grenade"]]}}
    for order in ([["bomb"], ["car bomb"]], [["car bomb"], ["bomb"]]):
        assert score_role_fillers(gold, {"d1": {"Weapon": order}})["Weapon"] == Counts(2, 2, 2)


def test_ceaf_ree_roles_and_documents_are_aligned_apart() -> None:
    gold = {"d1": {"PerpInd": [["rebels"]]}, "d2": {"PerpInd": [["soldiers"]]}}
    predicted = {"d1": {"PerpOrg": [["rebels"]]}, "d2": {"PerpInd": [["rebels"]]}}
    assert score_role_fillers(gold, predicted).micro() == Counts(2, 2, 0)


def test_ceaf_ree_empty_documents_and_missing_predictions() -> None:
    gold = {"d1": {role: [] for role in ROLES}, "d2": {"Victim": [["mayor"]]}}
    assert score_role_fillers(gold, {}).micro() == Counts(1, 0, 0)
    assert score_role_fillers(gold, {"d1": {}, "d2": {"Victim": []}}).micro() == Counts(1, 0, 0)
    assert score_role_fillers({}, {}).micro().f1 == 0.0


def test_ceaf_ree_ignores_gold_entities_without_mentions() -> None:
    assert score_role_fillers({"d1": {"Victim": [[], ["mayor"]]}}, {}).micro() == Counts(1, 0, 0)


@pytest.mark.parametrize(
    ("mention", "normalized"),
    [
        ("The  Mayor's Office", "mayors office"),
        ("an M-16 rifle", "m16 rifle"),
        ("theatre", "theatre"),
        ("a", ""),
        ("the-army", "thearmy"),  # punctuation goes before articles, as in the published scorer
    ],
)
def test_ceaf_ree_normalizes_mentions(mention: str, normalized: str) -> None:
    assert normalize_mention(mention) == normalized


def test_ceaf_ree_lists_every_problem() -> None:
    gold = {"d1": {"Victim": [["mayor"]]}}
    predicted = {
        "d1": {"Victim": [[]], "Perp": [["x"]], "Target": ["bridge"], "Weapon": [[1]]},
        "d9": {},
    }
    with pytest.raises(InputError) as caught:
        score_role_fillers(gold, predicted)
    for part in (
        "predictions for 'd9'",
        "Victim[0] is an entity without mentions",
        "unknown role 'Perp'",
        "Target: ['bridge'] is not a list of lists",
        "Weapon: [[1]] holds mentions that are not strings",
    ):
        assert part in caught.value.problem


def test_ceaf_ree_of_records() -> None:
    fillers = {"Victim": [["mayor"]]}
    gold = Record(text="the mayor died", id="d1", extra={"role_fillers": fillers})
    assert score_role_filler_records([gold], [gold]).micro() == Counts(1, 1, 1)
    assert score_role_filler_records([gold], []).micro() == Counts(1, 0, 0)
    with pytest.raises(InputError, match="without role_fillers: 'd1'"):
        score_role_filler_records([Record(text="", id="d1")], [])


@pytest.mark.corpora
def test_ceaf_ree_first_mentions_of_muc4_are_perfect() -> None:
    path = CORPORA / "muc4" / "dev.jsonl"
    if not path.is_file():
        pytest.skip(f"no corpus muc4 in {CORPORA}; set CLASHTAG_CORPORA")
    gold = read_records(path)
    fillers = {str(item.id): item.extra["role_fillers"] for item in gold}
    first_mentions = {
        document: {role: [entity[:1] for entity in entities] for role, entities in roles.items()}
        for document, roles in fillers.items()
    }
    micro = score_role_fillers(fillers, first_mentions).micro()
    assert micro.gold > 0
    assert micro.f1 == 1.0
