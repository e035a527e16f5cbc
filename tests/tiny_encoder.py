"""A BERT encoder of a few hundred kilobytes with random weights, for tests and for a smoke run.

`data/smoke/encoder` is one, with the words of the smoke articles:

    python tests/tiny_encoder.py data/smoke/train.jsonl data/smoke/encoder
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

WIDTH = 32
LAYERS = 2
POSITIONS = 512
SPECIAL = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")}


def write_tiny_encoder(folder: Path, texts: Iterable[str], layers: int = LAYERS) -> Path:
    """Write weights, configuration and a WordPiece tokenizer of the texts; return the folder.

    Special tokens have other ids than in published vocabularies: [PAD] 0, [CLS] 2, [SEP] 3.
    """
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    tokenizer = tiny_tokenizer(texts)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=WIDTH,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=POSITIONS,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SPECIAL).save_pretrained(folder)
    return folder


def tiny_tokenizer(texts: Iterable[str], vocabulary: int = 600) -> Tokenizer:
    """Return a lower-casing WordPiece tokenizer trained on the texts."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL.values()), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", tokenizer.token_to_id("[SEP]")), ("[CLS]", tokenizer.token_to_id("[CLS]"))
    )
    return tokenizer


if __name__ == "__main__":
    records, target = map(Path, sys.argv[1:])
    lines = records.read_text(encoding="utf-8").splitlines()
    write_tiny_encoder(target, [json.loads(line)["text"] for line in lines])
