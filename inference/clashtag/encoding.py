"""Texts to encoder outputs: windows are encoded in batches and stitched back together.

A long document is read in parts, so that hidden states are never held for all of it. A part
reads a margin on both sides of the tokens that it owns; triggers and their contexts in the owned
tokens come out just as if the document had been read at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from clashtag.batches import group_by_length, pad, pad_windows
from clashtag.decode import TriggerCandidate
from clashtag.labels import Labels, SpecialTokens, WindowSettings
from clashtag.session import Encoder, RoleScorer
from clashtag.windows import (
    Tokens,
    Window,
    context_bounds,
    plan_windows,
    sentence_starts,
    tokenize,
)

# Tokens whose hidden states are held at once: 24 MiB at a width of 384.
_PART_TOKENS = 16_384


@dataclass(frozen=True, slots=True)
class Document:
    """A text, its tokens and the windows that cover them."""

    text: str
    tokens: Tokens
    windows: list[Window]


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive windows of a document; `owned_start` and `owned_end` count its tokens."""

    document: Document
    windows: list[Window]
    owned_start: int
    owned_end: int

    @property
    def start(self) -> int:
        """The document's first token read in this part."""
        return self.windows[0].owned_start

    @property
    def end(self) -> int:
        """The document's token after the last one read in this part."""
        return self.windows[-1].owned_end


@dataclass(frozen=True, slots=True)
class Encoded:
    """Encoder outputs, stitched from windows: one row per token of a part of a text.

    Args:
        text: the whole text.
        tokens: the part's tokens; their character bounds count from the start of the text.
        owned_start: first token whose triggers belong to this part and not to a neighbour.
        owned_end: token after the last such token.
        hidden: (tokens, width).
        trigger_logits: (tokens, 1 + 2 * types).
        status_logits: (tokens, statuses).
    """

    text: str
    tokens: Tokens
    owned_start: int
    owned_end: int
    hidden: NDArray[np.float32]
    trigger_logits: NDArray[np.float32]
    status_logits: NDArray[np.float32]

    def owns(self, token: int) -> bool:
        """Return whether a trigger that starts at a token belongs to this part."""
        return self.owned_start <= token < self.owned_end


@dataclass(frozen=True, slots=True)
class RoleLogits:
    """Role logits, (context, roles, O/B/I), for the tokens `start` to `end` of an `Encoded`."""

    start: int
    end: int
    logits: NDArray[np.float32]


def read_documents(
    tokenizer: Tokenizer, texts: list[str], settings: WindowSettings
) -> list[Document]:
    """Tokenise texts and plan their windows; an empty text has none."""
    text_tokens = settings.max_tokens - 2
    documents = []
    for text, tokens in zip(texts, tokenize(tokenizer, texts), strict=True):
        breaks = sentence_starts(text, tokens)
        windows = plan_windows(len(tokens), breaks, text_tokens, settings.overlap_tokens)
        documents.append(Document(text, tokens, windows))
    return documents


def split_document(document: Document, part_tokens: int, margin_tokens: int) -> list[Part]:
    """Divide a document into parts that own about `part_tokens` each, at window ownership edges."""
    parts = []
    windows = document.windows
    first = 0
    while first < len(windows):
        start, last = windows[first].owned_start, first
        while last + 1 < len(windows) and windows[last + 1].owned_end - start <= part_tokens:
            last += 1
        end = windows[last].owned_end
        read = [
            window
            for window in windows
            if window.owned_end > start - margin_tokens and window.owned_start < end + margin_tokens
        ]
        parts.append(Part(document, read, start, end))
        first = last + 1
    return parts


def encode_documents(
    encoder: Encoder, documents: Sequence[Document], labels: Labels, batch_tokens: int
) -> list[Encoded]:
    """Encode documents whole; an empty one gives arrays without rows."""
    nothing = Window(0, 0, 0, 0)
    parts = [
        Part(document, document.windows or [nothing], 0, len(document.tokens))
        for document in documents
    ]
    return _encode_parts(encoder, parts, labels.special_tokens, batch_tokens)


def encode_in_parts(
    encoder: Encoder, documents: Sequence[Document], labels: Labels, batch_tokens: int
) -> Iterator[list[tuple[int, Encoded]]]:
    """Yield documents' indices and encoded parts, in order, in groups of bounded size.

    A document comes in one part if it is short and in several if it is long.
    """
    group: list[tuple[int, Part]] = []
    tokens = 0
    for index, document in enumerate(documents):
        for part in split_document(document, _PART_TOKENS, labels.windows.role_context_tokens):
            if group and tokens + part.end - part.start > _PART_TOKENS:
                yield _encode_group(encoder, group, labels, batch_tokens)
                group, tokens = [], 0
            group.append((index, part))
            tokens += part.end - part.start
    if group:
        yield _encode_group(encoder, group, labels, batch_tokens)


def _encode_group(
    encoder: Encoder, group: list[tuple[int, Part]], labels: Labels, batch_tokens: int
) -> list[tuple[int, Encoded]]:
    parts = [part for _, part in group]
    encoded = _encode_parts(encoder, parts, labels.special_tokens, batch_tokens)
    return [(index, of_part) for (index, _), of_part in zip(group, encoded, strict=True)]


def _encode_parts(
    encoder: Encoder, parts: Sequence[Part], special: SpecialTokens, batch_tokens: int
) -> list[Encoded]:
    """Encode the windows of all parts in batches of similar lengths and stitch each part."""
    jobs = [(index, window) for index, part in enumerate(parts) for window in part.windows]
    ids = [parts[index].document.tokens.ids[window.start : window.end] for index, window in jobs]
    owned: list[tuple[NDArray[np.float32], ...]] = [()] * len(jobs)
    for group in group_by_length([len(window) + 2 for window in ids], batch_tokens):
        output = encoder.run(*pad_windows([ids[job] for job in group], special))
        for row, job in enumerate(group):
            window = jobs[job][1]
            # The [CLS] token shifts every position by one.
            kept = slice(1 + window.owned_start - window.start, 1 + window.owned_end - window.start)
            owned[job] = (
                output.hidden[row, kept],
                output.trigger_logits[row, kept],
                output.status_logits[row, kept],
            )
    encoded = []
    first = 0
    for part in parts:
        pieces = owned[first : first + len(part.windows)]
        first += len(part.windows)
        hidden, trigger_logits, status_logits = map(np.concatenate, zip(*pieces, strict=True))
        encoded.append(
            Encoded(
                text=part.document.text,
                tokens=part.document.tokens.part(part.start, part.end),
                owned_start=part.owned_start - part.start,
                owned_end=part.owned_end - part.start,
                hidden=hidden,
                trigger_logits=trigger_logits,
                status_logits=status_logits,
            )
        )
    return encoded


def score_roles(
    scorer: RoleScorer,
    triggers: Sequence[tuple[Encoded, TriggerCandidate]],
    labels: Labels,
    batch_tokens: int,
) -> Iterator[tuple[int, RoleLogits]]:
    """Yield the index and role logits of each trigger, batch by batch, not in order."""
    type_index = {name: index for index, name in enumerate(labels.ontology.types)}
    context_tokens = labels.windows.role_context_tokens
    bounds = [
        context_bounds(trigger.start, trigger.end, len(encoded.tokens), context_tokens)
        for encoded, trigger in triggers
    ]
    for group in group_by_length([end - start for start, end in bounds], batch_tokens):
        contexts, mask = pad([triggers[index][0].hidden[slice(*bounds[index])] for index in group])
        chosen = [triggers[index][1] for index in group]
        lows = np.array([bounds[index][0] for index in group])
        lengths = mask.sum(axis=1)
        # A trigger longer than its context fills it.
        starts = np.maximum([trigger.start for trigger in chosen] - lows, 0)
        ends = np.minimum([trigger.end for trigger in chosen] - lows, lengths)
        types = np.array([type_index[trigger.type] for trigger in chosen], dtype=np.int64)
        logits = scorer.run(contexts, mask, starts, ends, types)
        for row, index in enumerate(group):
            start, end = bounds[index]
            yield index, RoleLogits(start, end, logits[row, : end - start])
