"""Temperatures: what logits are divided by so that probabilities mean what they say (Guo 2017).

One each for triggers, roles and statuses, that of least negative log-likelihood for the gold
labels of dev's words. Words are labelled as in training, but texts are not cut into windows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from clashtag.decode import TriggerCandidate
from clashtag.encoding import Encoded
from clashtag.labels import Labels, Temperature, WindowSettings
from clashtag.pipeline import Pipeline
from clashtag_training.configuration import HeadConfig
from clashtag_training.examples.encoded_corpus import EncodedCorpus
from clashtag_training.examples.features import (
    IGNORED_LABEL,
    LabelledWindow,
    LabelSpace,
    label_records,
)

LOWEST, HIGHEST = 0.25, 4.0
_PRECISION = 1e-3
_GOLDEN_RATIO = (math.sqrt(5) - 1) / 2
_WHOLE_TEXTS = WindowSettings(max_tokens=2**40, overlap_tokens=0)

_Logits = NDArray[np.float32]
_Gold = NDArray[np.int64]


def fit_temperatures(pipeline: Pipeline, corpora: Sequence[EncodedCorpus]) -> Temperature:
    """Return the temperatures that suit a model's logits on the words of all corpora.

    Triggers are fitted on the first token of every word, statuses on the gold triggers, and roles
    on the words around gold triggers, for each role that the ontology allows the type.
    """
    labelled = [
        (text, window) for corpus in corpora for text, window in _labelled_texts(pipeline, corpus)
    ]
    return Temperature(
        triggers=_fit(
            (text.trigger_logits, window.trigger_labels[1:-1]) for text, window in labelled
        ),
        roles=_fit(
            pair for text, window in labelled for pair in _gold_roles(pipeline, text, window)
        ),
        statuses=_fit(
            (text.status_logits, window.status_labels[1:-1]) for text, window in labelled
        ),
    )


def fit_temperature(logits: _Logits, gold: _Gold) -> float:
    """Return the temperature of least negative log-likelihood, from 0.25 to 4; 1 if none is better.

    Args:
        logits: (items, classes).
        gold: (items,), the right class of each.
    """
    if not len(gold):
        return 1.0

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(logits, gold, math.exp(log_temperature))

    # The loss is convex in 1 / temperature, so it has one minimum in its logarithm too.
    low, high = math.log(LOWEST), math.log(HIGHEST)
    left, right = high - _GOLDEN_RATIO * (high - low), low + _GOLDEN_RATIO * (high - low)
    loss_left, loss_right = loss(left), loss(right)
    while high - low > _PRECISION:
        if loss_left <= loss_right:
            high, right, loss_right = right, left, loss_left
            left = high - _GOLDEN_RATIO * (high - low)
            loss_left = loss(left)
        else:
            low, left, loss_left = left, right, loss_right
            right = low + _GOLDEN_RATIO * (high - low)
            loss_right = loss(right)
    best = (low + high) / 2
    return round(math.exp(best), 3) if loss(best) < loss(0.0) else 1.0


def negative_log_likelihood(logits: _Logits, gold: _Gold, temperature: float) -> float:
    """Return the mean negative logarithm of the right class's probability."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    right = np.take_along_axis(scaled, gold[:, np.newaxis], axis=1)[:, 0]
    return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - right))


def _fit(pairs: Iterable[tuple[_Logits, _Gold]]) -> float:
    """Fit one temperature to logits (..., classes) and gold labels (...), where one is known."""
    known = [(logits[gold != IGNORED_LABEL], gold[gold != IGNORED_LABEL]) for logits, gold in pairs]
    if not known:
        return 1.0
    logits, gold = zip(*known, strict=True)
    return fit_temperature(np.concatenate(logits), np.concatenate(gold))


def _labelled_texts(
    pipeline: Pipeline, corpus: EncodedCorpus
) -> Iterator[tuple[Encoded, LabelledWindow]]:
    """Yield each text that holds a word with its labels as one window."""
    pairs = [
        (record, text)
        for record, text in zip(corpus.records, corpus.texts, strict=True)
        if len(text.tokens)
    ]
    windows = label_records(
        [record for record, _ in pairs],
        _label_space(pipeline.labels),
        pipeline.tokenizer,
        _WHOLE_TEXTS,
    )
    for (_, text), window in zip(pairs, windows, strict=True):
        yield text, window


def _label_space(labels: Labels) -> LabelSpace:
    ontology = labels.ontology
    head = HeadConfig(
        kind="events",
        types=list(ontology.types),
        roles=list(ontology.roles),
        statuses=list(ontology.statuses),
    )
    allowed = {name: kind.roles for name, kind in ontology.types.items()}
    return LabelSpace.from_head("shipped", head, allowed)


def _gold_roles(
    pipeline: Pipeline, text: Encoded, window: LabelledWindow
) -> Iterator[tuple[_Logits, _Gold]]:
    types = tuple(pipeline.labels.ontology.types)
    # Positions of the text's own tokens are one less than those of the window.
    triggers = [
        TriggerCandidate(trigger.start - 1, trigger.end - 1, types[trigger.type])
        for trigger in window.triggers
    ]
    scored = pipeline.role_logits(text, triggers)
    for trigger, roles in zip(window.triggers, scored, strict=True):
        yield roles.logits, trigger.role_labels[1 + roles.start : 1 + roles.end]
