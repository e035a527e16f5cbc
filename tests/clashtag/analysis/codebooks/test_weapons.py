from __future__ import annotations

import pytest

from clashtag.analysis.codebooks.weapons import weapons_in, weapons_told


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("rocket-propelled grenade", {"artillery, rocket, missile"}),
        ("two hand grenades", {"grenade"}),
        ("petrol bombs", {"fire bomb"}),
        ("car bomb", {"explosive"}),
        ("suicide car bombing", {"suicide bomb"}),
        ("explosive vest", {"suicide bomb"}),
        ("kamikaze drones", {"drone"}),
        ("60mm mortar rounds", {"artillery, rocket, missile"}),
        ("tear gas", {"crowd control"}),
        ("chlorine", {"chemical"}),
        ("machetes and rifles", {"blade, stone, stick", "firearm"}),
        ("opened fire", {"firearm"}),
        ("shot down", {"firearm"}),
        ("kitchen knife", {"blade, stone, stick"}),
        ("clubbed", {"blade, stone, stick"}),
        ("Kicked", {"beating"}),
        ("pick-up", set()),
        ("", set()),
    ],
)
def test_weapons_in(phrase: str, expected: set[str]):
    assert weapons_in([phrase]) == expected


def test_what_gunmen_carry_counts_only_where_nothing_else_tells():
    assert weapons_told(["machetes"], ["attacked"], ["gunmen"]) == {"blade, stone, stick"}
    assert weapons_told([], ["attacked"], ["gunmen"]) == {"firearm"}
    assert weapons_told([], ["attacked"], ["suicide bomber"]) == {"suicide bomb"}


def test_firing_counts_only_where_nothing_else_tells():
    assert weapons_told(["tear gas"], ["fired"], []) == {"crowd control"}
    assert weapons_told([], ["fired"], []) == {"firearm"}
    assert weapons_told([], ["attacked"], []) == set()
