from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from clashtag.analysis.incidents import group_events, shipped_scorer
from clashtag.analysis.pair_features import FEATURES
from clashtag.errors import InputError
from clashtag_training.commands.fit_incidents import app, weights_file
from clashtag_training.corpora.incident_gold import IncidentArticle, read_incidents
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.incident_weights import cross_validate, fit_weights

REPOSITORY = Path(__file__).parents[2]
GOLD = REPOSITORY / "data" / "incidents.jsonl"

ARTICLES = "".join(
    f"""=== a{number}
published: 2026-05-08

Raid kills {number + 2}
Gunmen {{attacked|1:attack}} {{Harn|1.place,2.place}}, {{killing|2:death}} {{{number + 2} men|2.victim}}. Mediators called for a {{truce|3:agreement?}}.
Last year a {{bomb|4:bombing}} {{killed|5:death}} {{two miners|5.victim}} in {{Odrel|4.place,5.place}}.

"""  # noqa: E501
    for number in range(4)
)


@pytest.fixture(scope="module")
def articles() -> list[IncidentArticle]:
    return [
        IncidentArticle(record, "train", ((0, 1), (2,), (3, 4)), (0, 2, 3))
        for record in parse_markup(ARTICLES, "articles.txt")
    ]


def test_fitted_weights_group_what_they_were_fitted_on(articles):
    scorer = fit_weights(articles, l2_penalty=0.1)
    assert list(scorer.weights) == list(FEATURES)
    for article in articles:
        assert group_events(article.record, scorer=scorer) == article.incidents


def test_a_penalty_draws_weights_to_zero(articles):
    def size(penalty: float) -> float:
        return float(np.abs(list(fit_weights(articles, penalty).weights.values())).sum())

    assert size(0.1) > size(1.0) > size(100.0)


def test_weights_do_not_depend_on_the_order_of_articles(articles):
    forth, back = fit_weights(articles), fit_weights(articles[::-1])
    assert list(forth.weights.values()) == pytest.approx(list(back.weights.values()))


def test_cross_validation_scores_every_article_once(articles):
    table = cross_validate(articles, folds=2)
    assert table.documents == tuple(str(article.record.id) for article in articles)
    assert table.conll == pytest.approx(1.0)


@pytest.mark.parametrize("folds", [1, 5])
def test_folds_must_fit_the_articles(articles, folds):
    with pytest.raises(InputError, match=f"4 articles cannot be divided into {folds} folds"):
        cross_validate(articles, folds=folds)


@pytest.mark.parametrize("incidents", [((0, 1, 2, 3, 4),), ((0,), (1,), (2,), (3,), (4,))])
def test_nothing_can_be_learnt_from_pairs_of_one_kind(articles, incidents):
    article = IncidentArticle(articles[0].record, "train", incidents, (0,) * len(incidents))
    with pytest.raises(InputError, match="all of one kind"):
        fit_weights([article])
    with pytest.raises(InputError, match="0 pairs"):
        fit_weights([])


def test_shipped_weights_are_what_the_command_fits():
    train = [article for article in read_incidents(GOLD) if article.split == "train"]
    fitted, shipped = fit_weights(train), shipped_scorer()
    assert shipped.bias == pytest.approx(fitted.bias, abs=0.05)
    assert dict(shipped.weights) == pytest.approx(dict(fitted.weights), abs=0.05)


def test_command_writes_the_weights(tmp_path, articles, monkeypatch):
    monkeypatch.setattr(
        "clashtag_training.commands.fit_incidents.read_incidents", lambda _: articles
    )
    output = tmp_path / "weights.json"
    result = CliRunner().invoke(app, ["gold.jsonl", "--folds", "2", "--output", str(output)])
    assert result.exit_code == 0, result.output
    assert "2-fold F1 on 4 articles: CoNLL 100.0" in result.output
    assert output.read_text() == weights_file(fit_weights(articles), articles)


def test_command_explains_a_missing_file(tmp_path):
    result = CliRunner().invoke(app, [str(tmp_path / "none.jsonl")])
    assert result.exit_code == 2
    assert "none.jsonl" in result.output
