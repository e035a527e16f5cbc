from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.formats.formula_guard import guarded


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@A", "＝1", "－1", "\t=1", "\r\n@A", " \x01+1"]
)
def test_guarded_formula_follows_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-1", "'=1", " and", "\n"])
def test_guarded_leaves_other_text_alone(text):
    assert guarded(text) == text


@given(st.text())
def test_guarded_cell_is_no_formula_and_guarded_once(text):
    cell = guarded(text)
    assert guarded(cell) == cell
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
