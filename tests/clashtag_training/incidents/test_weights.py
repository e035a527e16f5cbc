from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from clashtag.analysis.grouping.groups import group_events, shipped_scorer
from clashtag.analysis.grouping.pair_features import FEATURES
from clashtag.errors import InputError
from clashtag.records import Event, Record, Span
from clashtag_training.commands.fit_incidents import app, weights_file
from clashtag_training.corpora.incident_gold import IncidentArticle, read_incidents
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.corpora.record_files import read_records, write_records
from clashtag_training.incidents.predicted import on_predicted
from clashtag_training.incidents.weights import cross_validate, fit_weights

REPOSITORY = Path(__file__).parents[3]
GOLD = REPOSITORY / "data" / "incidents.jsonl"
PREDICTED = REPOSITORY / "data" / "incidents-predicted.jsonl"

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


def tagged(record: Record) -> Record:
    """The record as a tagger might find it: without `killing`, and with an event too many."""
    start = record.text.index("Odrel")
    wrong = Event("protest", Span(start, start + 5, "Odrel"))
    return replace(record, events=(record.events[0], *record.events[2:], wrong))


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
    [(name, table)] = cross_validate(articles, folds=2, l2_penalty=0.1).items()
    assert name == "gold events"
    assert table.documents == tuple(str(article.record.id) for article in articles)
    assert table.conll == pytest.approx(1.0)


def test_predicted_events_are_scored_beside_gold_ones(articles):
    """Each article lacks one event of an incident, and has one that is wrong."""
    found = on_predicted(articles, [tagged(article.record) for article in articles])
    tables = cross_validate(articles, found, folds=2, l2_penalty=0.1)
    f1 = {name: table.f1("groups") for name, table in tables.items()}
    assert f1["gold events"] == f1["predicted events that match"] == pytest.approx(1.0)
    assert f1["predicted events"] < 0.7


def test_events_that_match_no_gold_event_teach_nothing(articles):
    found = on_predicted(articles, [tagged(article.record) for article in articles])
    guess = found[0].record.events[-1]
    assert guess.trigger.text == "Odrel"
    assert found[0].incidents == ((0,), (1,), (2, 3))
    others = [replace(a, record=replace(a.record, events=a.record.events[:-1])) for a in found]
    assert fit_weights([*articles, *found]) == fit_weights([*articles, *others])


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
    fitted = fit_weights([*train, *on_predicted(train, read_records(PREDICTED))])
    shipped = shipped_scorer()
    assert shipped.bias == pytest.approx(fitted.bias, abs=0.05)
    assert dict(shipped.weights) == pytest.approx(dict(fitted.weights), abs=0.05)


def test_command_writes_the_weights(tmp_path, articles, monkeypatch):
    monkeypatch.setattr(
        "clashtag_training.commands.fit_incidents.read_incidents", lambda _: articles
    )
    output = tmp_path / "weights.json"
    options = ["gold.jsonl", "--folds", "2", "--output", str(output), "--l2-penalty", "0.1"]
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 0, result.output
    assert "2-fold F1 on 4 articles:\n  gold events: CoNLL 100.0" in result.output
    assert output.read_text() == weights_file(fit_weights(articles, 0.1), articles, [], 0.1)

    predictions = tmp_path / "predicted.jsonl"
    write_records(predictions, [tagged(article.record) for article in articles])
    result = CliRunner().invoke(app, [*options, "--predictions", str(predictions)])
    assert result.exit_code == 0, result.output
    assert "predicted events that match: CoNLL 100.0" in result.output
    assert json.loads(output.read_text())["fitted_on"]["predicted_events"] == 16


def test_command_refuses_predictions_of_other_articles(tmp_path, articles, monkeypatch):
    monkeypatch.setattr(
        "clashtag_training.commands.fit_incidents.read_incidents", lambda _: articles
    )
    predictions = tmp_path / "predicted.jsonl"
    write_records(predictions, [Record("It burnt.", id="a9")])
    result = CliRunner().invoke(app, ["gold.jsonl", "--predictions", str(predictions)])
    assert result.exit_code == 2
    assert "'a9'" in result.output


def test_command_explains_a_missing_file(tmp_path):
    result = CliRunner().invoke(app, [str(tmp_path / "none.jsonl")])
    assert result.exit_code == 2
    assert "none.jsonl" in result.output
