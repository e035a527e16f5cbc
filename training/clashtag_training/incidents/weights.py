"""Fits the weights that group event mentions into incidents, on articles with gold incidents.

A logistic regression over the pairs of mentions of an article, with an L2 penalty. The pairs of an
article weigh together as much as it has events, so that long articles do not drown the others.
Articles may come twice, with gold and with predicted events; mentions in no incident are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from clashtag.analysis.arguments.clean import clean_arguments
from clashtag.analysis.grouping.event_facts import read_facts
from clashtag.analysis.grouping.groups import PairScorer, group_events, text_order
from clashtag.analysis.grouping.pair_features import FEATURES, pair_features
from clashtag.analysis.publication import publication_date
from clashtag.errors import InputError
from clashtag_training.corpora.incident_gold import IncidentArticle
from clashtag_training.evaluation.coreference import GroupingTable, grouping_table
from clashtag_training.evaluation.incidents import Bounds, GroupedArticle, Grouping

L2_PENALTY = 5.0
_MAX_ITERATIONS = 100
_TOLERANCE = 1e-10

Floats = NDArray[np.float64]


def fit_weights(articles: Sequence[IncidentArticle], l2_penalty: float = L2_PENALTY) -> PairScorer:
    """Fit a weight for each pair feature by Newton's method.

    Args:
        articles: with events and gold incidents, of all events or of some.
        l2_penalty: how strongly weights are drawn to zero; the bias is not.

    Raises:
        InputError: if no article has two events, or every pair is of one kind.
    """
    pairs = [_pairs(article) for article in articles if sum(map(len, article.incidents)) > 1]
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
    predicted: Sequence[IncidentArticle] = (),
    folds: int = 10,
    seed: int = 0,
    l2_penalty: float = L2_PENALTY,
) -> dict[str, GroupingTable]:
    """Group each article with weights fitted on other articles, and score it all together.

    Args:
        articles: with gold events.
        predicted: the same articles in the same order, with predicted events.
        folds: parts that the articles are divided into.
        seed: of the division.
        l2_penalty: see `fit_weights`.

    Returns:
        Scores on gold events and, if there are any, on predicted ones: on all of them, and on
        those alone that match a gold event, among themselves.

    Raises:
        InputError: if there are fewer articles than folds, or too little to fit on.
    """
    if not 2 <= folds <= len(articles):
        raise InputError(
            f"{len(articles)} articles cannot be divided into {folds} folds", "give fewer folds"
        )
    sides = [articles, predicted] if predicted else [articles]
    order = np.random.default_rng(seed).permutation(len(articles))
    groupings: list[dict[str, Grouping]] = [{} for _ in sides]
    for fold in np.array_split(order, folds):
        others = [index for index in order if index not in set(fold.tolist())]
        scorer = fit_weights([side[index] for side in sides for index in others], l2_penalty)
        for index in fold:
            for side, groups_of in zip(sides, groupings, strict=True):
                record = side[index].record
                groups_of[str(record.id)] = group_events(record, scorer=scorer)
    gold = _triggers(articles, {str(a.record.id): a.incidents for a in articles})
    tables = {"gold events": grouping_table(gold, _triggers(articles, groupings[0]))}
    if predicted:
        tables["predicted events"] = grouping_table(gold, _triggers(predicted, groupings[1]))
        tables["predicted events that match"] = grouping_table(
            {str(a.record.id): _matched(a, a.incidents) for a in predicted},
            {str(a.record.id): _matched(a, groupings[1][str(a.record.id)]) for a in predicted},
        )
    return tables


def _triggers(
    articles: Sequence[IncidentArticle], groupings: Mapping[str, Grouping]
) -> dict[str, list[frozenset[Bounds]]]:
    """Return groupings by article id as sets of trigger spans."""
    grouped = {
        str(a.record.id): GroupedArticle(a.record, groupings[str(a.record.id)], ())
        for a in articles
    }
    return {id_: article.groups(article.incidents) for id_, article in grouped.items()}


def _matched(article: IncidentArticle, grouping: Grouping) -> list[frozenset[int]]:
    """Return a grouping of the events that are in some gold incident."""
    known = {event for incident in article.incidents for event in incident}
    return [group & known for group in map(frozenset, grouping) if group & known]


def _pairs(article: IncidentArticle) -> tuple[Floats, Floats, float]:
    """Return the features of an article's pairs, which are joined, and how much each counts."""
    record = clean_arguments(article.record)
    order = text_order(record)
    facts = read_facts(record, order, publication_date(record))
    incident_of = {event: n for n, group in enumerate(article.incidents) for event in group}
    known = [position for position, event in enumerate(order) if event in incident_of]
    pairs = list(combinations(known, 2))
    features = [pair_features(facts[first], facts[second]) for first, second in pairs]
    joined = [incident_of[order[first]] == incident_of[order[second]] for first, second in pairs]
    each = len(known) / len(pairs)
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
