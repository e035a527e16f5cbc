from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.bundle import load_bundle
from clashtag.errors import InputError
from clashtag_training.commands import speed
from clashtag_training.evidence import SpeedReport, manifest_sha256, read_json_as

SAMPLE = "Gunmen said the attack killed civilians.\n\nTalks on Monday.\n"
WORDS = ["Gunmen ", "said\n", "talks "]


@given(length=st.integers(1, 20), count=st.integers(1, 8))
def test_articles_have_the_asked_length_and_use_the_words_in_turn(length: int, count: int) -> None:
    articles = speed.build_articles(WORDS, length, count)
    assert [len(article.split()) for article in articles] == [length] * count
    words = " ".join(articles).split()
    assert words == [WORDS[index % len(WORDS)].strip() for index in range(length * count)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs getrusage and the load average")
def test_report_is_written_and_fits_the_bundle(tmp_path: Path, monkeypatch) -> None:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    # The cold start runs in a process of its own, which must find the package too.
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3] / "inference"))
    monkeypatch.setattr(speed, "ARTICLES", 3)
    bundle = write_tiny_bundle(tmp_path / "tiny")
    sample, output = tmp_path / "a.txt", tmp_path / "new" / "speed.json"
    sample.write_text(SAMPLE, encoding="utf-8")
    report = speed.measure_speed([sample], output, model=bundle, threads=1, runs=1)
    assert read_json_as(output, SpeedReport) == report
    assert report.bundle_sha256 == manifest_sha256(load_bundle(bundle))
    assert report.peak_memory_mib > 10
    assert [article.words for article in report.articles] == list(speed.ARTICLE_WORDS)
    for article in report.articles:
        assert article.articles == 3
        assert article.tokens_per_article > article.words
        assert article.events_per_article > 0
    measured = dataclasses.asdict(report.articles[0])
    assert measured["words_per_second"] == pytest.approx(
        100 * measured["documents_per_second"], rel=0.01
    )


def test_sample_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    bundle = write_tiny_bundle(tmp_path / "tiny")
    with pytest.raises(InputError, match=r"none\.txt: no such file"):
        speed.measure_speed([tmp_path / "none.txt"], tmp_path / "speed.json", model=bundle)
    assert not (tmp_path / "speed.json").exists()
