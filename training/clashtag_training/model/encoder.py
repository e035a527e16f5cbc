"""The pre-trained encoder that a tagger is built on, read from its folder."""

from __future__ import annotations

from pathlib import Path

from transformers import BertConfig, BertModel

from clashtag.errors import ConfigError


def read_encoder_config(folder: Path) -> BertConfig:
    """Return the configuration of an encoder.

    Raises:
        ConfigError: if it is not of the BERT architecture.
    """
    fields, _ = BertConfig.get_config_dict(folder)
    found = fields.get("model_type")
    if found != BertConfig.model_type:
        raise ConfigError(
            f"the encoder {folder} has model_type {found!r}, expected {BertConfig.model_type!r}",
            "give an encoder of the BERT architecture",
        )
    return BertConfig.from_dict(fields)


def load_encoder(folder: Path, *, hidden_dropout: float, attention_dropout: float) -> BertModel:
    """Return an encoder with its pre-trained weights; those of its pooler are left out.

    Raises:
        ConfigError: if weights are missing.
    """
    encoder, loading = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        hidden_dropout_prob=hidden_dropout,
        attention_probs_dropout_prob=attention_dropout,
        output_loading_info=True,
    )
    missing = sorted(loading["missing_keys"])
    if missing:
        raise ConfigError(
            f"the encoder {folder} lacks weights: {missing[0]} and {len(missing) - 1} more",
            "give an encoder of the BERT architecture, or download it again",
        )
    return encoder
