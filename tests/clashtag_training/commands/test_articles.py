from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from clashtag.errors import InputError
from clashtag.ontology import Ontology
from clashtag_training.commands.articles import build_articles, split_of
from clashtag_training.corpora.ontology_file import load_ontology
from clashtag_training.corpora.record_files import SPLITS, read_splits

WORDS = ["grey", "stone", "lamp", "river", "cloud", "seven", "paper", "winter", "engine", "coffee"]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(Path(__file__).parents[3] / "configs" / "ontology.yaml")


def article(number: int, kind: str = "conflict", body: str | None = None) -> str:
    words = " ".join(f"{WORDS[(number + i) % len(WORDS)]}{number}" for i in range(12))
    body = f"{{Rebels|1.agent}} {{raided|1:attack}} {words}." if body is None else body
    return f"=== doc-{number}\npublished: 2026-01-02\nkind: {kind}\n\n{body}\n"


def write(folder: Path, *articles: str, name: str = "a.txt") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(articles), encoding="utf-8")


def test_split_of_gives_the_announced_shares() -> None:
    shares = Counter(split_of(f"doc-{number}") for number in range(10_000))
    assert shares["train"] == pytest.approx(7_000, abs=200)
    assert shares["dev"] == pytest.approx(1_000, abs=100)
    assert shares["test"] == pytest.approx(2_000, abs=150)


def test_split_of_never_changes() -> None:
    expected = {"sahel-001": "dev", "sahel-002": "train", "x": "test"}
    assert {name: split_of(name) for name in expected} == expected


def test_build_articles_writes_disjoint_splits(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path / "in", *(article(n) for n in range(15)), name="a.txt")
    write(tmp_path / "in", *(article(n, "near-miss") for n in range(15, 30)), name="b.txt")
    splits = build_articles(tmp_path / "in", tmp_path / "out", ontology)
    assert read_splits(tmp_path / "out") == splits
    assert tuple(splits) == SPLITS
    ids = [record.id for records in splits.values() for record in records]
    assert sorted(ids) == sorted(f"doc-{n}" for n in range(30))
    assert all(split_of(r.id or "") == split for split, rs in splits.items() for r in rs)


def test_build_articles_adding_articles_moves_none(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path / "in", *(article(n) for n in range(10)))
    before = build_articles(tmp_path / "in", tmp_path / "out", ontology)
    write(tmp_path / "in", *(article(n) for n in range(10, 20)), name="b.txt")
    after = build_articles(tmp_path / "in", tmp_path / "out", ontology)
    for split in SPLITS:
        assert after[split][: len(before[split])] == before[split]


@pytest.mark.parametrize(
    ("articles", "reason"),
    [
        ([article(1), article(1)], "id 'doc-1' is also the id of line 1"),
        ([article(1, kind="rumour")], "kind 'rumour' is none of conflict, near-miss"),
        ([article(1).replace("2026-01-02", "May")], "published 'May' is no date"),
        ([article(1, body="{Raid|1:assault}")], "no type 'assault'"),
        ([article(1, body="{Raid|1:attack")], "no '}' after the labels"),
        (
            [article(1), article(2, body=article(1).split("\n\n")[1].strip() + " And more.")],
            "shared passages, 100% of the shorter one",
        ),
    ],
)
def test_build_articles_refuses(
    articles: list[str], reason: str, tmp_path: Path, ontology: Ontology
) -> None:
    write(tmp_path / "in", *articles)
    with pytest.raises(InputError) as caught:
        build_articles(tmp_path / "in", tmp_path / "out", ontology)
    assert reason in caught.value.problem
    assert not (tmp_path / "out").exists()


def test_build_articles_refuses_an_id_used_in_two_files(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path / "in", article(1), name="a.txt")
    write(tmp_path / "in", article(1, body="Other words."), name="b.txt")
    with pytest.raises(InputError, match="two articles have the id 'doc-1'"):
        build_articles(tmp_path / "in", tmp_path / "out", ontology)


def test_build_articles_refuses_an_empty_folder(tmp_path: Path, ontology: Ontology) -> None:
    with pytest.raises(InputError, match=r"holds no \*\.txt files"):
        build_articles(tmp_path, tmp_path / "out", ontology)
