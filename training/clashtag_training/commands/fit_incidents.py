"""Fit the weights that group mentions: `python -m clashtag_training.commands.fit_incidents`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from clashtag.analysis.grouping.groups import PairScorer
from clashtag.errors import ClashtagError, InputError
from clashtag_training.corpora.incident_gold import IncidentArticle, read_incidents
from clashtag_training.corpora.record_files import read_records
from clashtag_training.evaluation.coreference import METRICS, GroupingTable
from clashtag_training.evaluation.result import write_text_atomically
from clashtag_training.incidents.predicted import on_predicted
from clashtag_training.incidents.weights import L2_PENALTY, cross_validate, fit_weights

_DECIMALS = 3

app = typer.Typer(add_completion=False)


@app.command()
def fit(
    incidents: Annotated[
        Path, typer.Argument(help="Gold incidents, beside the folder `articles`.")
    ],
    *,
    predictions: Annotated[
        list[Path] | None,
        typer.Option(
            "--predictions",
            help="Fit on these events too: records that a model tagged which had not trained on "
            "the articles. May be given several times.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the weights here (JSON).")
    ] = None,
    l2_penalty: Annotated[
        float, typer.Option(min=0.0, help="How strongly weights are drawn to zero.")
    ] = L2_PENALTY,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the cross-validation.")] = 10,
    seed: Annotated[int, typer.Option(help="Seed of these parts.")] = 0,
) -> None:
    """Cross-validate on the articles of the split `train`, then fit the weights on all of them."""
    try:
        articles = [article for article in read_incidents(incidents) if article.split == "train"]
        if not articles:
            raise InputError(f"{incidents} holds no article of the split 'train'", "mark some so")
        predicted = [record for path in predictions or () for record in read_records(path)]
        found = on_predicted(articles, predicted) if predicted else []
        tables = cross_validate(articles, found, folds=folds, seed=seed, l2_penalty=l2_penalty)
        scorer = fit_weights([*articles, *found], l2_penalty)
    except ClashtagError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{folds}-fold F1 on {len(articles)} articles:")
    for name, table in tables.items():
        typer.echo(f"  {name}: {_scores(table)}")
    weights = weights_file(scorer, articles, found, l2_penalty)
    typer.echo(weights, nl=False)
    if output is not None:
        write_text_atomically(output, weights)


def weights_file(
    scorer: PairScorer,
    articles: list[IncidentArticle],
    predicted: list[IncidentArticle],
    l2_penalty: float = L2_PENALTY,
) -> str:
    """Return the JSON that `clashtag.analysis.grouping.groups` reads its weights from."""
    fields = {
        "fitted_on": {
            "articles": len(articles),
            "events": sum(len(article.record.events) for article in articles),
            "incidents": sum(len(article.incidents) for article in articles),
            "predicted_events": sum(len(group) for a in predicted for group in a.incidents),
            "l2_penalty": l2_penalty,
        },
        "bias": round(scorer.bias, _DECIMALS),
        "weights": {name: round(value, _DECIMALS) for name, value in scorer.weights.items()},
    }
    return json.dumps(fields, indent=2) + "\n"


def _scores(table: GroupingTable) -> str:
    scores = ", ".join(f"{metric} {100 * table.f1(metric):.1f}" for metric in METRICS)
    return f"CoNLL {100 * table.conll:.1f} ({scores})"


if __name__ == "__main__":
    app()
