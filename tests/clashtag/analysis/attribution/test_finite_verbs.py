from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.attribution.finite_verbs import finite_verb


def verb_of(text: str, *, follows_noun: bool = False) -> str | None:
    at = finite_verb(text, 0, len(text), follows_noun=follows_noun)
    return None if at is None else text[at:].split(maxsplit=1)[0]


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("police launched raids", "launched"),
        ("the army reportedly launched raids", "launched"),
        ("Army Hit Market", "Hit"),
        ("farmers were hurt", "were"),
        ("the raid in May failed", "failed"),
        ("the May raid", None),
        ("farmers freed two men", "freed"),
        ("the launched raid", None),
        ("two coordinated raids", None),
        ("the army's planned raid", None),
        ("raids on armed men", None),
        ("a bus escorted by troops", None),
        ("raids carried out by troops", None),
        ("high speed boats", None),
        ("hundred men", None),
        ("", None),
    ],
)
def test_verbs_and_participles(text, verb):
    assert verb_of(text) == verb


def test_the_first_word_may_be_a_verb_after_a_noun_only():
    assert verb_of("struck Harn") is None
    assert verb_of("struck Harn", follows_noun=True) == "struck"


def test_participles_of_the_caller_are_no_verbs():
    text = "the raid launched on Monday"
    assert finite_verb(text, 0, len(text), participles=frozenset({"launched"})) is None


@given(st.text(max_size=80), st.data())
def test_what_is_found_lies_in_the_stretch(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    at = finite_verb(text, start, end)
    assert at is None or start <= at < end
