from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from clashtag.json_lines import json_line, json_text

# Lone surrogates included, which JSON can hold and UTF-8 cannot.
STRINGS = st.text(st.characters(codec=None))


def test_json_text_escapes_only_what_utf8_cannot_hold():
    assert json_text({"id": "戦闘"}) == '{"id": "戦闘"}'
    assert json_text({"id": "戦闘", "odd": "\ud800"}).isascii()


@given(st.dictionaries(STRINGS, STRINGS | st.integers() | st.none() | st.lists(STRINGS)))
def test_json_line_is_one_line_that_gives_the_object_back(fields):
    line = json_line(fields)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line.decode()) == fields
