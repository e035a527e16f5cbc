from __future__ import annotations

from datetime import date

import pytest

from clashtag.analysis.publication import publication_date
from clashtag.errors import InputError
from clashtag.records import Record


@pytest.mark.parametrize(
    ("extra", "day"),
    [
        ({"published": "2026-05-08T10:00:00Z"}, date(2026, 5, 8)),
        ({"published": ""}, None),
        ({"published": None}, None),
        ({}, None),
    ],
)
def test_publication_date_is_none_where_there_is_none(extra, day):
    assert publication_date(Record("Shots.", extra=extra)) == day


@pytest.mark.parametrize("published", ["soon", " ", ["2026-05-08"], 0])
def test_publication_date_that_is_no_date_is_an_error(published):
    with pytest.raises(InputError, match="'published' is"):
        publication_date(Record("Shots.", "a", extra={"published": published}))
