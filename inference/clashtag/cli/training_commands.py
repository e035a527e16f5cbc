"""Commands that train, score, export and describe models: they run `clashtag_training`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clashtag.cli.extras import requires_extra
from clashtag.cli.options import ModelOption


class Task(StrEnum):
    """What is scored: events and roles, their incidents, entities, or MUC-4 role fillers."""

    EVENTS = "events"
    ENTITIES = "entities"
    ROLE_FILLERS = "role_fillers"
    INCIDENTS = "incidents"


def train(
    config: Annotated[
        Path, typer.Argument(help="The run's configuration file (YAML).", show_default=False)
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The run's folder; by default runs/NAME-seedN."),
    ] = None,
    corpora: Annotated[
        Path | None, typer.Option(help="The corpora folder, instead of the configuration's.")
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(help="A hub id or a folder, instead of the configuration's encoder."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="A seed to use instead of the configuration's.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the output folder.")
    ] = False,
) -> None:
    """Train a model from a configuration file (extra: train)."""
    with requires_extra("train", "train"):
        from clashtag_training.commands.train import train as run

        checkpoint = run(config, output, corpora=corpora, encoder=encoder, seed=seed, resume=resume)
    typer.echo(checkpoint)


def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold records (JSON Lines).", show_default=False)],
    *,
    predictions: Annotated[
        Path | None, typer.Option(help="Predicted records; without them, the model predicts.")
    ] = None,
    model: ModelOption = None,
    task: Annotated[Task, typer.Option(help="What is scored.")] = Task.EVENTS,
    gold_triggers: Annotated[
        bool, typer.Option("--gold-triggers", help="Give the model the gold triggers.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the result here (JSON).")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write the report here (Markdown), not on the terminal.")
    ] = None,
    samples: Annotated[
        int, typer.Option(min=1, help="Bootstrap draws behind each interval.")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
    name: Annotated[
        str | None, typer.Option(help="The data's name in the result; by default its path.")
    ] = None,
) -> None:
    """Score predictions, or a model, against gold records (extra: evaluate)."""
    with requires_extra("evaluate", "evaluate"):
        from clashtag_training.commands.evaluate import evaluate as run
        from clashtag_training.evaluation.report import markdown_report

        result = run(
            gold,
            predictions=predictions,
            model=model,
            task=task.value,
            gold_triggers=gold_triggers,
            output=output,
            report=report,
            bootstrap_samples=samples,
            seed=seed,
            dataset_name=name,
        )
        if report is None:
            typer.echo(markdown_report(result))


def export(
    checkpoint: Annotated[
        Path,
        typer.Argument(help="The `final` folder of a run of clashtag train.", show_default=False),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the new bundle.", show_default=False)
    ],
    dev: Annotated[
        list[Path],
        typer.Option(help="Dev records to measure int8 on; may be repeated.", show_default=False),
    ],
    max_drop: Annotated[
        float, typer.Option(min=0.0, help="Points of dev F1 that int8 may lose against fp32.")
    ] = 0.5,
    name: Annotated[str, typer.Option(help="The bundle's name.")] = "conflict-events",
    version: Annotated[str, typer.Option(help="The bundle's version.")] = "0.1.0",
    fp32: Annotated[bool, typer.Option("--fp32", help="Keep the weights in fp32.")] = False,
    fp32_output: Annotated[
        Path | None, typer.Option(help="Keep the fp32 form too, in this folder.")
    ] = None,
) -> None:
    """Export a trained model as a verified bundle that the tagger loads (extra: train)."""
    with requires_extra("train", "export"):
        from clashtag_training.commands.export import export as run

        bundle = run(
            checkpoint,
            output,
            dev,
            max_drop,
            name=name,
            version=version,
            fp32=fp32,
            fp32_output=fp32_output,
        )
    typer.echo(bundle)


def model_card(
    results: Annotated[Path, typer.Option(help="Folder of the result files to write from.")] = Path(
        "results"
    ),
    *,
    notes: Annotated[
        Path, typer.Option(help="The card's hand-written sections (Markdown).")
    ] = Path("configs/model_card_notes.md"),
    corpora: Annotated[
        Path, typer.Option(help="Descriptions of the training corpora (YAML).")
    ] = Path("configs/corpus_cards.yaml"),
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the card is written.")
    ] = Path("model_card.md"),
    readme: Annotated[
        Path | None, typer.Option(help="Write results and speed between this file's markers too.")
    ] = None,
    model: ModelOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where the files are out of date.")
    ] = False,
) -> None:
    """Write a model's card from its result files (extra: evaluate)."""
    with requires_extra("evaluate", "model-card"):
        from clashtag_training.commands.model_card import write_model_card

        for path in write_model_card(
            results, notes, corpora, output, readme=readme, model=model, check=check
        ):
            typer.echo(path)


def seeds(
    bundles: Annotated[
        list[Path], typer.Argument(help="Bundles of one recipe's seeds.", show_default=False)
    ],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write it.")] = Path(
        "results/seeds.json"
    ),
    machine: Annotated[
        str | None, typer.Option(help="What the seeds were trained on, in words.")
    ] = None,
) -> None:
    """Sum up the dev scores of one recipe's seeds for the model card."""
    from clashtag_training.commands.seeds import collect_seeds

    collect_seeds(bundles, output, machine=machine)
    typer.echo(output)
