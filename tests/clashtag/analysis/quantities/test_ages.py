from __future__ import annotations

import pytest

from clashtag.analysis.merging.tolls import read_tolls
from clashtag.analysis.quantities.read import read_quantity
from clashtag.records import Argument, Event, Record, Span


def counted(marked: str) -> int | None:
    """The number that the words between square brackets give."""
    start, end = marked.index("["), marked.index("]") - 1
    quantity = read_quantity(marked.replace("[", "").replace("]", ""), start, end)
    return quantity and quantity.minimum


@pytest.mark.parametrize(
    ("marked", "people"),
    [
        # an age counts nobody
        ("They killed a deckhand of [seventeen].", None),
        ("They killed a young deckhand of [17] and left.", None),
        ("They killed a farmer of [61].", None),
        ("They took a girl of [nine].", None),
        ("Two women aged 38 and [70] died.", None),
        ("Boys aged six, [eight] and ten died.", None),
        ("They killed a [26]-year-old in Harn.", None),
        ("They killed a [26] year old in Harn.", None),
        # but whoever has it does
        ("They killed a [deckhand of seventeen].", 1),
        ("They killed [a 26-year-old] in Harn.", 1),
        ("They killed [a 26 year old] in Harn.", 1),
        ("[Two 26-year-olds] died.", 2),
        ("[A boy aged 12, a pupil], died.", 1),
        ("[A boy aged 12 and two soldiers] died.", 3),
        ("[Two boys aged 12 and 14 and a nun] died.", 3),
        ("[Two women aged 30 and 61, a cook of 19 and the baker Ana Sool] died.", 4),
        ("[Three children aged six, eight and ten] died.", 3),
        # no ages
        ("They held a group of [12].", 12),
        ("They fired on a convoy of [seventeen].", 17),
        ("A congregation of [40] was hit.", 40),
        ("They stopped a bus of [30].", 30),
        ("They dug up a mass grave of [17].", 17),
        ("They threatened a committee of [12].", 12),
        ("They fired on a crew of [seventeen].", 17),
        ("The town had a toll of [12].", 12),
        ("They held a mayor of [12 villages].", 12),
        ("A boy aged 12, [two soldiers] and a nun died.", 2),
        ("They left a camp of [400].", 400),
    ],
)
def test_an_age_is_no_count(marked, people):
    assert counted(marked) == people


def test_an_age_is_no_toll():
    text = "Gunmen came, killing a deckhand of seventeen."
    victims = ("deckhand", "seventeen")
    found = [(text.index(words), text.index(words) + len(words), words) for words in victims]
    trigger = text.index("killing")
    event = Event(
        "death",
        Span(trigger, trigger + len("killing"), "killing"),
        tuple(Argument("victim", *one) for one in found),
        "actual",
    )
    [toll] = read_tolls(Record(text, events=(event,)), [0])
    assert (toll.quantity.minimum, toll.quantity.maximum) == (1, 1)
