"""Fits the weights that group event mentions into incidents, on articles with gold incidents.

A logistic regression over the pairs of mentions of an article, with an L2 penalty. The pairs of an
article weigh together as much as it has events, so that long articles do not drown the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from clashtag.analysis.event_facts import read_facts
from clashtag.analysis.incidents import PairScorer, group_events, text_order
from clashtag.analysis.pair_features import FEATURES, pair_features
from clashtag.analysis.publication import publication_date
from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.corpora.incident_gold import IncidentArticle
from clashtag_training.evaluation.coreference import GroupingTable, grouping_table

L2_PENALTY = 1.0
_MAX_ITERATIONS = 100
_TOLERANCE = 1e-10

Floats = NDArray[np.float64]
Grouper = Callable[[Record], Sequence[Sequence[int]]]


def fit_weights(articles: Sequence[IncidentArticle], l2_penalty: float = L2_PENALTY) -> PairScorer:
    """Fit a weight for each pair feature by Newton's method.

    Args:
        articles: with events and gold incidents.
        l2_penalty: how strongly weights are drawn to zero; the bias is not.

    Raises:
        InputError: if no article has two events, or every pair is of one kind.
    """
    pairs = [_pairs(article) for article in articles if len(article.record.events) > 1]
    is_joined = np.concatenate([joined for _, joined, _ in pairs]) if pairs else np.zeros(0)
    if len(set(is_joined.tolist())) < 2:
        raise InputError(
            f"{len(is_joined)} pairs of events, all of one kind, tell nothing about grouping",
            "give articles with incidents of several events, and several incidents",
        )
    inputs = np.vstack([features for features, _, _ in pairs])
    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])
    importance = np.concatenate([np.full(len(joined), each) for _, joined, each in pairs])
    importance *= len(importance) / importance.sum()
    penalties = np.append(np.full(len(FEATURES), l2_penalty), 0.0)
    weights = _newton(inputs, is_joined, importance, penalties)
    by_name = {name: float(weight) for name, weight in zip(FEATURES, weights, strict=False)}
    return PairScorer(float(weights[-1]), by_name)


def cross_validate(
    articles: Sequence[IncidentArticle],
    folds: int = 10,
    seed: int = 0,
    l2_penalty: float = L2_PENALTY,
) -> GroupingTable:
    """Group each article with weights fitted on other articles, and score it all together.

    Raises:
        InputError: if there are fewer articles than folds, or too little to fit on.
    """
    if not 2 <= folds <= len(articles):
        raise InputError(
            f"{len(articles)} articles cannot be divided into {folds} folds", "give fewer folds"
        )
    order = np.random.default_rng(seed).permutation(len(articles))
    predicted: dict[str, Sequence[frozenset[int]]] = {}
    for fold in np.array_split(order, folds):
        held_out = set(fold.tolist())
        scorer = fit_weights(
            [articles[index] for index in order if index not in held_out], l2_penalty
        )
        for index in held_out:
            record = articles[index].record
            groups = group_events(record, scorer=scorer)
            predicted[str(record.id)] = [frozenset(group) for group in groups]
    gold = {str(a.record.id): [frozenset(group) for group in a.incidents] for a in articles}
    return grouping_table(gold, predicted)


def _pairs(article: IncidentArticle) -> tuple[Floats, Floats, float]:
    """Return the features of an article's pairs, which are joined, and how much each counts."""
    record = article.record
    order = text_order(record)
    facts = read_facts(record, order, publication_date(record))
    incident_of = {event: n for n, group in enumerate(article.incidents) for event in group}
    pairs = list(combinations(range(len(order)), 2))
    features = [pair_features(facts[first], facts[second]) for first, second in pairs]
    joined = [incident_of[order[first]] == incident_of[order[second]] for first, second in pairs]
    each = len(order) / len(pairs)
    return np.asarray(features), np.asarray(joined, dtype=np.float64), each


def _newton(inputs: Floats, targets: Floats, importance: Floats, penalties: Floats) -> Floats:
    weights = np.zeros(inputs.shape[1])
    for _ in range(_MAX_ITERATIONS):
        odds = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (importance * (odds - targets)) + penalties * weights
        curvature = (inputs * (importance * odds * (1 - odds))[:, None]).T @ inputs
        step = np.linalg.solve(curvature + np.diag(penalties + 1e-9), gradient)
        weights = weights - step
        if np.abs(step).max() < _TOLERANCE:
            return weights
    raise InputError(
        f"the weights do not settle within {_MAX_ITERATIONS} steps",
        "raise the L2 penalty, or give more articles",
    )
