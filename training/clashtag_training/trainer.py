"""The Hugging Face `Trainer`, fed with one head a batch and selected on end-to-end F1."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainerControl
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from clashtag.errors import ConfigError
from clashtag_training.distillation import Teachers
from clashtag_training.examples.sampling import HeadBatchSampler
from clashtag_training.model.modeling import ConflictTagger
from clashtag_training.run_config import OptimisationConfig
from clashtag_training.training_time import TrainingClock

logger = logging.getLogger(__name__)

DevScorer = Callable[[ConflictTagger], Mapping[str, float]]


class LogCallback(TrainerCallback):
    """Sends the trainer's figures to the log."""

    def on_log(
        self,
        args: Any,  # noqa: ANN401, ARG002
        state: Any,  # noqa: ANN401
        control: Any,  # noqa: ANN401, ARG002
        logs: Mapping[str, Any] | None = None,
        **_: Any,  # noqa: ANN401
    ) -> None:
        """Log one set of figures on the main process."""
        if logs and state.is_local_process_zero:
            logger.info("%s", " ".join(f"{name}={value:.6g}" for name, value in logs.items()))


class BestCheckpointCallback(TrainerCallback):
    """Finds the best checkpoint of a resumed run in the run's folder, however that is spelt now.

    The trainer keeps the path that it had, and would end with the last checkpoint for want of it.
    """

    def on_train_begin(
        self,
        args: Any,  # noqa: ANN401
        state: Any,  # noqa: ANN401
        control: Any,  # noqa: ANN401, ARG002
        **_: Any,  # noqa: ANN401
    ) -> None:
        """Name it by the folder of today.

        Raises:
            ConfigError: if it is gone.
        """
        if not state.best_global_step:
            return
        best = Path(args.output_dir) / f"{PREFIX_CHECKPOINT_DIR}-{state.best_global_step}"
        if not best.is_dir():
            raise ConfigError(
                f"the best checkpoint of the run, {best}, is gone",
                f"put it back, or delete {args.output_dir} to start over",
            )
        state.best_model_checkpoint = str(best)


class Int8Callback(TrainerCallback):
    """Makes the model compute as its int8 form from a given epoch on."""

    def __init__(self, first_epoch: int, quantize: Callable[[ConflictTagger], None]) -> None:
        self.first_epoch = first_epoch
        self.quantize = quantize

    def on_epoch_begin(
        self,
        args: Any,  # noqa: ANN401, ARG002
        state: Any,  # noqa: ANN401
        control: Any,  # noqa: ANN401, ARG002
        model: ConflictTagger,
        **_: Any,  # noqa: ANN401
    ) -> None:
        """Quantise the model once its epoch has come; a resumed one is quantised already."""
        if round(state.epoch) >= self.first_epoch and not model.is_quantized:
            self.quantize(model)
            logger.info("training the int8 form from epoch %d on", round(state.epoch))


class TaggerTrainer(Trainer):
    """Trains a `ConflictTagger` with its own batches, learning rates and dev scores.

    Args:
        batch_sampler: draws the training batches.
        optimisation: learning rates per part of the model.
        dev_scorer: returns the dev metrics of a model; `selection` chooses the checkpoint.
        teachers: trained taggers that the model learns from as well as from the labels.
    """

    optimizer: torch.optim.Optimizer | None
    control: TrainerControl

    def __init__(
        self,
        *,
        batch_sampler: HeadBatchSampler,
        optimisation: OptimisationConfig,
        dev_scorer: DevScorer,
        teachers: Teachers | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        self.batch_sampler = batch_sampler
        self.optimisation = optimisation
        self.dev_scorer = dev_scorer
        self.teachers = teachers
        super().__init__(**kwargs)
        # The printer writes to standard output, which belongs to the command's result.
        self.remove_callback(PrinterCallback)
        self.add_callback(LogCallback())
        self.add_callback(BestCheckpointCallback())
        self.add_callback(TrainingClock())

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Return batches of one head each; accelerate shards them over processes."""
        loader = DataLoader(
            self.train_dataset, batch_sampler=self.batch_sampler, collate_fn=self.data_collator
        )
        return self.accelerator.prepare(loader)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        **_: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return the loss of a batch, and the model's answers if asked for."""
        answers = model(**inputs)
        loss = answers.loss if self.teachers is None else self.teachers.loss(answers, inputs)
        return (loss, answers) if return_outputs else loss

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Give encoder, role layers and heads their own learning rates; no decay on biases."""
        if self.optimizer is None:
            rates = self.optimisation
            groups: dict[tuple[float, float], list[nn.Parameter]] = {}
            for name, parameter in (model or self.model).named_parameters():
                part = name.split(".", 1)[0]
                rate = {
                    "encoder": rates.encoder_learning_rate,
                    "role_layers": rates.role_layer_learning_rate,
                }.get(part, rates.head_learning_rate)
                decay = rates.weight_decay if parameter.dim() > 1 else 0.0
                groups.setdefault((rate, decay), []).append(parameter)
            self.optimizer = torch.optim.AdamW(
                [
                    {"params": parameters, "lr": rate, "weight_decay": decay}
                    for (rate, decay), parameters in groups.items()
                ],
                fused=True,
            )
        return self.optimizer

    def evaluate(self, *_: Any, metric_key_prefix: str = "eval", **__: Any) -> dict[str, float]:  # noqa: ANN401
        """Score dev end to end with the runtime's own windows and decoding."""
        model = self.accelerator.unwrap_model(self.model)
        scores = self.dev_scorer(model)
        model.train()
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in scores.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics
