from __future__ import annotations

import pytest

from clashtag.analysis.actors.acronyms import find_acronyms
from clashtag.analysis.actors.phrases import informativeness, read_phrase, singular
from clashtag.records import Span


def phrase(marked: str):
    """The phrase between asterisks in its text."""
    start = marked.index("*")
    end = marked.index("*", start + 1) - 1
    text = marked.replace("*", "")
    return read_phrase(text, Span(start, end, text[start:end]))


@pytest.mark.parametrize(
    ("marked", "kind", "head", "number"),
    [
        ("*Gunmen* fired. The gunmen fled.", "description", "gunman", None),
        ("Police shot *three armed men* dead.", "description", "man", 3),
        ("*At least 27 people* died.", "description", "person", 27),
        ("They counted *27*.", "number", "", 27),
        ("Nobody saw *them*.", "pronoun", "them", None),
        ("*They* fled.", "pronoun", "they", None),
        ("In Harn the *army* fired.", "institution", "army", None),
        ("In *Harn* the army fired.", "name", "harn", None),
        ("Near the *village of Odrel* it burnt.", "name", "odrel", None),
        ("He leads the *Brigade of the Lynx* there.", "name", "brigade", None),
        ("It hit *Chadian soldiers* there.", "description", "soldier", None),
        ("It hit *members of the Lynx Brigade* there.", "description", "member", None),
        ("*GUNMEN KILL MINERS* IN HARN", "description", "miner", None),
    ],
)
def test_phrase(marked, kind, head, number):
    found = phrase(marked)
    assert (found.kind, found.head, found.number) == (kind, head, number)


@pytest.mark.parametrize(
    ("marked", "holds_name", "is_definite", "is_plural"),
    [
        ("It hit *Chadian soldiers* there.", True, False, True),
        ("It hit the *soldiers* there.", False, True, True),
        ("It hit *the soldier* there.", False, True, False),
        ("Rebels hit *Harn*.", True, False, False),
        ("*Rebels* hit Harn, and rebels left.", False, False, True),
    ],
)
def test_phrase_marks(marked, holds_name, is_definite, is_plural):
    found = phrase(marked)
    assert (found.holds_name, found.is_definite, found.is_plural) == (
        holds_name,
        is_definite,
        is_plural,
    )


def test_names_tell_more_than_descriptions_numbers_and_pronouns():
    told = [
        phrase("Nobody saw *them*."),
        phrase("They counted *27*."),
        phrase("Men shot *27 young miners*."),
        phrase("It hit the *Lynx*."),
        phrase("It hit the *Lynx Brigade*."),
    ]
    assert sorted(told, key=informativeness) == told


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("men", "man"),
        ("gunmen", "gunman"),
        ("people", "person"),
        ("armies", "army"),
        ("buses", "buse"),
        ("churches", "church"),
        ("forces", "force"),
        ("police", "police"),
        ("crisis", "crisis"),
        ("boss", "boss"),
    ],
)
def test_singular(plural, one):
    assert singular(plural) == one
    assert singular(one) == one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Lynx Brigade (LB) fired", {"LB": "lynx brigade"}),
        ("the LB (Lynx Brigade) fired", {"LB": "lynx brigade"}),
        ("the Front for Peace in Harn, the FPH, left", {"FPH": "front for peace in harn"}),
        ("General Abel Okoro of the Lynx Brigade (LB)", {"LB": "lynx brigade"}),
        ("Support Group for Peace (GSP) fired", {"GSP": "support group for peace"}),
        ("the Lynx Brigade, known by its French initials BL,", {"BL": "lynx brigade"}),
        ("the Lynx Brigade, the UN, and others", {}),
        ("the Lynx Brigade (LB) and the Lake Bureau (LB)", {}),
        ("a brigade (LB) fired", {}),
        ("in Harn (2,000 people)", {}),
    ],
)  # fmt: skip
def test_acronyms(text, expected):
    assert find_acronyms(text) == expected


def test_many_capitals_do_not_take_long():
    find_acronyms("A-B-C-D " * 1000)
    find_acronyms("Aa Bb " * 1000)
