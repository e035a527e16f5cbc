"""Lines of Voice of America articles, rebuilt from the sentences of M2E2.

The corpus holds one sentence a line, each without its last character and with a full stop put
back where no stop is left; line ends inside a sentence (after headlines and captions) are hyphens.
Nothing in the archive says where, so a sentence gives candidates, and the hash of a line says
which of them, if any, is the right one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

_STOPS = (".", "!", "?")
_STICKS_TO_PREVIOUS = re.compile(
    r"""[.,;:?!%)\]}”…]+ | '' | n['’]t | ['’](?:s|S|re|ve|ll|d|m|em)? | \.\w.* """, re.VERBOSE
)
_STICKS_TO_NEXT = re.compile(r"[(\[{“‘`#@] | [A-Z]{0,3}[$£€]", re.VERBOSE)
_GAPS = ("", " ", "-", " -")
_MOST_UNUSUAL_GAPS = 2


def sentence_lines(sentence: str) -> Iterator[str]:
    """Yield the lines that a sentence in print may have become, likeliest first."""
    text = sentence.strip()
    for joined in (re.sub(r"\r?\n", "-", text), " ".join(text.split())):
        yield _stopped(joined)
        yield _stopped(joined[:-1])


def token_lines(tokens: Sequence[str]) -> Iterator[str]:
    """Yield the lines that a tokenised sentence may have become, likeliest first.

    Gaps between tokens follow the habits of English print; up to two of them may differ, be it
    as the end of a line. A straight quotation mark may open or close.
    """
    words = [*tokens[:-1], tokens[-1][:-1]] if tokens else []
    usual = dict.fromkeys(tuple(_usual_gaps(words, is_open)) for is_open in (False, True))
    for unusual_count in range(_MOST_UNUSUAL_GAPS + 1):
        for gaps in usual:
            for changed in _with_unusual(gaps, unusual_count):
                pairs = zip(changed, words, strict=True)
                yield _stopped("".join(itertools.chain.from_iterable(pairs)))


def _with_unusual(gaps: Sequence[str], count: int) -> Iterator[list[str]]:
    """Yield the gaps with every choice of `count` of them changed to something else."""
    for places in itertools.combinations(range(1, len(gaps)), count):
        others = [[gap for gap in _GAPS if gap != gaps[place]] for place in places]
        for unusual in itertools.product(*others):
            changed = list(gaps)
            for place, gap in zip(places, unusual, strict=True):
                changed[place] = gap
            yield changed


def _stopped(line: str) -> str:
    line = line.strip()
    return line if line.endswith(_STOPS) else line + "."


def _usual_gaps(words: Sequence[str], is_open: bool) -> list[str]:
    """Return what print puts before each word; `is_open`: they begin inside a quotation."""
    gaps: list[str] = []
    sticks = True
    for word in words:
        is_quote = word == '"'
        sticks_back = is_open if is_quote else _STICKS_TO_PREVIOUS.fullmatch(word) is not None
        gaps.append("" if sticks or sticks_back else " ")
        is_open ^= is_quote
        sticks = is_open if is_quote else _STICKS_TO_NEXT.fullmatch(word) is not None
    return gaps
