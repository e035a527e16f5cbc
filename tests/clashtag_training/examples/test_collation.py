from __future__ import annotations

import dataclasses

import numpy as np
import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

from clashtag.labels import WindowSettings
from clashtag.windows import context_bounds, tokenize
from clashtag_training.examples.collation import WindowCollator
from clashtag_training.examples.features import IGNORED_LABEL, label_records

CONTEXT = 12
PAD = 0


@pytest.fixture(scope="module")
def windows(records, label_space, tokenizer):
    return label_records(records, label_space, tokenizer, WindowSettings())


@pytest.fixture(scope="module")
def batch(windows, label_space):
    return WindowCollator(PAD, CONTEXT, {"ours": len(label_space.roles)})(windows)


def test_contexts_are_those_of_the_runtime(batch, windows, records, tokenizer):
    all_tokens = tokenize(tokenizer, [record.text for record in records])
    row = 0
    for number, (record, tokens) in enumerate(zip(records, all_tokens, strict=True)):
        for event in record.events:
            start, end = tokens.covering(event.trigger.start, event.trigger.end)
            low, high = context_bounds(start, end, len(tokens), CONTEXT)
            assert batch["context_window"][row] == number
            # [CLS] comes before the text's own tokens.
            first, length = int(batch["context_start"][row]), int(batch["context_mask"][row].sum())
            cropped = batch["input_ids"][number, first : first + length]
            assert cropped.tolist() == tokens.ids[low:high].tolist()
            assert batch["trigger_start"][row] == start - low
            assert batch["trigger_end"][row] == end - low
            row += 1
    assert row == len(batch["trigger_type"]) == sum(len(window.triggers) for window in windows)


def test_role_labels_are_those_of_the_context(batch, windows):
    labelled = [(window, trigger) for window in windows for trigger in window.triggers]
    for row, (_, trigger) in enumerate(labelled):
        start, length = int(batch["context_start"][row]), int(batch["context_mask"][row].sum())
        expected = trigger.role_labels[start : start + length]
        assert batch["role_labels"][row, :length].tolist() == expected.tolist()
        assert (batch["role_labels"][row, length:] == IGNORED_LABEL).all()


def test_padding_is_masked_and_never_labelled(batch, windows):
    lengths = [len(window.input_ids) for window in windows]
    assert len(set(lengths)) > 1
    assert batch["attention_mask"].sum(1).tolist() == lengths
    for row, length in enumerate(lengths):
        assert (batch["input_ids"][row, length:] == PAD).all()
        for labels in ("trigger_labels", "status_labels"):
            assert (batch[labels][row, length:] == IGNORED_LABEL).all()


def test_batches_without_triggers_and_heads_without_roles(windows):
    plain = [dataclasses.replace(window, triggers=()) for window in windows]
    batch = WindowCollator(PAD, CONTEXT, {"ours": 4})(plain)
    assert len(batch["context_window"]) == 0
    assert "context_window" not in WindowCollator(PAD, CONTEXT, {"ours": 0})(plain)


def test_a_batch_holds_one_head(windows):
    other = dataclasses.replace(windows[0], head="theirs")
    with pytest.raises(ValueError, match=r"\['ours', 'theirs'\]"):
        WindowCollator(PAD, CONTEXT, {"ours": 4})([windows[0], other])


def test_tensors_are_whole_numbers(batch):
    assert {value.dtype for name, value in batch.items() if name != "head"} == {torch.int64}
    assert batch["head"] == "ours"
    assert batch["role_labels"].shape[-1] == 4
    assert np.isin(batch["role_labels"].numpy(), (0, 1, 2, IGNORED_LABEL)).all()
