"""Records to labelled windows: what the model reads, with the same windows as the runtime."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from clashtag.errors import ConfigError
from clashtag.labels import SpecialTokens, WindowSettings
from clashtag.records import Event, Record
from clashtag.windows import Tokens, Window, plan_windows, sentence_starts, tokenize
from clashtag_training.configuration import HeadConfig

IGNORED_LABEL = -100
OUTSIDE, BEGIN, INSIDE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class LabelledTrigger:
    """A gold trigger of a window; positions count the window's tokens, [CLS] being 0.

    `role_labels` is (tokens, roles) with O, B, I as 0, 1, 2 and -100 where nothing is asked.
    """

    start: int
    end: int
    type: int
    role_labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelledWindow:
    """One window of a record with its labels; arrays have one entry per token, [CLS] first."""

    head: str
    input_ids: NDArray[np.int64]
    trigger_labels: NDArray[np.int64]
    status_labels: NDArray[np.int64]
    triggers: tuple[LabelledTrigger, ...]


@dataclass(frozen=True, slots=True)
class LabelSpace:
    """The numbering of one head's labels, and the roles each type may have."""

    head: str
    types: Mapping[str, int]
    roles: Mapping[str, int]
    statuses: Mapping[str, int]
    allowed_roles: Mapping[str, frozenset[str]]

    @classmethod
    def from_head(
        cls, name: str, head: HeadConfig, allowed_roles: Mapping[str, Iterable[str]] | None = None
    ) -> LabelSpace:
        """Number a head's labels; types absent from `allowed_roles` may have every role."""
        every_role = frozenset(head["roles"])
        allowed = allowed_roles or {}
        return cls(
            head=name,
            types={label: index for index, label in enumerate(head["types"])},
            roles={label: index for index, label in enumerate(head["roles"])},
            statuses={label: index for index, label in enumerate(head["statuses"])},
            allowed_roles={t: frozenset(allowed.get(t, every_role)) for t in head["types"]},
        )


def special_tokens(tokenizer: Tokenizer) -> SpecialTokens:
    """Return the ids that open, close and pad a window.

    Raises:
        ConfigError: if the tokenizer lacks one of [CLS], [SEP] and [PAD].
    """
    names = ("[CLS]", "[SEP]", "[PAD]")
    ids = {name: tokenizer.token_to_id(name) for name in names}
    missing = [name for name, found in ids.items() if found is None]
    if missing:
        raise ConfigError(
            f"the encoder's tokenizer lacks {', '.join(missing)}",
            "choose an encoder of the BERT architecture, with its own tokenizer",
        )
    return SpecialTokens(*(found for found in ids.values() if found is not None))


def label_records(
    records: Sequence[Record],
    labels: LabelSpace,
    tokenizer: Tokenizer,
    settings: WindowSettings,
) -> list[LabelledWindow]:
    """Cut records into windows and label each token with what the annotation says of it.

    Every token bears its label in the window that owns it and -100 in any other, so that
    overlaps count once. In records marked `only_one_event_annotated` nothing but the trigger
    itself is known, and every other token is ignored.
    """
    windows: list[LabelledWindow] = []
    all_tokens = tokenize(tokenizer, [record.text for record in records])
    special = special_tokens(tokenizer)
    for record, tokens in zip(records, all_tokens, strict=True):
        text_windows = plan_windows(
            len(tokens),
            sentence_starts(record.text, tokens),
            settings.max_tokens - 2,
            settings.overlap_tokens,
        )
        for window in text_windows:
            ids = tokens.ids[window.start : window.end]
            windows.append(
                LabelledWindow(
                    head=labels.head,
                    input_ids=np.concatenate([[special.cls], ids, [special.sep]]),
                    trigger_labels=_trigger_labels(record, tokens, window, labels),
                    status_labels=_status_labels(record.events, tokens, window, labels),
                    triggers=tuple(_labelled_triggers(record.events, tokens, window, labels)),
                )
            )
    return windows


def _trigger_labels(
    record: Record, tokens: Tokens, window: Window, labels: LabelSpace
) -> NDArray[np.int64]:
    partial = bool(record.extra.get("only_one_event_annotated"))
    tags = np.full(len(tokens), IGNORED_LABEL if partial else 0, dtype=np.int64)
    for label, start, end in _tagged_spans(record, labels):
        first, last = _token_bounds(tokens, start, end)
        tags[first:last] = 2 + 2 * label
        tags[first : min(first + 1, last)] = 1 + 2 * label
    return _window_labels(tags, tokens, window)


def _tagged_spans(record: Record, labels: LabelSpace) -> Iterator[tuple[int, int, int]]:
    for event in record.events:
        if event.type in labels.types:
            yield labels.types[event.type], event.trigger.start, event.trigger.end
    for mention in record.mentions:
        if mention.label in labels.types:
            yield labels.types[mention.label], mention.start, mention.end


def _status_labels(
    events: Sequence[Event], tokens: Tokens, window: Window, labels: LabelSpace
) -> NDArray[np.int64]:
    tags = np.full(len(tokens), IGNORED_LABEL, dtype=np.int64)
    for event in events:
        status = labels.statuses.get(event.status or "")
        if event.type in labels.types and status is not None:
            first, last = _token_bounds(tokens, event.trigger.start, event.trigger.end)
            tags[first : min(first + 1, last)] = status
    return _window_labels(tags, tokens, window)


def _token_bounds(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Return the tokens of the words that a span touches; none for a span without words."""
    return tokens.covering(start, end) or (0, 0)


def _window_labels(tags: NDArray[np.int64], tokens: Tokens, window: Window) -> NDArray[np.int64]:
    """Keep the labels of first subwords that the window owns; pad for [CLS] and [SEP]."""
    owned = np.zeros(len(tokens), dtype=np.bool_)
    owned[window.owned_start : window.owned_end] = True
    kept = np.where(owned & tokens.opens_word, tags, IGNORED_LABEL)
    return np.pad(kept[window.start : window.end], 1, constant_values=IGNORED_LABEL)


def _labelled_triggers(
    events: Sequence[Event], tokens: Tokens, window: Window, labels: LabelSpace
) -> Iterator[LabelledTrigger]:
    if not labels.roles:
        return
    word_starts = np.pad(tokens.opens_word[window.start : window.end], 1, constant_values=False)
    for event in events:
        if event.type not in labels.types:
            continue
        first, last = _token_bounds(tokens, event.trigger.start, event.trigger.end)
        is_owned = window.owned_start <= first < window.owned_end
        if first == last or not is_owned or last > window.end:
            continue
        role_labels = np.full((len(word_starts), len(labels.roles)), IGNORED_LABEL, np.int64)
        for role in labels.allowed_roles[event.type]:
            role_labels[word_starts, labels.roles[role]] = OUTSIDE
        for argument in event.arguments:
            if argument.role not in labels.allowed_roles[event.type]:
                continue
            start, end = _token_bounds(tokens, argument.start, argument.end)
            start, end = max(start, window.start), min(end, window.end)
            column = role_labels[:, labels.roles[argument.role]]
            inside = 1 + np.arange(start, end) - window.start
            words = inside[word_starts[inside]]
            column[words] = INSIDE
            column[words[:1]] = BEGIN
        yield LabelledTrigger(
            start=first - window.start + 1,
            end=last - window.start + 1,
            type=labels.types[event.type],
            role_labels=role_labels,
        )
