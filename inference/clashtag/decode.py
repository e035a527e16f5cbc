"""Logits to spans: triggers with a type and a status, and the arguments of a trigger.

Only a word's first token is read; continuation tokens are skipped, as in training. Probabilities
are softmaxes in float32 of logits divided by the bundle's temperature.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clashtag.labels import Labels
from clashtag.windows import Tokens

_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class TriggerCandidate:
    """Whole words, tokens `start` to `end`, that name an event; no status or score in gold."""

    start: int
    end: int
    type: str
    status: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class ArgumentCandidate:
    """Whole words, tokens `start` to `end`, that play a role."""

    start: int
    end: int
    role: str
    score: float


def decode_triggers(
    trigger_logits: NDArray[np.float32],
    status_logits: NDArray[np.float32],
    tokens: Tokens,
    labels: Labels,
) -> list[TriggerCandidate]:
    """Return the triggers of a text from left to right; none overlap.

    A word opens a trigger of its most probable type if that reaches the type's threshold. The
    trigger goes on over the following words while its own I is more probable than O and any B.

    Args:
        trigger_logits: (tokens, 1 + 2 * types): O, then B and I of each type.
        status_logits: (tokens, statuses).
        tokens: the tokens that the rows stand for.
        labels: the thresholds and temperatures to decode with.
    """
    types, statuses = tuple(labels.ontology.types), tuple(labels.ontology.statuses)
    words = np.flatnonzero(tokens.opens_word)
    probabilities = _softmax(trigger_logits[words], labels.temperature.triggers)
    begin, inside = probabilities[:, 1::2], probabilities[:, 2::2]
    best_type, score = begin.argmax(axis=1), begin.max(axis=1)
    thresholds = _thresholds(types, labels.trigger_thresholds)
    continues = inside > np.maximum(probabilities[:, 0], score)[:, np.newaxis]
    best_status = status_logits[words].argmax(axis=1)
    ends = np.append(words, len(tokens))
    triggers: list[TriggerCandidate] = []
    free_from = 0
    for word in np.flatnonzero(score >= thresholds[best_type]).tolist():
        if word < free_from:
            continue
        kind = int(best_type[word])
        free_from = _run_end(continues[:, kind], word)
        triggers.append(
            TriggerCandidate(
                start=int(words[word]),
                end=int(ends[free_from]),
                type=types[kind],
                status=statuses[int(best_status[word])],
                score=float(score[word]),
            )
        )
    return triggers


def decode_roles(
    role_logits: NDArray[np.float32], tokens: Tokens, event_type: str, labels: Labels
) -> list[ArgumentCandidate]:
    """Return the arguments of one trigger in the order of the text.

    Each role that the ontology allows the type is decoded on its own: a word opens a span if its
    B reaches the role's threshold, and the span goes on while I is more probable than B and at
    least the labels' `continuation.roles`. Of spans that overlap the better scored is kept; both
    are, if they are the same span and their roles may share one.

    Args:
        role_logits: (context, roles, O/B/I).
        tokens: the tokens of the context; positions in the result count from its first.
        event_type: the type of the trigger.
        labels: the thresholds, temperatures and continuation to decode with.
    """
    roles = tuple(labels.ontology.roles)
    allowed = labels.ontology.types[event_type].roles
    words = np.flatnonzero(tokens.opens_word)
    probabilities = _softmax(role_logits[words], labels.temperature.roles)
    begin = probabilities[:, :, 1]
    opens = begin >= _thresholds(roles, labels.role_thresholds)
    inside = probabilities[:, :, 2]
    continues = (inside >= np.float32(labels.continuation.roles)) & (inside > begin)
    ends = np.append(words, len(tokens))
    candidates: list[ArgumentCandidate] = []
    for index, role in enumerate(roles):
        if role not in allowed:
            continue
        free_from = 0
        for word in np.flatnonzero(opens[:, index]).tolist():
            if word < free_from:
                continue
            free_from = _run_end(continues[:, index], word)
            candidates.append(
                ArgumentCandidate(
                    start=int(words[word]),
                    end=int(ends[free_from]),
                    role=role,
                    score=float(begin[word, index]),
                )
            )
    return _without_conflicts(candidates, {frozenset(pair) for pair in labels.shared_span_roles})


def span_characters(text: str, tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Return the character bounds of the words of tokens `start` to `end`.

    Tokenizers drop combining marks, variation selectors and zero-width joiners, so a word may
    end before the marks of its last letter; the span takes them in.
    """
    first, last = int(tokens.word_starts[start]), int(tokens.word_ends[end - 1])
    while last < len(text) and _belongs_to_previous(text[last]):
        last += 1
    return first, last


def _belongs_to_previous(character: str) -> bool:
    # Category M holds every combining mark and variation selector.
    return unicodedata.category(character)[0] == "M" or character == _ZERO_WIDTH_JOINER


def _softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    scaled = logits.astype(np.float32) / np.float32(temperature)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    normalised: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return normalised


def _thresholds(names: tuple[str, ...], thresholds: Mapping[str, float]) -> NDArray[np.float32]:
    return np.array([thresholds[name] for name in names], dtype=np.float32)


def _run_end(continues: NDArray[np.bool_], word: int) -> int:
    """Return the index after the last word of the span that opens at `word`."""
    end = word + 1
    while end < len(continues) and continues[end]:
        end += 1
    return end


def _without_conflicts(
    candidates: list[ArgumentCandidate], shared: set[frozenset[str]]
) -> list[ArgumentCandidate]:
    kept: list[ArgumentCandidate] = []
    for candidate in sorted(candidates, key=lambda span: -span.score):
        if not any(_conflict(candidate, other, shared) for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda span: (span.start, span.end))


def _conflict(
    one: ArgumentCandidate, other: ArgumentCandidate, shared: set[frozenset[str]]
) -> bool:
    if one.end <= other.start or other.end <= one.start:
        return False
    same_span = (one.start, one.end) == (other.start, other.end)
    return not (same_span and frozenset((one.role, other.role)) in shared)
