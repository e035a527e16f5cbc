from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag_training.fetching.day_pages import item_lines, item_texts, page_title

PAGE = """{{Current events|year=2031|month=02|day=03|content=

<!-- All news items below this line -->
'''Armed conflicts and attacks'''
*[[Valdrian war]]
**[[Siege of Orlen (2031)|Siege of Orlen]]
***Shells hit [[Orlen]]. [https://news.example/1 (Herald)]
* A bridge falls.<!-- check -->
:Not a bullet.

'''Sports'''
*[[2031 Cup]]
<!-- All news items above this line -->}}
*Outside the page's items.
"""


def test_page_title_has_no_leading_zero():
    assert page_title(dt.date(2031, 2, 3)) == "Portal:Current events/2031 February 3"


def test_item_lines_are_the_bullets_of_the_page():
    assert item_lines(PAGE) == [
        "[[Valdrian war]]",
        "[[Siege of Orlen (2031)|Siege of Orlen]]",
        "Shells hit [[Orlen]]. [https://news.example/1 (Herald)]",
        "A bridge falls.",
        "[[2031 Cup]]",
    ]


def test_item_lines_of_a_page_between_two_templates():
    page = "{{Current events|top=yes}}\n*One.\n**Two.\n{{Current events|bottom=yes}}"
    assert item_lines(page) == ["One.", "Two."]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Shells hit [[Orlen]]. [https://x.example (Herald)]", "Shells hit Orlen."),
        ("Two [[guard]]s of [[Orlen#Port|the port]] die.", "Two guards of the port die."),
        ("He dies. [https://x.example (''A'')] [https://y.example (B via C)]", "He dies."),
        ("He dies. ([https://x.example Herald])", "He dies."),
        ("He dies. [https://x.example (A)], [https://y.example (B)]", "He dies."),
        ("He dies. (Herald), (The Post)", "He dies."),
        ("He dies.<ref>{{cite web|url=https://x.example}}</ref>", "He dies."),
        (
            "''Orlen Star'' and '''crew'''&nbsp;– 5&nbsp;men<br />saved.",
            "Orlen Star and crew – 5 men saved.",
        ),
        ("The ''[[Orlen Star]]''{{'s}} {{nowrap|30 men}} rest.", "The Orlen Star's 30 men rest."),
        ("It costs {{US$|3 million}}{{snd}}or {{euro|2}}.", "It costs US$3 million – or €2."),
        ("{{lang|fr|Garde}} [[:Category:X|X]] [[File:A.svg|20px]]waits.", "Garde X waits."),
        ("{{ill|Ana Roe|es|Ana Roe (mayor)}} resigns.", "Ana Roe [es] resigns."),
        ("{{ill|Ana Roe|es|Ana R|fr|A|lt=Roe}} resigns.", "Roe [es; fr] resigns."),
        ("{{Ill|Ana Roe|es}} resigns.", "Ana Roe resigns."),
        ("It is taken.{{unreliable source?|date=May 2031}}", "It is taken.[unreliable source?]"),
        ("Last item. [https://x.example (A)]}}", "Last item."),
        ("The last {{nowrap|3 items}}}}", "The last 3 items"),
        ("It is {{unknown|5}} old [[|]]{{ broken.", "It is old {{ broken."),
    ],
)
def test_item_texts_hold_what_the_page_shows(line, text):
    assert text in list(item_texts(line))


def test_item_text_keeps_its_own_parentheses():
    line = "The Free Guard (FG) retreats. [https://x.example (A)]"
    assert next(item_texts(line)) == "The Free Guard (FG) retreats."


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_line_can_be_read(line):
    for text in item_texts(line):
        assert text == " ".join(text.split())
