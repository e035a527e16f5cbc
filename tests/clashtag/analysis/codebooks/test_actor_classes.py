from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.codebooks.actor_classes import actor_class, harmed_class


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("soldiers", "military"),
        ("government forces", "military"),
        ("Kestrian troops", "military"),
        ("riot police", "police"),
        ("military police", "police"),
        ("border guards", "police"),
        ("junta", "government"),
        ("rebel forces", "rebels"),
        ("Al-Shabaab fighters", "rebels"),
        ("Northern Salvation Front", "rebels"),
        ("army-backed militia", "militia"),
        ("village militia", "militia"),
        ("unidentified gunmen", "gunmen"),
        ("suicide bomber", "gunmen"),
        ("suspected cattle rustlers", "gang"),
        ("dozens of demonstrators", "protesters"),
        ("angry mob", "crowd"),
        ("young men", "crowd"),
        ("teachers", "civilians"),
        ("soldiers' families", "civilians"),
        ("rebel-held village", "civilian site"),
        ("bus carrying soldiers", "military"),
        ("market near the army base", "civilian site"),
        ("members of the presidential guard of the army", "military"),
        ("12 people, including two soldiers", None),
        ("men", None),
        ("Ruritania", None),
        ("it", None),
        ("", None),
    ],
)
def test_actor_class(phrase: str, expected: str | None):
    assert actor_class(phrase) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("two men", "civilians"),
        ("12 people, including two soldiers", "civilians"),
        ("off-duty policeman", "civilians"),
        ("captured fighters", "civilians"),
        ("retired general and former soldier", "civilians"),
        ("soldiers", "military"),
        ("former village", "civilian site"),
        ("Belmar", None),
    ],
)
def test_harmed_class(phrase: str, expected: str | None):
    assert harmed_class(phrase) == expected


@given(st.text())
def test_any_text_has_a_class_or_none(phrase: str):
    assert harmed_class(phrase) is not None or actor_class(phrase) is None
