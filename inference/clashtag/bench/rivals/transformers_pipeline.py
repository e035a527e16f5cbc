"""The trained encoder behind the `token-classification` pipeline of transformers, in PyTorch.

It finds triggers and their types only: such a pipeline has no place for a second pass per
trigger, so roles and statuses are left out, which is in its favour.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import (
    BertForTokenClassification,
    PreTrainedTokenizerFast,
    TokenClassificationPipeline,
)

from clashtag.bench.rivals import RivalSettings, System
from clashtag.bench.rivals.checkpoint import load_plain_tagger
from clashtag.bundle import load_bundle
from clashtag.hashing import file_sha256
from clashtag.labels import WindowSettings

Form = Literal["fp32", "bf16", "compiled"]

# Windows in a batch: 1, 4 and 16 come within a few percent or are slower, in fp32 and in bf16.
_BATCH_WINDOWS = 8
_DESCRIPTIONS = {
    "fp32": "fp32",
    "bf16": "bf16 autocast",
    "compiled": "fp32, torch.compile with dynamic shapes",
}


def load(settings: RivalSettings, form: Form = "fp32") -> System:
    """Put the checkpoint's encoder and trigger head into a pipeline.

    Raises:
        InputError: if the settings lack a checkpoint.
    """
    checkpoint = settings.require_checkpoint()
    torch.set_num_threads(settings.threads_each)
    windows = load_bundle(settings.model).labels.windows
    model = _trigger_model(checkpoint)
    if form == "compiled":
        model.compile(dynamic=True)
    pipeline = TokenClassificationPipeline(
        model=model,
        tokenizer=_tokenizer(checkpoint, windows),
        aggregation_strategy="simple",
        stride=windows.overlap_tokens,
        batch_size=_BATCH_WINDOWS,
        device="cpu",
    )

    def run(texts: Sequence[str]) -> None:
        precision: Any = (
            torch.autocast("cpu", torch.bfloat16) if form == "bf16" else contextlib.nullcontext()
        )
        with precision:
            pipeline(list(texts))

    return System(
        run,
        f"`transformers` token-classification pipeline, PyTorch {torch.__version__}, "
        f"{_DESCRIPTIONS[form]}, windows of {windows.max_tokens} tokens",
        "triggers only",
        settings.has_weights(file_sha256(checkpoint / "model.safetensors")),
    )


def _trigger_model(checkpoint: Path) -> Any:  # noqa: ANN401 - transformers counts as untyped
    tagger = load_plain_tagger(checkpoint)
    head = tagger.config.shipped_head
    config = tagger.config.encoder_config()
    types = tagger.config.heads[head]["types"]
    labels = ["O", *(f"{tag}-{name}" for name in types for tag in "BI")]
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: index for index, label in enumerate(labels)}
    model = BertForTokenClassification(config)
    model.bert.load_state_dict(tagger.encoder.state_dict())
    model.classifier.load_state_dict(tagger.trigger_heads[head].types.state_dict())
    return model.eval()


def _tokenizer(checkpoint: Path, windows: WindowSettings) -> Any:  # noqa: ANN401
    return PreTrainedTokenizerFast(
        tokenizer_file=str(checkpoint / "tokenizer.json"),
        model_max_length=windows.max_tokens,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")},
    )
