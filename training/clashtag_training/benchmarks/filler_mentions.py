"""Token logits to mentions of role fillers, which go on as long as their role stays possible.

A filler is a whole phrase ("members of the ..."), and a tagger in doubt is more often right to go
on than to stop: triggers, most of them one word, are decoded the other way round.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clashtag.decode import span_characters
from clashtag.encoding import Encoded
from clashtag.labels import Labels
from clashtag.records import Mention


class FoundFiller(NamedTuple):
    """A mention that was found to fill the role it is labelled with, and its probability."""

    mention: Mention
    score: float


def find_fillers(encoded: Encoded, labels: Labels) -> list[FoundFiller]:
    """Return the mentions of a text from left to right; those of different roles may overlap.

    Each role is decoded on its own. A word whose B reaches the role's threshold opens a mention,
    scored by that B; it goes on while the role, B and I together, has at least the probability
    `continuation.roles`. A second B so joins the mention that it touches: a boundary that the
    model sees inside a name is more often wrong than two fillers are neighbours.

    Args:
        encoded: a text with trigger logits, (tokens, 1 + 2 * roles): O, then B and I of each role.
        labels: the roles, as types, with their thresholds, and the continuation.
    """
    words = np.flatnonzero(encoded.tokens.opens_word)
    logits = encoded.trigger_logits[words] / np.float32(labels.temperature.triggers)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    begin = probabilities[:, 1::2]
    continues = begin + probabilities[:, 2::2] >= labels.continuation.roles
    ends = np.append(words, len(encoded.tokens))
    found: list[FoundFiller] = []
    for index, role in enumerate(labels.ontology.types):
        free_from = 0
        for word in np.flatnonzero(begin[:, index] >= labels.trigger_thresholds[role]).tolist():
            if word < free_from:
                continue
            stops = np.flatnonzero(~continues[word + 1 :, index])
            free_from = word + 1 + int(stops[0]) if len(stops) else len(words)
            start, end = span_characters(
                encoded.text, encoded.tokens, int(words[word]), int(ends[free_from])
            )
            mention = Mention(role, start, end, encoded.text[start:end])
            found.append(FoundFiller(mention, float(begin[word, index])))
    return sorted(found, key=lambda filler: (filler.mention.start, filler.mention.end))
