"""Batches of one head each, of like length, under a token budget, the same for every seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch.utils.data import Sampler

from clashtag_training.examples.features import LabelledWindow


@dataclass(frozen=True, slots=True)
class CorpusShare:
    """The windows `start` to `end` of a data set, and how often an epoch passes over them."""

    start: int
    end: int
    passes: float


class HeadBatchSampler(Sampler[list[int]]):
    """Yields batches of window indices that share a head, shuffled anew each epoch.

    Args:
        windows: the whole data set.
        shares: how often each corpus is seen in an epoch; fractions draw a random part.
        batch_tokens: upper bound of windows times longest window in a batch.
        seed: with the epoch, fixes the order.
    """

    def __init__(
        self,
        windows: Sequence[LabelledWindow],
        shares: Sequence[CorpusShare],
        batch_tokens: int,
        seed: int,
    ) -> None:
        self.heads = [window.head for window in windows]
        self.lengths = np.array([len(window.input_ids) for window in windows])
        self.shares = shares
        self.batch_tokens = batch_tokens
        self.seed = seed
        self.epoch = 0
        self.batches_per_epoch = len(self._batches(0))

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.batches_per_epoch

    def __iter__(self) -> Iterator[list[int]]:
        batches = self._batches(self.epoch)
        for number in range(self.batches_per_epoch):
            yield batches[number % len(batches)]

    def _batches(self, epoch: int) -> list[list[int]]:
        generator = np.random.default_rng((self.seed, epoch))
        drawn: dict[str, list[int]] = {}
        for share in self.shares:
            for index in _draw(share, generator):
                drawn.setdefault(self.heads[index], []).append(index)
        batches: list[list[int]] = []
        for indices in drawn.values():
            # Length plus noise: little padding, yet other neighbours every epoch.
            noise = generator.uniform(-8, 8, len(indices))
            order = np.argsort(self.lengths[indices] + noise, kind="stable")
            batches += self._packed([indices[position] for position in order])
        generator.shuffle(batches)
        return batches

    def _packed(self, indices: list[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        longest = 0
        for index in indices:
            longest = max(longest, int(self.lengths[index]))
            if batch and longest * (len(batch) + 1) > self.batch_tokens:
                yield batch
                batch, longest = [], int(self.lengths[index])
            batch.append(index)
        if batch:
            yield batch


def _draw(share: CorpusShare, generator: np.random.Generator) -> list[int]:
    indices = np.arange(share.start, share.end)
    whole, part = divmod(share.passes, 1.0)
    extra = generator.permutation(indices)[: round(part * len(indices))]
    return [*np.repeat(indices, int(whole)).tolist(), *extra.tolist()]
