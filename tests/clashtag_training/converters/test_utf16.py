from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import RecordError
from clashtag_training.converters.utf16 import Utf16Offsets


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(min_value=0))
def test_offsets_agree_with_the_encoding(text, position):
    offset = position % (len(text) + 1)
    units = len(text[:offset].encode("utf-16-le")) // 2
    assert Utf16Offsets(text).from_code_points(offset) == units
    assert Utf16Offsets(text).to_code_points(units) == offset


@pytest.mark.parametrize("offset", [-1, 2, 4])
def test_offsets_inside_a_character_or_outside_the_text_are_refused(offset):
    with pytest.raises(RecordError, match=f"offset {offset} "):
        Utf16Offsets("a🚁").to_code_points(offset)
