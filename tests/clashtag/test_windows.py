import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.errors import BundleError
from clashtag.windows import (
    Window,
    context_bounds,
    load_tokenizer,
    plan_windows,
    sentence_starts,
    tokenize,
)
from tiny_model import tiny_tokenizer

NO_BREAKS = np.zeros(0, dtype=np.int64)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tiny_tokenizer().save(str(path))
    return load_tokenizer(path)


@pytest.mark.parametrize("content", [None, "", "{}", "no JSON"])
def test_load_tokenizer_names_a_file_that_is_none(tmp_path, content):
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(BundleError, match=r"tokenizer\.json' is no tokenizer: "):
        load_tokenizer(path)


@st.composite
def plans(draw):
    token_count = draw(st.integers(0, 600))
    max_tokens = draw(st.integers(1, 80))
    overlap_tokens = draw(st.integers(0, max_tokens // 4))
    starts = draw(st.sets(st.integers(0, max(0, token_count - 1)))) if token_count else set()
    return token_count, np.array(sorted(starts), dtype=np.int64), max_tokens, overlap_tokens


@settings(deadline=None)
@given(plans())
def test_windows_fit_the_limit_and_their_owned_parts_divide_the_text(plan):
    token_count, _, max_tokens, _ = plan
    windows = plan_windows(*plan)
    position = 0
    for window in windows:
        assert 0 < window.end - window.start <= max_tokens
        assert window.start <= window.owned_start < window.owned_end <= window.end
        assert window.owned_start == position
        position = window.owned_end
    assert position == token_count


@settings(deadline=None)
@given(plans())
def test_windows_advance_and_share_at_least_the_overlap(plan):
    _, _, _, overlap_tokens = plan
    windows = plan_windows(*plan)
    for one, following in pairwise(windows):
        assert one.start < following.start
        assert one.end - following.start >= overlap_tokens


def test_windows_break_at_a_near_sentence_start():
    starts = np.array([0, 35, 38, 60], dtype=np.int64)
    first, second = plan_windows(60, starts, max_tokens=40, overlap_tokens=8)
    assert (first.end, second.start) == (38, 30)
    assert first.owned_end == second.owned_start == 35


def test_windows_of_a_short_text_are_one():
    assert plan_windows(40, NO_BREAKS, 40, 8) == [Window(0, 40, 0, 40)]
    assert plan_windows(0, NO_BREAKS, 40, 8) == []


@pytest.mark.parametrize(("max_tokens", "overlap"), [(0, 0), (40, -1), (40, 11)])
def test_windows_refuse_a_size_that_cannot_work(max_tokens, overlap):
    with pytest.raises(ValueError, match="max_tokens"):
        plan_windows(100, NO_BREAKS, max_tokens, overlap)


@settings(deadline=None)
@given(
    st.integers(1, 300).flatmap(
        lambda count: st.tuples(
            st.integers(0, count - 1), st.integers(1, 20), st.just(count), st.integers(1, 60)
        )
    )
)
def test_context_holds_its_trigger_and_stays_in_the_text(case):
    start, length, count, context_tokens = case
    end = min(start + length, count)
    low, high = context_bounds(start, end, count, context_tokens)
    assert 0 <= low < high <= count
    assert high - low == min(context_tokens, count)
    if end - start <= context_tokens:
        assert low <= start < end <= high


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_words_are_non_empty_ordered_stretches_of_any_text(tokenizer, text):
    (tokens,) = tokenize(tokenizer, [text])
    starts, ends = tokens.word_starts[tokens.opens_word], tokens.word_ends[tokens.opens_word]
    assert (starts < ends).all()
    assert (ends[:-1] <= starts[1:]).all()
    assert len(tokens) == 0 or (starts[0] >= 0 and ends[-1] <= len(text))
    assert len(tokens) == 0 or tokens.opens_word[0]


def test_tokenize_reads_the_whole_text_whatever_the_tokenizer_was_saved_with(tokenizer):
    long, short = tokenize(tokenizer, ["word " * 100, "word"])
    assert len(long) == 100
    assert len(short) == 1


def test_tokenize_reads_special_tokens_in_a_text_as_words(tokenizer):
    (tokens,) = tokenize(tokenizer, ["said [SEP] word"])
    assert 102 not in tokens.ids
    assert tokens.word_starts.tolist() == [0, 5, 6, 9, 11]


def test_tokenize_keeps_offsets_beside_lone_surrogates(tokenizer):
    (tokens,) = tokenize(tokenizer, ["\ud83d word \udc00attack"])
    assert tokens.word_starts.tolist() == [2, 8]


def test_words_of_several_tokens_open_once(tokenizer):
    (tokens,) = tokenize(tokenizer, ["attackers said"])
    assert tokens.opens_word.tolist() == [True, False, True]
    assert tokens.word_ends.tolist() == [9, 9, 14]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 9, (0, 2)), (3, 5, (0, 2)), (10, 14, (2, 3)), (8, 11, (0, 3)), (9, 10, None)],
)
def test_covering_gives_the_tokens_of_whole_words(tokenizer, start, end, expected):
    (tokens,) = tokenize(tokenizer, ["attackers said"])
    assert tokens.covering(start, end) == expected


def test_part_keeps_character_bounds_of_the_whole_text(tokenizer):
    (tokens,) = tokenize(tokenizer, ["people said word"])
    part = tokens.part(1, 3)
    assert len(part) == 2
    assert part.word_starts.tolist() == [7, 12]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word said. The rain\n\nmarket", [0, 3, 5]),
        ('word. "The rain" said', [0, 2]),
        ("", []),
        ("\n word", [0]),
    ],
)
def test_sentence_starts(tokenizer, text, expected):
    (tokens,) = tokenize(tokenizer, [text])
    assert sentence_starts(text, tokens).tolist() == expected


@pytest.mark.parametrize("pattern", [" ", "\n", ". ", '."', ".((", "\n \t"])
def test_sentence_starts_takes_linear_time(tokenizer, pattern):
    (tokens,) = tokenize(tokenizer, ["word"])
    text = pattern * 200_000
    began = time.process_time()
    sentence_starts(text, tokens)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("token_count", [61, 100, 301, 555])
def test_windows_are_about_equally_long(token_count):
    windows = plan_windows(token_count, np.array([0]), max_tokens=60, overlap_tokens=8)
    lengths = [window.end - window.start for window in windows]
    assert max(lengths) - min(lengths) <= 8 + 4 * len(lengths)
    fewest = -(-(token_count - 8) // (60 - 8))
    assert len(windows) == fewest
