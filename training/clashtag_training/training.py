"""One training run from its YAML file to a checkpoint that export can read."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.utils.data import DataLoader
from transformers import AutoTokenizer, TrainingArguments, set_seed

from clashtag.errors import ConfigError
from clashtag.records import Record
from clashtag.windows import load_tokenizer
from clashtag_training.base_encoder import locate_encoder
from clashtag_training.configuration import ConflictTaggerConfig
from clashtag_training.corpora.ontology_file import load_ontology
from clashtag_training.distillation import Teachers
from clashtag_training.evaluation.result import write_text_atomically
from clashtag_training.evaluation.scores import score_events
from clashtag_training.examples.collation import WindowCollator
from clashtag_training.examples.features import special_tokens
from clashtag_training.examples.mixture import Mixture, load_mixture
from clashtag_training.examples.sampling import HeadBatchSampler
from clashtag_training.export.calibration import calibrate
from clashtag_training.model.encoder import load_encoder, read_encoder_config
from clashtag_training.model.modeling import ConflictTagger
from clashtag_training.model.torch_sessions import torch_pipeline
from clashtag_training.run_checks import check_devices, check_settings, check_window
from clashtag_training.run_config import OptimisationConfig, RunConfig
from clashtag_training.run_folder import (
    RunInputs,
    claim_folder,
    code_commit,
    describe_run,
    last_complete_checkpoint,
)
from clashtag_training.trainer import Int8Callback, TaggerTrainer
from clashtag_training.warm_start import warm_start

logger = logging.getLogger(__name__)

FINAL_FOLDER = "final"
CALIBRATION_BATCHES = 64

DevScores = Callable[[ConflictTagger, Tokenizer, Mapping[str, Sequence[Record]]], dict[str, float]]


def train(
    config: RunConfig,
    config_path: Path,
    corpora_dir: Path,
    output: Path,
    *,
    score_dev: DevScores | None = None,
    published_splits: Collection[str] = (),
    benchmark: Mapping[str, Any] | None = None,
) -> Path:
    """Run or resume a training and return the folder of the selected checkpoint.

    Args:
        config: the run.
        config_path: the file it was read from; the ontology's path is relative to it.
        corpora_dir: the folder below which the corpora lie.
        output: receives checkpoints, logs and `final/`; a run found there is resumed.
        score_dev: scores a model on the dev records, for its `selection`; by default `dev_scores`.
        published_splits: corpora that are trained on as published, see `load_mixture`.
        benchmark: what `run.json` says of the benchmark that the run is for.

    Raises:
        ConfigError: if the settings do not suit one another, the encoder or the machine, if the
            output folder holds a run with another configuration or of other inputs, or if the
            checkpoints that the run builds on are missing or do not fit.
    """
    check_settings(config, scores_events=score_dev is None)
    check_devices()
    commit = code_commit()
    set_seed(config.optimisation.seed)
    encoder_dir = locate_encoder(config.encoder, config_path.parent)
    check_window(config.window, read_encoder_config(encoder_dir))
    ontology = load_ontology(config_path.parent / config.ontology) if config.ontology else None
    tokenizer = load_tokenizer(encoder_dir / "tokenizer.json")
    own_data_dir = config_path.parent / config.own_data_dir
    mixture = load_mixture(
        config, corpora_dir, ontology, tokenizer, own_data_dir, published_splits=published_splits
    )
    teachers = (
        Teachers.load(
            config.distillation,
            config_path.parent,
            mixture.heads,
            config.optimisation.attention,
        )
        if config.distillation
        else None
    )
    model = build_model(config, encoder_dir, mixture, teachers)
    warm_start_sha256 = (
        warm_start(model, config_path.parent / config.warm_start) if config.warm_start else None
    )
    inputs = RunInputs(
        mixture.heads,
        {name: source["sha256"] for name, source in mixture.sources.items()},
        warm_start_sha256,
        teachers.weights_sha256 if teachers else (),
        benchmark,
    )
    claim_folder(output, config, inputs)
    trainer = _trainer(
        config,
        output,
        model,
        mixture,
        tokenizer,
        score_dev=score_dev or dev_scores,
        teachers=teachers,
    )
    trainer.train(resume_from_checkpoint=last_complete_checkpoint(output))
    final = output / FINAL_FOLDER
    # The folder counts as finished once this file is there.
    run_file = final / "run.json"
    run_file.unlink(missing_ok=True)
    trainer.save_model(str(final))
    AutoTokenizer.from_pretrained(encoder_dir).save_pretrained(final)
    tokenizer.save(str(final / "tokenizer.json"))
    run = describe_run(config, inputs, mixture, commit, trainer.state)
    write_text_atomically(run_file, json.dumps(run, indent=2) + "\n")
    return final


def build_model(
    config: RunConfig, encoder_dir: Path, mixture: Mixture, teachers: Teachers | None = None
) -> ConflictTagger:
    """Put the heads of a mixture on a pre-trained encoder, or take them over from teachers.

    Raises:
        ConfigError: if the encoder lacks weights, or has no layer that triggers and roles share.
    """
    encoder = load_encoder(
        encoder_dir,
        hidden_dropout=config.model.hidden_dropout,
        attention_dropout=config.model.attention_dropout,
    )
    layers = len(teachers.settings.encoder_layers if teachers else encoder.encoder.layer)
    if config.model.role_layers >= layers:
        raise ConfigError(
            f"model.role_layers must be below the encoder's {layers} layers, "
            f"found {config.model.role_layers}",
            "give fewer role layers",
        )
    tagger_config = ConflictTaggerConfig(
        encoder=encoder.config.to_diff_dict(),
        heads=mixture.heads,
        shipped_head=config.shipped_head,
        role_layers=config.model.role_layers,
        role_context_tokens=config.window.role_context_tokens,
        max_distance_tokens=config.model.max_distance_tokens,
        head_dropout=config.model.head_dropout,
        type_dropout=config.model.type_dropout,
        ontology=mixture.ontology.to_dict() if mixture.ontology else None,
        window={
            "max_tokens": config.window.max_tokens,
            "overlap_tokens": config.window.overlap_tokens,
            "role_context_tokens": config.window.role_context_tokens,
        },
        shared_span_roles=mixture.shared_span_roles,
        attn_implementation=config.optimisation.attention,
    )
    if teachers is not None:
        return teachers.student(tagger_config)
    return ConflictTagger.from_encoder(tagger_config, encoder)


def _trainer(
    config: RunConfig,
    output: Path,
    model: ConflictTagger,
    mixture: Mixture,
    tokenizer: Tokenizer,
    *,
    score_dev: DevScores,
    teachers: Teachers | None,
) -> TaggerTrainer:
    optimisation = config.optimisation
    cuda = torch.cuda.is_available()
    precision = optimisation.precision
    if precision == "auto":
        precision = "bf16" if not cuda or torch.cuda.is_bf16_supported() else "fp16"
    arguments = TrainingArguments(
        output_dir=str(output),
        run_name=config.name,
        num_train_epochs=optimisation.epochs,
        max_steps=optimisation.max_steps or -1,
        warmup_steps=optimisation.warmup_share,
        lr_scheduler_type="linear",
        max_grad_norm=optimisation.max_gradient_norm,
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        use_cpu=not cuda,
        dataloader_pin_memory=cuda,
        seed=optimisation.seed,
        eval_strategy="epoch" if mixture.dev else "no",
        eval_delay=_first_evaluation(optimisation),
        save_strategy="epoch",
        save_total_limit=optimisation.kept_checkpoints,
        load_best_model_at_end=bool(mixture.dev),
        metric_for_best_model="selection",
        greater_is_better=True,
        logging_steps=20,
        report_to=list(optimisation.report_to) or "none",
        disable_tqdm=True,
        remove_unused_columns=False,
        ddp_find_unused_parameters=True,
    )
    roles_by_head = {name: len(head["roles"]) for name, head in mixture.heads.items()}
    collator = WindowCollator(
        special_tokens(tokenizer).pad, config.window.role_context_tokens, roles_by_head
    )
    sampler = HeadBatchSampler(
        mixture.windows, mixture.shares, optimisation.batch_tokens, optimisation.seed
    )
    trainer = TaggerTrainer(
        model=model,
        args=arguments,
        train_dataset=mixture.windows,
        eval_dataset=[record for records in mixture.dev.values() for record in records] or None,
        data_collator=collator,
        batch_sampler=sampler,
        optimisation=optimisation,
        dev_scorer=lambda tagged: score_dev(tagged, tokenizer, mixture.dev),
        teachers=teachers,
    )
    if optimisation.int8_epochs:
        # Of their own, so that a resumed run calibrates on the texts that it would have had.
        batches = DataLoader(
            mixture.windows,
            batch_sampler=HeadBatchSampler(
                mixture.windows, mixture.shares, optimisation.batch_tokens, optimisation.seed
            ),
            collate_fn=collator,
            generator=torch.Generator(),
        )
        trainer.add_callback(
            Int8Callback(optimisation.exact_epochs, lambda tagged: _quantize(tagged, batches))
        )
    return trainer


def _first_evaluation(optimisation: OptimisationConfig) -> int:
    """Return after which epoch dev is scored first: never before the form that is wanted."""
    if not optimisation.int8_epochs:
        return optimisation.first_evaluation_epoch
    return max(optimisation.first_evaluation_epoch, optimisation.exact_epochs + 1)


def _quantize(model: ConflictTagger, batches: Iterable[Mapping[str, Any]]) -> None:
    """Calibrate a model's int8 form on some training batches."""

    def run() -> None:
        for batch in islice(batches, CALIBRATION_BATCHES):
            model(
                **{
                    name: value.to(model.device) if isinstance(value, torch.Tensor) else value
                    for name, value in batch.items()
                }
            )

    training = model.training
    model.eval()
    calibrate(model, run)
    model.train(training)


def dev_scores(
    model: ConflictTagger, tokenizer: Tokenizer, dev: Mapping[str, Sequence[Record]]
) -> dict[str, float]:
    """Return end-to-end F1 (in points) per dev corpus and their mean as `selection`."""
    pipeline = torch_pipeline(model, tokenizer)
    metrics: dict[str, float] = {}
    for name, records in dev.items():
        predicted = list(pipeline.tag_many(records))
        scores = score_events(records, predicted)
        metrics[f"{name}_trigger_cls"] = 100 * scores.exact["trigger_cls"].f1
        metrics[f"{name}_arg_cls_plus"] = 100 * scores.exact["arg_cls_plus"].f1
    metrics["selection"] = sum(metrics.values()) / max(1, len(metrics))
    return metrics
