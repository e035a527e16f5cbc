from __future__ import annotations

import pytest

from clashtag.analysis.codebooks.word_lists import says


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("three soldiers", "soldier", True),
        ("two bases", "base", True),
        ("parties", "party", True),
        ("boys", "boy", True),
        ("policemen", "policeman", True),
        ("demonstrating", "demonstrat*", True),
        ("self-defence group", "self defence group", True),
        ("army-led", "army", True),
        ("anti-army", "army", False),
        ("armyworm", "army", False),
        ("soldiering", "soldier", False),
        ("local", "locals", False),
        ("a.b", "a*b", False),
        ("", "army, navy", False),
    ],
)
def test_says(text: str, words: str, expected: bool):
    assert says(text, words) is expected
