from __future__ import annotations

import json
from itertools import cycle, islice, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.bench.articles import (
    cut_articles,
    mixed_lengths,
    read_whole_articles,
    word_count,
)
from clashtag.errors import InputError

SENTENCES = st.lists(
    st.integers(1, 90).map(lambda words: "Word " + "w " * (words - 2) + "end." * (words > 1)),
    min_size=1,
    max_size=12,
)
ARTICLES = st.lists(SENTENCES.map(" ".join), min_size=1, max_size=5)


@settings(deadline=None)
@given(texts=ARTICLES, lengths=st.lists(st.integers(1, 700), max_size=6))
def test_articles_come_as_near_to_a_length_as_sentences_allow(texts, lengths):
    articles = list(cut_articles(texts, lengths))
    assert len(articles) == len(lengths)
    for article, length in zip(articles, lengths, strict=True):
        # A sentence, cut after 60 words at the latest, can miss the goal by half of its words.
        assert abs(word_count(article) - length) <= max(30, 60 - length)


@settings(deadline=None)
@given(texts=ARTICLES, length=st.integers(1, 700))
def test_articles_are_the_texts_in_their_order(texts, length):
    (article,) = cut_articles(texts, [length])
    endless = (word for text in cycle(texts) for word in text.split())
    assert article.split() == list(islice(endless, word_count(article)))


def test_articles_begin_where_texts_begin_and_use_them_in_turn():
    texts = ["One a. More.", "Two b. More.", "Three c. More."]
    starts = [article.split()[0] for article in cut_articles(texts, repeat(2, 4))]
    assert starts == ["One", "Two", "Three", "One"]


def test_articles_stop_at_the_end_of_a_sentence():
    (article,) = cut_articles(['He said: "Go on." They went. Then it rained for days.'], [4])
    assert article == 'He said: "Go on."'


def test_mixed_lengths_are_repeatable_and_within_bounds():
    lengths = list(mixed_lengths(500))
    assert lengths == list(mixed_lengths(500))
    assert min(lengths) >= 20
    assert max(lengths) <= 2000
    short = sum(length < 200 for length in lengths)  # 20 to 200 is half of the way, in doublings
    assert 200 < short < 300


def test_articles_are_read_from_the_checkout_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"there is no data/articles/\*\.jsonl here"):
        read_whole_articles([])
    folder = tmp_path / "data" / "articles"
    folder.mkdir(parents=True)
    record = json.dumps({"id": "a", "text": "Two words."})
    (folder / "dev.jsonl").write_text(record + "\n", encoding="utf-8")
    articles = read_whole_articles([])
    assert articles.texts == ("Two words.",)
    assert (articles.source.articles, articles.source.words) == (1, 2)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xfe\x00", "is UTF-16"),
        (b"abc\x00", "binary"),
        (b"", "holds no text"),
        ("無空白".encode() * 50, "150 characters has 1 words"),
    ],
)
def test_file_that_cannot_be_measured_on_is_named(tmp_path, content, problem):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read_whole_articles([str(path)])


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.txt: no such file"):
        read_whole_articles([str(tmp_path / "none.txt")])
