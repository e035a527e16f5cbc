"""One training run from its YAML file to a checkpoint that export can read."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.utils.data import DataLoader
from transformers import AutoTokenizer, BertModel, TrainerState, TrainingArguments, set_seed

from clashtag.errors import ConfigError
from clashtag.records import Record
from clashtag.windows import load_tokenizer
from clashtag_training.base_encoder import locate_encoder
from clashtag_training.calibration import calibrate
from clashtag_training.collation import WindowCollator
from clashtag_training.configuration import ConflictTaggerConfig
from clashtag_training.corpora.ontology_file import load_ontology
from clashtag_training.evaluation.scores import score_events
from clashtag_training.features import special_tokens
from clashtag_training.mixture import Mixture, load_mixture
from clashtag_training.modeling import ConflictTagger
from clashtag_training.run_config import OptimisationConfig, RunConfig
from clashtag_training.sampling import HeadBatchSampler
from clashtag_training.torch_sessions import torch_pipeline
from clashtag_training.trainer import Int8Callback, TaggerTrainer

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
) -> Path:
    """Run or resume a training and return the folder of the selected checkpoint.

    Args:
        config: the run.
        config_path: the file it was read from; the ontology's path is relative to it.
        corpora_dir: the folder below which the corpora lie.
        output: receives checkpoints, logs and `final/`; a run found there is resumed.
        score_dev: scores a model on the dev records, for its `selection`; by default `dev_scores`.
        published_splits: corpora that are trained on as published, see `load_mixture`.

    Raises:
        ConfigError: if the output folder holds a run with another configuration.
    """
    _claim_output(output, config)
    commit = _commit()
    set_seed(config.optimisation.seed)
    encoder_dir = locate_encoder(config.encoder, config_path.parent)
    ontology = load_ontology(config_path.parent / config.ontology) if config.ontology else None
    tokenizer = load_tokenizer(encoder_dir / "tokenizer.json")
    own_data_dir = config_path.parent / config.own_data_dir
    mixture = load_mixture(
        config, corpora_dir, ontology, tokenizer, own_data_dir, published_splits=published_splits
    )
    model = build_model(config, encoder_dir, mixture)
    trainer = _trainer(config, output, model, mixture, tokenizer, score_dev=score_dev or dev_scores)
    trainer.train(resume_from_checkpoint=_last_complete_checkpoint(output))
    final = output / FINAL_FOLDER
    trainer.save_model(str(final))
    AutoTokenizer.from_pretrained(encoder_dir).save_pretrained(final)
    tokenizer.save(str(final / "tokenizer.json"))
    run = _describe_run(config, mixture, commit, trainer.state)
    (final / "run.json").write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    return final


def build_model(config: RunConfig, encoder_dir: Path, mixture: Mixture) -> ConflictTagger:
    """Put the heads of a mixture on a pre-trained encoder."""
    encoder = BertModel.from_pretrained(
        encoder_dir,
        add_pooling_layer=False,
        hidden_dropout_prob=config.model.hidden_dropout,
        attention_probs_dropout_prob=config.model.attention_dropout,
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
    return ConflictTagger.from_encoder(tagger_config, encoder)


def _trainer(
    config: RunConfig,
    output: Path,
    model: ConflictTagger,
    mixture: Mixture,
    tokenizer: Tokenizer,
    *,
    score_dev: DevScores,
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
    )
    if optimisation.int8_epochs:
        batches = DataLoader(mixture.windows, batch_sampler=sampler, collate_fn=collator)
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


def config_fingerprint(config: RunConfig) -> str:
    """Return the sha256 of a run's settings, its seed apart."""
    unseeded = replace(config, optimisation=replace(config.optimisation, seed=0))
    return hashlib.sha256(_config_json(unseeded).encode()).hexdigest()


def _config_json(config: RunConfig) -> str:
    return json.dumps(asdict(config), default=str, indent=2, sort_keys=True)


def _claim_output(output: Path, config: RunConfig) -> None:
    """Store the configuration in a new output folder, or check that it is the one there."""
    stored = output / "run_config.json"
    if stored.is_file():
        if stored.read_text(encoding="utf-8") != _config_json(config):
            raise ConfigError(
                f"{output} holds a run with another configuration",
                "give another --output, or delete that folder to start over",
            )
        return
    output.mkdir(parents=True, exist_ok=True)
    stored.write_text(_config_json(config), encoding="utf-8")


def _last_complete_checkpoint(output: Path) -> str | None:
    """Return the newest checkpoint that was written to its end; remove newer broken ones."""
    checkpoints = sorted(
        output.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]), reverse=True
    )
    for checkpoint in checkpoints:
        try:
            json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            logger.warning("removing %s, which was cut short", checkpoint)
            shutil.rmtree(checkpoint)
            continue
        logger.info("resuming from %s", checkpoint)
        return str(checkpoint)
    return None


def _minutes(history: Sequence[Mapping[str, Any]]) -> float:
    """Return how long the run trained; after a resumption, since then."""
    times = [float(entry["train_runtime"]) for entry in history if "train_runtime" in entry]
    return round(sum(times) / 60, 1)


def _commit() -> str | None:
    """Return the commit of the code that runs, if it runs from a checkout."""
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return found.stdout.strip() or None


def _describe_run(
    config: RunConfig, mixture: Mixture, commit: str | None, state: TrainerState
) -> dict[str, Any]:
    return {
        "name": config.name,
        "encoder": config.encoder,
        "seed": config.optimisation.seed,
        "config": json.loads(_config_json(config)),
        "config_sha256": config_fingerprint(config),
        "commit": commit,
        "corpora": mixture.sources,
        "selection": state.best_metric,
        "minutes": _minutes(state.log_history),
        "dev_history": [entry for entry in state.log_history if "eval_selection" in entry],
        "versions": {
            name: version(name) for name in ("torch", "transformers", "accelerate", "tokenizers")
        },
    }
