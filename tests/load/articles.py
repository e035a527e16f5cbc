"""The articles of the load test: of mixed lengths, strung together from the sample texts."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
# Words of an article and how many of a hundred articles have so many; the mean is 335.
MIX = {100: 40, 250: 30, 500: 20, 1000: 8, 2000: 2}


def articles(count: int, seed: int) -> list[str]:
    """Return articles whose lengths are drawn from the mix; the same for the same seed."""
    words = [word for path in sorted(SAMPLES.glob("*.txt")) for word in path.read_text().split()]
    lengths = random.Random(seed).choices(list(MIX), list(MIX.values()), k=count)  # noqa: S311
    endless = itertools.cycle(words)
    return [" ".join(itertools.islice(endless, length)) for length in lengths]
