from __future__ import annotations

from clashtag.records import Record
from clashtag_training.corpora.overlap import find_overlaps

LONG = "One day after the flood the mayor of the small town asked the river to apologise."
TAIL = "Nobody in the council had expected an answer, and none of them was surprised."


def kinds(**splits):
    records = {
        split: [Record(text, id=f"{split}{n}") for n, text in enumerate(texts)]
        for split, texts in splits.items()
    }
    return [(o.kind, o.first_id, o.second_id) for o in find_overlaps(records)]


def test_find_overlaps_tells_same_text_from_same_words():
    respelt = LONG.upper().replace(" ", "\n").replace(".", " !")
    assert kinds(train=[LONG, LONG, respelt]) == [
        ("same text", "train0", "train1"),
        ("same words", "train0", "train2"),
        ("same words", "train1", "train2"),
    ]


def test_find_overlaps_finds_a_sentence_inside_an_article():
    assert kinds(train=[LONG], dev=[TAIL + "\n" + LONG]) == [("shared passages", "train0", "dev0")]


def test_find_overlaps_finds_short_texts_only_as_a_whole():
    assert kinds(train=["Shots fired."], dev=["shots FIRED", "Shots fired today"]) == [
        ("same words", "train0", "dev0")
    ]


def test_find_overlaps_ignores_different_and_empty_texts():
    assert kinds(train=[LONG, ""], dev=[TAIL, ""]) == []


def test_find_overlaps_weighs_by_the_shorter_text():
    half = " ".join(LONG.split()[:9])
    records = {"train": [Record(LONG)], "dev": [Record(half + " " + TAIL)]}
    assert find_overlaps(records) == []
    (overlap,) = find_overlaps(records, minimum_share=0.1)
    assert 0.1 <= overlap.share < 0.5
    assert overlap.is_leak


def test_find_overlaps_stays_linear_with_many_copies():
    overlaps = find_overlaps({"train": [Record(LONG, id=str(n)) for n in range(300)]})
    assert {overlap.second_id for overlap in overlaps} == {str(n) for n in range(1, 300)}
    assert len(overlaps) < 300 * 8
