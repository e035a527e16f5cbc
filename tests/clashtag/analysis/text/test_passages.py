from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.text.passages import Passages


def sentences(text: str) -> list[str]:
    starts = Passages.of(text).sentence_starts
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("One line only", ["One line only"]),
        ("Rebels left. The town burnt.", ["Rebels left.", "The town burnt."]),
        ("“They ran.” She wept.", ["“They ran.”", "She wept."]),
        ("Gen. Okoro spoke. He left.", ["Gen. Okoro spoke.", "He left."]),
        ("Mr. J. Abel fell at 4 p.m. near Harn.", ["Mr. J. Abel fell at 4 p.m. near Harn."]),
        ("The U.S. Embassy closed.", ["The U.S. Embassy closed."]),
        (
            "Was it a raid? “Yes!” Nobody else spoke.",
            ["Was it a raid?", "“Yes!”", "Nobody else spoke."],
        ),
        ("Title\nFirst. Second.", ["Title", "First.", "Second."]),
        ("He paid $2.5 million. it said", ["He paid $2.5 million. it said"]),
        ("gunmen fired.  a guard died.", ["gunmen fired.", "a guard died."]),
        ("gen. okoro fled.  nobody died.", ["gen. okoro fled.", "nobody died."]),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


def test_paragraphs_are_lines():
    passages = Passages.of("Title\n\nOne. Two.\r\nThree.")
    assert [passages.paragraph_of(offset) for offset in (0, 7, 12, 18)] == [0, 1, 1, 2]
    assert passages.text[slice(*passages.paragraph_bounds(8))] == "One. Two.\r\n"
    assert passages.text[slice(*passages.sentence_bounds(12))] == "Two.\r\n"


@given(st.text(alphabet="aB. !?\n\"”'1,", max_size=60))
def test_every_character_is_in_one_sentence_of_one_paragraph(text):
    passages = Passages.of(text)
    for starts in (passages.sentence_starts, passages.paragraph_starts):
        assert starts[0] == 0
        assert list(starts) == sorted(set(starts))
    assert set(passages.paragraph_starts) <= set(passages.sentence_starts)
    for offset in range(len(text)):
        for start, end in (passages.sentence_bounds(offset), passages.paragraph_bounds(offset)):
            assert start <= offset < end


def test_what_never_ends_is_divided_between_words():
    text = "rebels said they left and " * 400
    passages = Passages.of(text)
    starts = passages.sentence_starts
    assert len(starts) > 4
    assert all(text[start - 1] == " " for start in starts[1:])
    lengths = [b - a for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert max(lengths) < 2100


def test_a_word_without_end_is_divided_too():
    # What reads a sentence may take the square of its length.
    assert Passages.of("a" * 5000).sentence_starts == (0, 2000, 4000)


@pytest.mark.parametrize("run", [" ", ".", "\t \n", '!"', ". "])
def test_long_runs_are_read_in_linear_time(run):
    """A search that starts anew at each character of the run would take hours."""
    passages = Passages.of("A" + run * 200_000 + "B")
    assert passages.sentence_starts[0] == 0


def test_an_article_opens_with_its_headline_and_the_paragraph_that_tells_it():
    lead = (
        "Gunmen raided a mill near Odrel on Monday and burnt down most of its sheds, the army said."
    )
    text = f"Mill raided\nBy Abel Okoro, Harn\n{lead}\nThe mayor was away."
    opens = {
        words: Passages.of(text).opens_article(text.index(words)) for words in ("Mill", "The m")
    }
    assert opens == {"Mill": True, "The m": False}
    assert Passages.of(text).opens_article(text.index("army"))
    assert not Passages.of("One line only").opens_article(3)


@pytest.mark.parametrize(
    "text", ["Rebels shelled Harn.\n", "\nRebels shelled Harn.", "\n\n Harn.\n\n"]
)
def test_line_ends_around_a_text_make_no_paragraphs(text):
    assert Passages.of(text).paragraph_starts == (0,)
