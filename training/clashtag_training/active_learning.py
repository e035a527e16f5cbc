"""Which articles to annotate first: those whose decisions the model is least sure of, per word.

The measure is the entropy of every choice that the model makes in an article, summed and divided
by the article's words, in nats per word:

- the label of each word: no trigger, or the first or a further word of a trigger of some type;
- the status of each trigger that was found;
- for each of these triggers, each role that its type allows and each word of its context, whether
  the word begins a span of that role, goes on with one, or neither.

Probabilities are those that decoding compares with thresholds: softmaxes of logits divided by the
bundle's temperatures. Thresholds have no part in an entropy, but only a trigger above its own has
roles; one just below still counts with its label.

Why this one. Summed token entropy is among the best measures that Settles & Craven (2008, "An
analysis of active learning strategies for sequence labeling tasks") compare. Entropies of separate
choices add up, whatever the number of labels, so that one sum covers three heads without weights
to set; margins and least confidence do not. A plain sum prefers long articles (Settles & Craven
2008; Shen et al. 2018, "Deep active learning for named entity recognition", who divide by length
too), while reading them is what annotators are paid for (Settles, Craven & Friedland 2008, "Active
learning with real annotation costs").

What it cannot see: mistakes that the model is sure of, and that two articles are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clashtag.decode import TriggerCandidate, decode_roles, decode_triggers
from clashtag.encoding import Encoded, RoleLogits
from clashtag.labels import Labels
from clashtag.pipeline import Pipeline, argument_from, event_from
from clashtag.records import Record


@dataclass(frozen=True, slots=True)
class PreTagged:
    """An article with the events that the model found, and its uncertainty in nats per word."""

    record: Record
    uncertainty: float


def pre_tag(pipeline: Pipeline, article: Record) -> PreTagged:
    """Return an article with its events and its uncertainty, which no other article influences.

    Articles are encoded one by one. The encoder's hidden states are held for the whole article:
    about 1.5 MB per 1,000 tokens at a width of 384.
    """
    labels = pipeline.labels
    (encoded,) = pipeline.encode([article.text])
    triggers = decode_triggers(
        encoded.trigger_logits, encoded.status_logits, encoded.tokens, labels
    )
    roles = pipeline.role_logits(encoded, triggers)
    events = []
    for trigger, its_roles in zip(triggers, roles, strict=True):
        tokens = encoded.tokens.part(its_roles.start, its_roles.end)
        spans = decode_roles(its_roles.logits, tokens, trigger.type, labels)
        arguments = tuple(argument_from(article.text, tokens, span) for span in spans)
        events.append(event_from(encoded, trigger, arguments))
    record = replace(article, events=tuple(events), tokens=len(encoded.tokens), windows=None)
    return PreTagged(record, uncertainty(encoded, triggers, roles, labels))


def uncertainty(
    encoded: Encoded,
    triggers: Sequence[TriggerCandidate],
    roles: Sequence[RoleLogits],
    labels: Labels,
) -> float:
    """Return the entropy of all choices in a text, in nats per word; 0 for a text without words.

    Args:
        encoded: the whole text.
        triggers: the triggers found in it.
        roles: the role logits of each trigger.
        labels: the ontology and the temperatures.
    """
    words = np.flatnonzero(encoded.tokens.opens_word)
    if not len(words):
        return 0.0
    temperature = labels.temperature
    starts = [trigger.start for trigger in triggers]
    total = entropies(encoded.trigger_logits[words], temperature.triggers).sum()
    total += entropies(encoded.status_logits[starts], temperature.statuses).sum()
    for trigger, its_roles in zip(triggers, roles, strict=True):
        allowed = labels.ontology.types[trigger.type].roles
        columns = [n for n, role in enumerate(labels.ontology.roles) if role in allowed]
        opens_word = encoded.tokens.opens_word[its_roles.start : its_roles.end]
        total += entropies(its_roles.logits[opens_word][:, columns], temperature.roles).sum()
    return float(total) / len(words)


def entropies(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Return the entropies, in nats, of the softmaxes of logits over their last axis."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    powers = np.exp(scaled)
    sums = powers.sum(axis=-1, keepdims=True)
    of_each: NDArray[np.float64] = np.log(sums[..., 0]) - (powers / sums * scaled).sum(axis=-1)
    return np.maximum(of_each, 0.0)


def most_uncertain_first(articles: Iterable[PreTagged]) -> list[PreTagged]:
    """Return articles by falling uncertainty; equal ones stay in the order that they came in."""
    return sorted(articles, key=lambda article: -article.uncertainty)
