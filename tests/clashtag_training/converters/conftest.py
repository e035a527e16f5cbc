"""Our annotated articles, converted in every format's test."""

from __future__ import annotations

from pathlib import Path

import pytest

from clashtag.records import Record
from clashtag_training.corpora.record_files import read_records

ARTICLES = Path(__file__).parents[3] / "data" / "articles"


@pytest.fixture(scope="session")
def articles() -> list[Record]:
    """Our annotated articles, where the repository has them."""
    paths = sorted(ARTICLES.glob("*.jsonl"))
    if not paths:
        pytest.skip("data/articles holds no articles")
    return [record for path in paths for record in read_records(path)]
