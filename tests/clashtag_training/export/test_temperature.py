from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")

from clashtag.labels import Temperature
from clashtag.records import Event, Record, Span
from clashtag_training.examples.encoded_corpus import EncodedCorpus, encode_corpora
from clashtag_training.export.temperature import (
    HIGHEST,
    LOWEST,
    fit_temperature,
    fit_temperatures,
    negative_log_likelihood,
)
from clashtag_training.model.torch_sessions import torch_pipeline


def drawn(temperature, items=40_000, classes=5):
    """Logits, and classes drawn with the probabilities that they have at a temperature."""
    random = np.random.default_rng(3)
    logits = random.normal(scale=3, size=(items, classes))
    # The class with the greatest logit plus Gumbel noise is a draw from the softmax.
    noise = random.gumbel(size=logits.shape)
    return logits.astype(np.float32), (logits / temperature + noise).argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7, 3.0])
def test_a_known_temperature_is_recovered(temperature):
    assert fit_temperature(*drawn(temperature)) == pytest.approx(temperature, rel=0.03)


def test_the_fit_is_no_worse_than_any_of_a_grid():
    logits, gold = drawn(1.3, items=500)
    best = negative_log_likelihood(logits, gold, fit_temperature(logits, gold))
    grid = np.geomspace(LOWEST, HIGHEST, 200)
    losses = [negative_log_likelihood(logits, gold, temperature) for temperature in grid]
    assert best <= min(losses) + 1e-6


def test_the_loss_is_the_negative_log_likelihood():
    logits = np.log(np.array([[0.5, 0.5], [0.1, 0.9]], dtype=np.float32))
    loss = negative_log_likelihood(logits, np.array([0, 1]), 1.0)
    assert loss == pytest.approx(-(np.log(0.5) + np.log(0.9)) / 2)


def test_what_cannot_be_fitted_keeps_one():
    nothing = np.zeros((0, 3), dtype=np.float32)
    assert fit_temperature(nothing, np.zeros(0, dtype=np.int64)) == 1.0
    single = np.ones((4, 1), dtype=np.float32)
    assert fit_temperature(single, np.zeros(4, dtype=np.int64)) == 1.0


def test_logits_that_are_always_right_or_wrong_stay_in_bounds():
    logits = np.array([[9, 0], [0, 9]], dtype=np.float32)
    assert fit_temperature(logits, np.array([1, 0])) == pytest.approx(HIGHEST, rel=0.01)
    half_sure = logits / 9
    assert fit_temperature(half_sure, np.array([0, 1])) == pytest.approx(LOWEST, rel=0.01)


@pytest.fixture(scope="module")
def pipeline(trained, tokenizer):
    return torch_pipeline(trained, tokenizer)


@pytest.fixture(scope="module")
def corpus(pipeline, records):
    """Texts that the model was trained on, of which two are annotated otherwise."""
    first, second, *others = records
    no_event = replace(first, events=())
    no_argument = replace(
        second, events=tuple(replace(e, arguments=(), status="other") for e in second.events)
    )
    [encoded] = encode_corpora(pipeline, {"tiny": [no_event, no_argument, *others]})
    return encoded


def test_each_head_has_a_temperature_of_its_own(pipeline, corpus):
    found = fit_temperatures(pipeline, [corpus])
    sharper = EncodedCorpus(
        corpus.records,
        [
            replace(text, trigger_logits=text.trigger_logits * np.float32(1.5))
            for text in corpus.texts
        ],
    )
    scaled = fit_temperatures(pipeline, [sharper])
    assert LOWEST < found.triggers < HIGHEST / 1.5
    assert scaled.triggers == pytest.approx(1.5 * found.triggers, rel=0.01)
    assert (scaled.roles, scaled.statuses) == (found.roles, found.statuses)


def test_role_logits_are_read_around_gold_triggers(pipeline, corpus):
    class Doubled:
        def run(self, *arguments):
            return 2 * pipeline.roles.run(*arguments)

    found = fit_temperatures(pipeline, [corpus])
    doubled = fit_temperatures(replace(pipeline, roles=Doubled()), [corpus])
    assert LOWEST < found.roles < HIGHEST / 2
    assert doubled.roles == pytest.approx(2 * found.roles, rel=0.01)
    assert doubled.triggers == found.triggers


def test_texts_without_words_or_events_say_nothing(pipeline):
    outside = Event("no such type", Span(0, 6, "Gunmen"))
    records = [Record("", "a"), Record("Gunmen fled.", "b", (outside,))]
    empty = encode_corpora(pipeline, {"empty": records[:1]})
    assert fit_temperatures(pipeline, empty) == Temperature()
    found = fit_temperatures(pipeline, encode_corpora(pipeline, {"tiny": records}))
    assert (found.roles, found.statuses) == (1.0, 1.0)
