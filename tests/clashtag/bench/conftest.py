from __future__ import annotations

from pathlib import Path

import pytest

from clashtag.bench.articles import Source, WholeArticles
from clashtag.bundle import Bundle, load_bundle

TEXTS = (
    "Armed gunmen said the attack killed civilians in Kyiv. The market report was late. Rain.",
    "Talks on Monday\nPeople said the shelling in the rain killed two! The militia said nothing.",
)


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    return write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def bundle(tiny_bundle: Path) -> Bundle:
    return load_bundle(tiny_bundle)


@pytest.fixture
def articles() -> WholeArticles:
    words = sum(len(text.split()) for text in TEXTS)
    return WholeArticles(Source(("a.txt",), len(TEXTS), words, "0" * 64), TEXTS)


@pytest.fixture
def other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let new processes find the package, too, where it is not installed."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3] / "inference"))
