"""The rivals are what they say they are: the same model, or models of the stated kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clashtag.bench.rivals import RivalSettings
from clashtag.bundle import seal_bundle
from clashtag.hashing import file_sha256
from clashtag.windows import tokenize
from tiny_model import ONTOLOGY, VOCABULARY, tiny_tokenizer, write_tiny_bundle

TEXTS = ["Armed gunmen said the attack killed civilians in Kyiv on Monday. " * 8, "Rain."]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """The folder of a tiny untrained model in torch."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from transformers import BertConfig

    from clashtag_training.configuration import ConflictTaggerConfig
    from clashtag_training.model.modeling import ConflictTagger

    torch.manual_seed(0)
    encoder = BertConfig(
        vocab_size=max(VOCABULARY.values()) + 1,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    head = {
        "kind": "events",
        "types": list(ONTOLOGY.types),
        "roles": list(ONTOLOGY.roles),
        "statuses": list(ONTOLOGY.statuses),
    }
    config = ConflictTaggerConfig(
        encoder=encoder.to_dict(),
        heads={"ours": head},
        shipped_head="ours",
        ontology=ONTOLOGY.to_dict(),
    )
    folder = tmp_path_factory.mktemp("final")
    ConflictTagger(config).save_pretrained(folder)
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def settings(checkpoint, tmp_path):
    """Settings with a bundle that says that it was exported from the checkpoint."""
    model = write_tiny_bundle(tmp_path / "tiny")
    origin = {"checkpoint_sha256": file_sha256(checkpoint / "model.safetensors")}
    seal_bundle(model, "tiny", "1.0.0", origin)
    return RivalSettings(model, fp32=None, checkpoint=checkpoint, threads=1)


def inputs():
    ids = np.array([[101, 5, 6, 7, 8, 102], [101, 9, 102, 0, 0, 0]])
    return ids, (ids != 0).astype(np.int64)


@pytest.mark.training
def test_plain_tagger_computes_what_the_checkpoint_does(checkpoint):
    import torch

    from clashtag.bench.rivals.checkpoint import load_plain_tagger
    from clashtag_training.model.modeling import ConflictTagger

    plain = load_plain_tagger(checkpoint)
    linear = {type(m) for m in plain.modules() if isinstance(m, torch.nn.Linear)}
    assert linear == {torch.nn.Linear}
    ids, mask = map(torch.from_numpy, inputs())
    with torch.inference_mode():
        expected = ConflictTagger.from_pretrained(checkpoint).eval().encode(ids, mask)
        found = plain.encode(ids, mask)
    for one, other in zip(expected, found, strict=True):
        assert torch.allclose(one, other, atol=1e-6)


@pytest.mark.training
def test_transformers_model_finds_the_same_triggers(checkpoint):
    import torch

    from clashtag.bench.rivals.checkpoint import load_plain_tagger
    from clashtag.bench.rivals.transformers_pipeline import _trigger_model

    ids, mask = map(torch.from_numpy, inputs())
    tagger, model = load_plain_tagger(checkpoint), _trigger_model(checkpoint)
    with torch.inference_mode():
        states, _ = tagger.encode(ids, mask)
        expected, _ = tagger.tag_triggers("ours", states)
        found = model(ids, attention_mask=mask).logits
    kept = mask.bool()
    assert torch.allclose(expected[kept], found[kept], atol=1e-5)
    assert [model.config.id2label[index] for index in range(3)] == ["O", "B-attack", "I-attack"]


@pytest.mark.training
@pytest.mark.parametrize("form", ["fp32", "bf16"])
def test_transformers_pipeline_reads_articles_of_several_windows(settings, form, monkeypatch):
    from clashtag.bench.rivals import transformers_pipeline

    read: list[int] = []
    original = transformers_pipeline._trigger_model

    def watched(checkpoint):
        model = original(checkpoint)
        model.register_forward_pre_hook(
            lambda _, __, given: read.append(given["input_ids"].numel()), with_kwargs=True
        )
        return model

    monkeypatch.setattr(transformers_pipeline, "_trigger_model", watched)
    system = transformers_pipeline.load(settings, form)
    system.run(TEXTS)
    tokens = sum(map(len, tokenize(tiny_tokenizer_without_limits(), TEXTS)))
    assert sum(read) >= tokens
    assert system.scope == "triggers only"
    assert system.has_our_weights


def tiny_tokenizer_without_limits():
    tokenizer = tiny_tokenizer()
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@pytest.mark.training
def test_plain_graphs_compute_what_the_checkpoint_does(settings):
    pytest.importorskip("onnxscript")
    import torch

    from clashtag.bench.rivals import plain_onnx
    from clashtag.bench.rivals.checkpoint import load_plain_tagger

    model = load_plain_tagger(settings.checkpoint)
    pipeline = plain_onnx._pipeline(settings, settings.checkpoint)
    ids, mask = inputs()
    found = pipeline.encoder.run(ids, mask)
    states = np.random.default_rng(0).normal(size=(2, 9, 32)).astype(np.float32)
    context = np.ones((2, 9), np.int64), np.array([1, 3]), np.array([2, 5]), np.array([0, 2])
    roles = pipeline.roles.run(states, *context)
    with torch.inference_mode():
        top, role_states = model.encode(torch.from_numpy(ids), torch.from_numpy(mask))
        triggers, _ = model.tag_triggers("ours", top)
        expected = model.tag_roles("ours", *map(torch.from_numpy, (states, *context)))
    kept = mask.astype(bool)
    assert np.allclose(found.hidden[kept], role_states.numpy()[kept], atol=1e-4)
    assert np.allclose(found.trigger_logits[kept], triggers.numpy()[kept], atol=1e-4)
    assert np.allclose(roles, expected.numpy(), atol=1e-4)
    assert [record.windows for record in pipeline.tag_many(TEXTS)] == [2, 1]


@pytest.mark.training
def test_other_weights_are_told_apart(settings):
    from clashtag.bench.rivals import transformers_pipeline

    seal_bundle(settings.model, "tiny", "1.0.0", {"checkpoint_sha256": "0" * 64})
    assert transformers_pipeline.load(settings).has_our_weights is False


def test_spacy_pipeline_tags_parses_and_finds_entities(settings_without_torch):
    pytest.importorskip("spacy")
    from clashtag.bench.rivals import spacy_cnn

    doc = spacy_cnn._pipeline()(TEXTS[0])
    assert len({token.tag_ for token in doc}) > 1
    assert len({token.dep_ for token in doc}) > 1
    assert 0 < len(doc.ents) < len(doc) / 2
    system = spacy_cnn.load(settings_without_torch)
    system.run(TEXTS)
    assert system.has_our_weights is None


@pytest.fixture
def settings_without_torch(tiny_bundle):
    return RivalSettings(tiny_bundle, fp32=None, checkpoint=None, threads=1)


@pytest.mark.training
@hypothesis_settings(deadline=None)
@given(count=st.integers(0, 2000))
def test_gliner_reads_every_word_in_equal_pieces(count):
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from clashtag.bench.rivals.gliner_small import _pieces

    words = [f"w{number}" for number in range(count)]
    pieces = _pieces(" ".join(words))
    assert [word for piece in pieces for word in piece] == words
    assert len(pieces) == math.ceil(count / 384)
    sizes = [len(piece) for piece in pieces]
    assert not sizes or min(sizes) > 0
    assert not sizes or max(sizes) - min(sizes) <= len(pieces)


@pytest.mark.training
def test_gliner_scores_every_span_and_type(settings_without_torch, monkeypatch):
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from clashtag.bench.rivals import gliner_small

    small = {"vocab_size": 200, "hidden_size": 24, "num_hidden_layers": 1, "intermediate_size": 32}
    real = transformers.DebertaV2Config
    monkeypatch.setattr(transformers, "DebertaV2Config", lambda **sizes: real(**sizes | small))
    layers = gliner_small._layers()
    pieces = [["Gunmen", "attack", "civilians"], ["Rain"]]
    scores = gliner_small._score(layers, tiny_tokenizer_without_limits(), ["a", "b"], pieces)
    assert scores.shape == (2, 3, 12, 2)
    assert scores.isfinite().all()
    gliner_small.load(settings_without_torch).run(TEXTS)
