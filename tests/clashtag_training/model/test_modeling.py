from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

from transformers import BertModel

from clashtag.labels import WindowSettings
from clashtag_training.configuration import ConflictTaggerConfig, HeadConfig
from clashtag_training.examples.collation import WindowCollator
from clashtag_training.examples.features import IGNORED_LABEL, label_records
from clashtag_training.model.modeling import ConflictTagger

CONTEXT = 12
PAD = 0


@pytest.fixture(scope="module")
def encoder(encoder_dir):
    return BertModel.from_pretrained(encoder_dir, add_pooling_layer=False)


@pytest.fixture(scope="module")
def config(encoder, head, ontology):
    return ConflictTaggerConfig(
        encoder=encoder.config.to_diff_dict(),
        heads={
            "ours": head,
            "names": HeadConfig(kind="mentions", types=["town"], roles=[], statuses=[]),
        },
        shipped_head="ours",
        role_context_tokens=CONTEXT,
        max_distance_tokens=8,
        ontology=ontology.to_dict(),
        window=dataclasses.asdict(WindowSettings()),
        shared_span_roles=[["agent", "claimant"]],
        attn_implementation="eager",
    )


@pytest.fixture(scope="module")
def model(config, encoder):
    torch.manual_seed(1)
    return ConflictTagger.from_encoder(config, encoder).eval()


@pytest.fixture(scope="module")
def collator(label_space):
    return WindowCollator(PAD, CONTEXT, {"ours": len(label_space.roles), "names": 0})


@pytest.fixture(scope="module")
def windows(records, label_space, tokenizer):
    return label_records(records, label_space, tokenizer, WindowSettings())


@pytest.fixture(scope="module")
def batch(collator, windows):
    return collator(windows)


@torch.inference_mode()
def run(model, batch):
    return model(**batch)


def test_shapes_are_those_of_the_head(model, batch, windows, ontology):
    output = run(model, batch)
    rows, tokens = batch["input_ids"].shape
    triggers = sum(len(window.triggers) for window in windows)
    assert output.trigger_logits.shape == (rows, tokens, 1 + 2 * len(ontology.types))
    assert output.status_logits.shape == (rows, tokens, len(ontology.statuses))
    assert output.role_logits.shape == (triggers, CONTEXT, len(ontology.roles), 3)
    assert output.loss.shape == ()


def test_a_saved_model_gives_the_same_logits(model, batch, tmp_path):
    model.save_pretrained(tmp_path)
    loaded = ConflictTagger.from_pretrained(tmp_path, attn_implementation="eager").eval()
    expected, found = run(model, batch), run(loaded, batch)
    for name in ("loss", "trigger_logits", "status_logits", "role_logits"):
        assert torch.equal(expected[name], found[name]), name


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_kinds_of_attention_agree(model, batch, tmp_path, attention):
    model.save_pretrained(tmp_path)
    other = ConflictTagger.from_pretrained(tmp_path, attn_implementation=attention).eval()
    expected, found = run(model, batch), run(other, batch)
    torch.testing.assert_close(expected.role_logits, found.role_logits, atol=1e-5, rtol=0)


def test_labels_keep_the_heads_order_in_a_saved_configuration(config, ontology, tmp_path):
    config.save_pretrained(tmp_path)
    saved = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert list(saved["ontology"]["types"]) == sorted(ontology.types) != list(ontology.types)
    shipped = ConflictTaggerConfig.from_pretrained(tmp_path).shipped_ontology()
    assert shipped == ontology
    for labels in ("types", "roles", "statuses"):
        assert list(getattr(shipped, labels)) == list(getattr(ontology, labels))


def test_a_configuration_survives_saving(config, tmp_path):
    config.save_pretrained(tmp_path)
    loaded = ConflictTaggerConfig.from_pretrained(tmp_path)
    for name in ("heads", "shipped_head", "role_layers", "window", "shared_span_roles"):
        assert getattr(loaded, name) == getattr(config, name)
    assert loaded.encoder_config().hidden_size == config.encoder_config().hidden_size


def test_padding_changes_no_logits(model, collator, windows):
    together = run(model, collator(windows))
    first_trigger = 0
    for row, window in enumerate(windows):
        alone = run(model, collator([window]))
        length = len(window.input_ids)
        torch.testing.assert_close(
            together.trigger_logits[row, :length], alone.trigger_logits[0], atol=1e-5, rtol=1e-4
        )
        for number in range(len(window.triggers)):
            context = alone.role_logits.shape[1]
            torch.testing.assert_close(
                together.role_logits[first_trigger + number, :context],
                alone.role_logits[number],
                atol=1e-5,
                rtol=1e-4,
            )
        first_trigger += len(window.triggers)


def test_from_encoder_takes_its_weights_and_copies_its_top_layers(config, encoder):
    deeper = ConflictTaggerConfig(**{**_fields(config), "role_layers": 2})
    model = ConflictTagger.from_encoder(deeper, encoder)
    for name, expected in encoder.state_dict().items():
        assert torch.equal(model.encoder.state_dict()[name], expected), name
    for depth, role_layer in enumerate(model.role_layers):
        top = encoder.encoder.layer[depth].state_dict()
        assert all(torch.equal(role_layer.state_dict()[name], top[name]) for name in top)
    one = ConflictTagger.from_encoder(config, encoder)
    top = encoder.encoder.layer[-1].state_dict()
    assert all(torch.equal(one.role_layers[0].state_dict()[name], top[name]) for name in top)
    assert one.role_layers[0].output.dense.weight is not encoder.encoder.layer[-1].output.dense


def _fields(config):
    names = ("encoder", "heads", "shipped_head", "ontology", "window", "max_distance_tokens")
    return {name: getattr(config, name) for name in names}


def test_the_encoder_gives_what_bert_gives(model, encoder, batch):
    with torch.inference_mode():
        hidden, role_states = model.encode(batch["input_ids"], batch["attention_mask"])
        expected = encoder(
            batch["input_ids"], attention_mask=batch["attention_mask"], output_hidden_states=True
        )
    kept = batch["attention_mask"].bool()
    torch.testing.assert_close(hidden[kept], expected.last_hidden_state[kept], atol=1e-5, rtol=0)
    torch.testing.assert_close(
        role_states[kept], expected.hidden_states[-2][kept], atol=1e-5, rtol=0
    )


def test_roles_depend_on_the_trigger(model, batch):
    moved = {**batch, "trigger_type": 1 - batch["trigger_type"]}
    further = {**batch, "trigger_start": batch["trigger_start"] * 0}
    expected = run(model, batch).role_logits
    assert not torch.allclose(expected, run(model, moved).role_logits)
    assert not torch.allclose(expected, run(model, further).role_logits)


def ignored(window):
    """Return a window that teaches nothing."""
    nothing = np.full_like(window.trigger_labels, IGNORED_LABEL)
    triggers = tuple(
        dataclasses.replace(t, role_labels=np.full_like(t.role_labels, IGNORED_LABEL))
        for t in window.triggers
    )
    return dataclasses.replace(
        window, trigger_labels=nothing, status_labels=nothing, triggers=triggers
    )


def test_ignored_labels_cost_nothing(model, collator, windows):
    first, *others = windows
    assert any(window.triggers for window in others)
    expected = run(model, collator([first])).loss
    found = run(model, collator([first, *map(ignored, others)])).loss
    torch.testing.assert_close(found, expected)
    assert not torch.isclose(run(model, collator(windows)).loss, expected)


def test_a_batch_without_labels_costs_nothing_yet_has_gradients(model, collator, windows):
    loss = model(**collator([ignored(window) for window in windows])).loss
    assert loss == 0
    loss.backward()
    model.zero_grad()


def test_heads_of_mentions_have_no_roles(model, collator, windows):
    named = [
        dataclasses.replace(
            window,
            head="names",
            trigger_labels=np.minimum(window.trigger_labels, 2),
            status_labels=np.full_like(window.status_labels, IGNORED_LABEL),
        )
        for window in windows
    ]
    output = run(model, collator(named))
    assert output.role_logits is None
    assert output.trigger_logits.shape[-1] == 3
    assert "names" not in model.role_heads


def test_types_are_hidden_in_training_only(config, encoder, batch):
    always = ConflictTaggerConfig(
        **_fields(config), type_dropout=1.0, head_dropout=0.0, attn_implementation="eager"
    )
    torch.manual_seed(0)
    model = ConflictTagger.from_encoder(always, encoder)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    swapped = {**batch, "trigger_type": 1 - batch["trigger_type"]}
    model.train()
    assert torch.equal(run(model, batch).role_logits, run(model, swapped).role_logits)
    model.eval()
    assert not torch.equal(run(model, batch).role_logits, run(model, swapped).role_logits)
