from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.serving.gzip_body import GzipReader, TooLongError


@given(members=st.lists(st.binary(max_size=500), min_size=1, max_size=4), size=st.integers(1, 700))
def test_gzip_comes_in_pieces_of_any_size(members, size):
    packed = b"".join(gzip.compress(member) for member in members)
    reader = GzipReader(max_bytes=2000)
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert b"".join(reader.feed(piece) for piece in pieces) == b"".join(members)
    assert reader.is_whole


@given(length=st.integers(0, 3000), limit=st.integers(0, 3000))
def test_gzip_limit_is_exact(length, limit):
    reader = GzipReader(max_bytes=limit)
    packed = gzip.compress(b"x" * length)
    if length <= limit:
        assert len(reader.feed(packed)) == length
    else:
        with pytest.raises(TooLongError):
            reader.feed(packed)


@given(data=st.binary(min_size=1, max_size=200))
def test_gzip_that_is_none_is_refused_or_not_whole(data):
    reader = GzipReader(max_bytes=1000)
    try:
        reader.feed(data)
    except (zlib.error, TooLongError):
        return
    assert not reader.is_whole or gzip.decompress(data) is not None


def test_gzip_cut_off_is_not_whole():
    reader = GzipReader(max_bytes=1000)
    reader.feed(gzip.compress(b"text")[:-1])
    assert not reader.is_whole
