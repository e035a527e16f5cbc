from __future__ import annotations

import itertools
import json
import os
import re
from pathlib import Path

import pytest

from clashtag_training.corpora import read_records
from clashtag_training.corpora.standoff import read_standoff
from clashtag_training.fetching.voa_articles import find_texts, read_sentences
from clashtag_training.fetching.voa_sentences import sentence_lines, token_lines

REPOSITORY = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("CLASHTAG_CORPORA", REPOSITORY.parent / "shared" / "corpora"))


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("The guard fled.", "The guard fled."),
        ("The guard fled", "The guard fled."),
        ("“The guard fled.”", "“The guard fled."),
        ("Who fled?", "Who fled."),
        ("“Who fled?”", "“Who fled?"),
        ("Guard Flees\nORLEN — The guard fled.", "Guard Flees-ORLEN — The guard fled."),
        ("Guard Flees\nORLEN — The guard fled.", "Guard Flees ORLEN — The guard fled."),
    ],
)
def test_sentence_lines_lose_their_end(sentence, line):
    assert line in list(sentence_lines(sentence))


@pytest.mark.parametrize(
    ("tokens", "line"),
    [
        (
            "The guard ( aged 30 ) did n't flee , he 's here .",
            "The guard (aged 30) didn't flee, he's here.",
        ),
        (
            "“ Stay , ” said Mr. Roe ’s men ; $ 5 was 3 % .",
            "“Stay,” said Mr. Roe’s men; $5 was 3%.",
        ),
        ('" Stay , " he said , " or go . "', '"Stay," he said, "or go.'),
        ('He said , " or go . "', 'He said, "or go.'),
        ('or go , " he said .', 'or go," he said.'),
        ("Guard Flees ORLEN — The guard fled .", "Guard Flees-ORLEN — -The guard fled."),
        ("They can not flee .", "They cannot flee."),
    ],
)
def test_token_lines_hold_the_printed_line(tokens, line):
    assert line in itertools.islice(token_lines(tokens.split(" ")), 20_000)


def test_token_lines_keep_every_character_but_the_last():
    for line in itertools.islice(token_lines(["A", ",", "b", "c", "."]), 500):
        assert re.sub(r"[\s-]", "", line) == "A,bc."


@pytest.mark.parametrize("tokens", [[], ["."], ["a"]])
def test_token_lines_of_almost_nothing(tokens):
    assert list(token_lines(tokens)) == ["."]


@pytest.mark.corpora
@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no corpora at {FOLDER}; set CLASHTAG_CORPORA")
def test_articles_come_back_from_tokenised_sentences(tmp_path):
    labels = read_standoff(REPOSITORY / "data" / "standoff" / "voa-articles" / "dev.jsonl")
    documents = {record["id"] for record in labels[:10]}
    lines = [
        json.dumps({"text": record.text, "document": record.extra["document"]})
        for record in read_records(FOLDER / "m2e2" / "dev.jsonl")
        + read_records(FOLDER / "m2e2" / "train.jsonl")
        if record.extra["document"] in documents
    ]
    (tmp_path / "sentences.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = find_texts(labels[:10], read_sentences(tmp_path))
    assert len(found) >= 9
