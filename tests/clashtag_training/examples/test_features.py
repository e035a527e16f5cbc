from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")

from tokenizers import Tokenizer, models

from clashtag.decode import decode_roles, decode_triggers
from clashtag.encoding import Encoded
from clashtag.errors import ConfigError
from clashtag.labels import Labels, SpecialTokens, WindowSettings
from clashtag.pipeline import argument_from, event_from
from clashtag.records import Argument, Event, Mention, Record, Span
from clashtag.windows import plan_windows, sentence_starts, tokenize
from clashtag_training.examples.features import (
    BEGIN,
    IGNORED_LABEL,
    INSIDE,
    OUTSIDE,
    LabelSpace,
    label_records,
    special_tokens,
)
from tiny_encoder import tiny_tokenizer

WHOLE = WindowSettings()
B_ATTACK, I_ATTACK, NONE = 3, 4, IGNORED_LABEL
WORDS = ["gunmen", "shot", "two", "porters", "in", "Belmar", "-", ".", "counterattack", "(", "Zyx"]
# Knows few words, so that most fall into several tokens.
TOKENIZER = tiny_tokenizer(["gunmen shot two porters"], vocabulary=45)


def span(text, words, start=0):
    at = text.index(words, start)
    return Span(at, at + len(words), words)


def attack(text, trigger, *arguments, status="actual"):
    return Event(
        "attack",
        span(text, trigger),
        tuple(Argument(role, *dataclasses.astuple(span(text, words))) for role, words in arguments),
        status,
    )


def test_labels_stand_on_the_first_token_of_each_word(tokenizer, label_space):
    text = "Gunmen opened counterfire."
    record = Record(text, events=(attack(text, "opened counterfire", ("agent", "Gunmen")),))
    [tokens] = tokenize(tokenizer, [text])
    assert tokens.opens_word.tolist() != [True] * len(tokens), "no word of several tokens"
    [window] = label_records([record], label_space, tokenizer, WHOLE)
    of_words = window.trigger_labels[1:-1][tokens.opens_word]
    assert of_words.tolist() == [OUTSIDE, B_ATTACK, I_ATTACK, OUTSIDE]
    assert set(window.trigger_labels[1:-1][~tokens.opens_word]) == {NONE}
    assert window.trigger_labels[[0, -1]].tolist() == [NONE, NONE]
    assert window.input_ids[[0, -1]].tolist() == [2, 3]
    actual = label_space.statuses["actual"]
    statuses = window.status_labels[1:-1][tokens.opens_word]
    assert statuses.tolist() == [NONE, actual, NONE, NONE]
    [trigger] = window.triggers
    first, last = np.flatnonzero(tokens.opens_word)[[1, 3]]
    assert (trigger.start, trigger.end) == (first + 1, last + 1)
    agents = trigger.role_labels[1:-1][tokens.opens_word, label_space.roles["agent"]]
    assert agents.tolist() == [BEGIN, OUTSIDE, OUTSIDE, OUTSIDE]


def test_roles_that_a_type_does_not_take_are_not_asked(tokenizer, label_space, records):
    [window, *_] = label_records(records, label_space, tokenizer, WHOLE)
    by_type = {trigger.type: trigger.role_labels for trigger in window.triggers}
    assert set(by_type) == set(label_space.types.values())
    columns = by_type[label_space.types["attack"]]
    assert (columns[:, label_space.roles["victim"]] == IGNORED_LABEL).all()
    assert (columns[:, label_space.roles["claimant"]] != IGNORED_LABEL).any()


def test_every_word_is_labelled_in_the_one_window_that_owns_it(tokenizer, label_space):
    text = "Gunmen opened fire in Belmar. " * 12 + "Gunmen opened fire again and again " * 6
    events = tuple(
        Event("attack", Span(at, at + 11, "opened fire"), status="actual")
        for at in range(len(text))
        if text.startswith("opened fire", at)
    )
    record = Record(text, events=events)
    settings = WindowSettings(max_tokens=20, overlap_tokens=4, role_context_tokens=16)
    [tokens] = tokenize(tokenizer, [text])
    plan = plan_windows(len(tokens), sentence_starts(text, tokens), 18, 4)
    windows = label_records([record], label_space, tokenizer, settings)
    [whole] = label_records([record], label_space, tokenizer, WindowSettings(max_tokens=1000))
    stitched = np.full(len(tokens), IGNORED_LABEL)
    for window, planned in zip(windows, plan, strict=True):
        labelled = np.flatnonzero(window.trigger_labels[1:-1] != IGNORED_LABEL) + planned.start
        assert (stitched[labelled] == IGNORED_LABEL).all()
        stitched[labelled] = window.trigger_labels[labelled - planned.start + 1]
    assert stitched.tolist() == whole.trigger_labels[1:-1].tolist()
    assert sum(len(window.triggers) for window in windows) <= len(events)
    assert len(whole.triggers) == len(events) == 18


def test_spans_inside_a_word_label_the_whole_word(tokenizer, label_space):
    text = "A counterattack failed."
    record = Record(text, events=(attack(text, "attack"),))
    [window] = label_records([record], label_space, tokenizer, WHOLE)
    [tokens] = tokenize(tokenizer, [text])
    assert window.trigger_labels[1:-1][tokens.opens_word].tolist() == [
        OUTSIDE,
        B_ATTACK,
        OUTSIDE,
        OUTSIDE,
    ]


def test_spans_without_a_word_are_no_trigger(tokenizer, label_space):
    event = Event("attack", Span(6, 8, "  "), (Argument("agent", 0, 6, "Gunmen"),), "actual")
    [window] = label_records(
        [Record("Gunmen  fired", events=(event,))], label_space, tokenizer, WHOLE
    )
    assert window.triggers == ()
    assert not (window.trigger_labels > 0).any()
    assert (window.status_labels == IGNORED_LABEL).all()


def test_unknown_types_roles_and_statuses_teach_nothing(tokenizer, label_space):
    text = "Gunmen attack Harn."
    known = attack(text, "attack", ("cook", "Gunmen"), ("victim", "Harn"), status="rumoured")
    unknown = dataclasses.replace(known, type="picnic", trigger=span(text, "Harn"))
    record = Record(text, events=(known, unknown))
    [window] = label_records([record], label_space, tokenizer, WHOLE)
    assert (window.status_labels == IGNORED_LABEL).all()
    [trigger] = window.triggers
    assert trigger.type == label_space.types["attack"]
    assert not (trigger.role_labels > 0).any()


def test_arguments_are_cut_at_the_edges_of_a_window(tokenizer, label_space):
    before = "porters " * 6 + "counterattackers"
    [tokens] = tokenize(tokenizer, [before])
    # The second window opens inside the long word; three windows of this length are the text.
    length = len(tokens) - 1
    assert not tokens.opens_word[length]
    after = "porters"
    while len(tokens) < 3 * length:
        after += " porters"
        text = f"{before} attack {after}"
        [tokens] = tokenize(tokenizer, [text])
    event = attack(text, " attack ", ("agent", before), ("place", after))
    settings = WindowSettings(max_tokens=length + 2, overlap_tokens=0, role_context_tokens=8)
    _, window, *others = label_records(
        [Record(text, events=(event,))], label_space, tokenizer, settings
    )
    assert others
    opens = tokens.opens_word[length : 2 * length]
    [trigger] = window.triggers
    rows = trigger.role_labels[1:-1]
    assert (rows[~opens] == IGNORED_LABEL).all()
    places = rows[opens, label_space.roles["place"]].tolist()
    assert places == [OUTSIDE, BEGIN, *[INSIDE] * (len(places) - 2)]
    assert len(places) > 2
    agents = rows[opens, label_space.roles["agent"]].tolist()
    assert agents == [OUTSIDE] * len(agents)


def test_partial_annotation_teaches_the_trigger_and_its_roles_only(tokenizer, label_space):
    text = "Gunmen attack Harn, killing two."
    event = attack(text, "attack", ("agent", "Gunmen"))
    record = Record(text, events=(event,), extra={"only_one_event_annotated": True})
    [window] = label_records([record], label_space, tokenizer, WHOLE)
    assert window.trigger_labels[window.trigger_labels != IGNORED_LABEL].tolist() == [B_ATTACK]
    [trigger] = window.triggers
    assert BEGIN in trigger.role_labels
    assert OUTSIDE in trigger.role_labels


def test_mentions_are_labels_of_their_own_head(tokenizer):
    labels = LabelSpace.from_head(
        "names", {"kind": "mentions", "types": ["person", "town"], "roles": [], "statuses": []}
    )
    record = Record("Ada left Harn", mentions=(Mention("town", 9, 13, "Harn"),))
    [window] = label_records([record], labels, tokenizer, WHOLE)
    assert window.trigger_labels.max() == 3
    assert window.triggers == ()


def test_special_tokens_are_looked_up_and_required(tokenizer):
    assert special_tokens(tokenizer) == SpecialTokens(cls=2, sep=3, pad=0)
    with pytest.raises(ConfigError, match=r"lacks \[SEP\], \[PAD\]"):
        special_tokens(Tokenizer(models.WordPiece({"[CLS]": 0}, unk_token="[CLS]")))  # noqa: S106


@st.composite
def annotated(draw, ontology):
    """Draw a record whose triggers, and whose arguments of one trigger, do not overlap."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=20))
    text = " ".join(words)
    starts = np.cumsum([0, *(len(word) + 1 for word in words)])
    events = []
    for first, last in draw(disjoint_ranges(len(words))):
        name = draw(st.sampled_from(sorted(ontology.types)))
        arguments = []
        for low, high in draw(disjoint_ranges(len(words))):
            role = draw(st.sampled_from(ontology.types[name].roles))
            roles = {role}
            if role in ("agent", "claimant") and name == "attack":
                roles |= draw(st.sets(st.sampled_from(["agent", "claimant"])))
            start, end = int(starts[low]), int(starts[high] - 1)
            arguments += [Argument(role, start, end, text[start:end]) for role in sorted(roles)]
        start, end = int(starts[first]), int(starts[last] - 1)
        status = draw(st.sampled_from(sorted(ontology.statuses)))
        events.append(Event(name, Span(start, end, text[start:end]), tuple(arguments), status))
    return Record(text, events=tuple(events))


@st.composite
def disjoint_ranges(draw, length):
    """Draw ranges of 0..length, in order; neighbours may touch."""
    edges = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
    return [bounds for bounds in pairwise(edges) if draw(st.booleans())]


@given(data=st.data())
def test_decoding_perfect_logits_gives_back_the_annotation(data, ontology, label_space):
    record = data.draw(annotated(ontology))
    [window] = label_records([record], label_space, TOKENIZER, WHOLE)
    [tokens] = tokenize(TOKENIZER, [record.text])
    labels = Labels(
        ontology,
        dict.fromkeys(ontology.types, 0.5),
        dict.fromkeys(ontology.roles, 0.5),
        shared_span_roles=(("agent", "claimant"),),
    )
    trigger_logits = one_hot(window.trigger_labels[1:-1], 1 + 2 * len(ontology.types))
    status_logits = one_hot(window.status_labels[1:-1], len(ontology.statuses))
    found = decode_triggers(trigger_logits, status_logits, tokens, labels)
    nothing = np.zeros((len(tokens), 0), np.float32)
    encoded = Encoded(record.text, tokens, 0, len(tokens), nothing, trigger_logits, status_logits)
    events = []
    for candidate, labelled in zip(found, window.triggers, strict=True):
        logits = one_hot(labelled.role_labels[1:-1], 3)
        spans = decode_roles(logits, tokens, candidate.type, labels)
        arguments = tuple(argument_from(record.text, tokens, each) for each in spans)
        events.append(event_from(encoded, candidate, arguments))
    assert [without_scores(event) for event in events] == [
        without_scores(event) for event in record.events
    ]


def one_hot(labels, size):
    return 20.0 * np.eye(size, dtype=np.float32)[np.maximum(labels, 0)]


def without_scores(event):
    arguments = (dataclasses.replace(argument, score=None) for argument in event.arguments)
    ordered = tuple(sorted(arguments, key=lambda found: (found.start, found.end, found.role)))
    return dataclasses.replace(event, arguments=ordered, score=None)
