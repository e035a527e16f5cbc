"""GLiNER of the size of `gliner_small-v2.1`, with random weights.

The package `gliner` asks for a transformers that is older than ours, so its parts are put
together here (Zaratiana et al. 2024): a DeBERTa-v3-small encoder that reads the types before the
words, a recurrent layer over the words, and a score for each type and each span of up to 12
words. What follows, the choice among overlapping spans, is left out, which is in its favour.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer
from torch import nn

from clashtag.batches import pad
from clashtag.bench.rivals import RivalSettings, System
from clashtag.bundle import load_bundle
from clashtag.windows import load_tokenizer

_WIDTH = 512
_MAX_WORDS = 384
_MAX_SPAN_WORDS = 12
_BATCH_TEXTS = 8
_SCORE = 0.5
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")


def load(settings: RivalSettings) -> System:
    """Build the model; its entity types are the event types of the bundle."""
    torch.set_num_threads(settings.threads_each)
    torch.manual_seed(0)
    bundle = load_bundle(settings.model)
    tokenizer = load_tokenizer(bundle.tokenizer_path)
    types = list(bundle.labels.ontology.types)
    layers = _layers()

    def run(texts: Sequence[str]) -> None:
        pieces = [piece for text in texts for piece in _pieces(text)]
        with torch.inference_mode():
            for first in range(0, len(pieces), _BATCH_TEXTS):
                scores = _score(layers, tokenizer, types, pieces[first : first + _BATCH_TEXTS])
                torch.nonzero(scores.sigmoid() > _SCORE)

    return System(
        run,
        f"GLiNER of the size of gliner_small-v2.1 with {len(types)} types, PyTorch "
        f"{torch.__version__}, fp32; speed only",
        "another task",
        has_our_weights=None,
    )


def _layers() -> dict[str, Any]:
    config = transformers.DebertaV2Config(
        vocab_size=128_100,
        hidden_size=768,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=3072,
        type_vocab_size=0,
        relative_attention=True,
        position_buckets=256,
        max_relative_positions=-1,
        pos_att_type=["p2c", "c2p"],
        share_att_key=True,
        norm_rel_ebd="layer_norm",
        position_biased_input=False,
    )
    layers = {
        "encoder": transformers.DebertaV2Model(config),
        "projection": nn.Linear(config.hidden_size, _WIDTH),
        "recurrent": nn.LSTM(_WIDTH, _WIDTH // 2, bidirectional=True, batch_first=True),
        "types": _two_layers(_WIDTH),
        "starts": _two_layers(_WIDTH),
        "ends": _two_layers(_WIDTH),
        "spans": _two_layers(2 * _WIDTH),
    }
    return {name: layer.eval() for name, layer in layers.items()}


def _two_layers(width: int) -> Any:  # noqa: ANN401 - torch counts as untyped
    return nn.Sequential(nn.Linear(width, 4 * _WIDTH), nn.ReLU(), nn.Linear(4 * _WIDTH, _WIDTH))


def _pieces(text: str) -> list[list[str]]:
    """Return the words of a text in equal pieces, as few as the model needs to read them all."""
    words = _WORD.findall(text)
    pieces = math.ceil(len(words) / _MAX_WORDS)
    size = math.ceil(len(words) / max(1, pieces))
    return [words[number * size : (number + 1) * size] for number in range(pieces)]


def _score(
    layers: dict[str, Any], tokenizer: Tokenizer, types: list[str], pieces: list[list[str]]
) -> Any:  # noqa: ANN401
    """Return a score for each span and type, (texts, words, span words, types)."""
    prompt = [word for name in types for word in ("<<ENT>>", name)] + ["<<SEP>>"]
    inputs = [[*prompt, *words] for words in pieces]
    encodings = tokenizer.encode_batch(inputs, is_pretokenized=True)
    ids, mask = map(torch.from_numpy, pad([np.asarray(each.ids) for each in encodings]))
    states = layers["projection"](layers["encoder"](ids, mask).last_hidden_state)
    firsts, _ = pad([_first_tokens(each.word_ids) for each in encodings])
    every = states[torch.arange(len(pieces)).unsqueeze(1), torch.from_numpy(firsts)]
    type_states = layers["types"](every[:, 0 : 2 * len(types) : 2])
    words, _ = layers["recurrent"](every[:, len(prompt) :])
    starts, ends = layers["starts"](words), layers["ends"](words)
    count = words.shape[1]
    last = torch.arange(count).unsqueeze(1) + torch.arange(_MAX_SPAN_WORDS)
    ends = ends[:, last.clamp(max=count - 1)]
    both = torch.cat([starts.unsqueeze(2).expand_as(ends), ends], dim=-1).relu()
    return torch.einsum("bwkd,btd->bwkt", layers["spans"](both), type_states)


def _first_tokens(word_ids: Sequence[int | None]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the position of the first token of each word."""
    words = np.array([-1 if word is None else word for word in word_ids])
    _, firsts = np.unique(words, return_index=True)
    return firsts[1:] if -1 in words else firsts
