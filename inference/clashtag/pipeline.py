"""The way of an article: text, windows, encoder, triggers, contexts, roles, events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tokenizers import Tokenizer

from clashtag.bundle import Bundle
from clashtag.decode import (
    ArgumentCandidate,
    TriggerCandidate,
    decode_roles,
    decode_triggers,
    span_characters,
)
from clashtag.encoding import (
    Document,
    Encoded,
    RoleLogits,
    encode_documents,
    encode_in_parts,
    read_documents,
    score_roles,
)
from clashtag.errors import InputError
from clashtag.labels import Labels
from clashtag.read_ahead import checked_record, chunks_of
from clashtag.records import Argument, Event, Record, Span
from clashtag.runtimes.choice import DEFAULT_RUNTIME, RuntimeSettings
from clashtag.session import Encoder, EncoderSession, RoleScorer, RoleSession
from clashtag.windows import Tokens, load_tokenizer

DEFAULT_BATCH_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything between a text and its events, whatever runs the model.

    Args:
        labels: the ontology, thresholds and window sizes to work with.
        tokenizer: cuts texts into the tokens that the encoder knows.
        encoder: turns windows into hidden states, trigger and status logits.
        roles: turns triggers in their contexts into role logits.
        batch_tokens: longest window x windows in one batch; more needs more memory.
    """

    labels: Labels
    tokenizer: Tokenizer
    encoder: Encoder
    roles: RoleScorer
    batch_tokens: int = DEFAULT_BATCH_TOKENS

    @classmethod
    def from_bundle(
        cls,
        bundle: Bundle,
        *,
        threads: int = 1,
        batch_tokens: int = DEFAULT_BATCH_TOKENS,
        runtime: str = DEFAULT_RUNTIME,
    ) -> Pipeline:
        """Open a bundle's graphs.

        Raises:
            BundleError: if the runtime cannot load a graph, it does not fit the labels, or the
                tokenizer cannot be read.
        """
        settings = RuntimeSettings(threads, runtime)
        ontology = bundle.labels.ontology
        return cls(
            labels=bundle.labels,
            tokenizer=load_tokenizer(bundle.tokenizer_path),
            encoder=EncoderSession(
                bundle.encoder_path,
                settings,
                types=len(ontology.types),
                statuses=len(ontology.statuses),
            ),
            roles=RoleSession(bundle.roles_path, settings, roles=len(ontology.roles)),
            batch_tokens=batch_tokens,
        )

    def tag_many(self, texts: Iterable[str | Record]) -> Iterator[Record]:
        """Yield each text with its events, in order, reading only a little ahead.

        A record keeps every field but its events, which are replaced.

        Raises:
            InputError: on reaching a text that is neither a string nor a record.
        """
        if isinstance(texts, str | bytes):
            raise InputError(
                f"tag_many takes an iterable of texts, found one {type(texts).__name__}",
                "call tag(text) for a single text",
            )
        return (record for chunk in chunks_of(texts) for record in self._tag(chunk))

    def tag_roles(
        self, texts: Sequence[str | Record], events: Sequence[Sequence[Event]]
    ) -> list[Record]:
        """Return texts with the given events, whose arguments are replaced by predicted ones.

        Types and triggers are taken as given: so are arguments scored on gold triggers. An event
        gets no arguments if the ontology lacks its type or its trigger holds no token.

        Raises:
            InputError: if the numbers of texts and of lists of events differ, or a text is
                neither a string nor a record.
        """
        if len(texts) != len(events):
            raise InputError(
                f"tag_roles got {len(texts)} texts and {len(events)} lists of events",
                "give one list of events for each text, empty where there are none",
            )
        records = [checked_record(text, f"texts[{index}]") for index, text in enumerate(texts)]
        documents = self._read(records)
        tagged = [[replace(event, arguments=()) for event in given] for given in events]
        for group in encode_in_parts(self.encoder, documents, self.labels, self.batch_tokens):
            found = [
                (index, number, encoded, trigger)
                for index, encoded in group
                for number, trigger in self._given_triggers(encoded, events[index])
            ]
            arguments = self._arguments([(encoded, trigger) for _, _, encoded, trigger in found])
            for (index, number, _, _), its_arguments in zip(found, arguments, strict=True):
                tagged[index][number] = replace(events[index][number], arguments=its_arguments)
        return _finished(records, documents, tagged)

    def encode(self, texts: Iterable[str]) -> Iterator[Encoded]:
        """Yield the encoder's outputs for each whole text, in order.

        With `clashtag.decode` and `role_logits`, thresholds can be tried out without running the
        encoder again. Hidden states are held for a whole text.

        Raises:
            InputError: on reaching a text that is not a string.
        """
        for chunk in chunks_of(texts):
            documents = self._read(chunk)
            yield from encode_documents(self.encoder, documents, self.labels, self.batch_tokens)

    def role_logits(
        self, encoded: Encoded, triggers: Sequence[TriggerCandidate]
    ) -> list[RoleLogits]:
        """Return the role logits of triggers, in their order, in an encoded text."""
        scored = dict(
            score_roles(
                self.roles,
                [(encoded, trigger) for trigger in triggers],
                self.labels,
                self.batch_tokens,
            )
        )
        return [scored[index] for index in range(len(triggers))]

    def _tag(self, records: list[Record]) -> list[Record]:
        documents = self._read(records)
        events: list[list[Event]] = [[] for _ in documents]
        for group in encode_in_parts(self.encoder, documents, self.labels, self.batch_tokens):
            found = [
                (index, encoded, trigger)
                for index, encoded in group
                for trigger in self._own_triggers(encoded)
            ]
            arguments = self._arguments([(encoded, trigger) for _, encoded, trigger in found])
            for (index, encoded, trigger), its_arguments in zip(found, arguments, strict=True):
                events[index].append(event_from(encoded, trigger, its_arguments))
        return _finished(records, documents, events)

    def _read(self, records: list[Record]) -> list[Document]:
        texts = [record.text for record in records]
        return read_documents(self.tokenizer, texts, self.labels.windows)

    def _own_triggers(self, encoded: Encoded) -> list[TriggerCandidate]:
        triggers = decode_triggers(
            encoded.trigger_logits, encoded.status_logits, encoded.tokens, self.labels
        )
        return [trigger for trigger in triggers if encoded.owns(trigger.start)]

    def _given_triggers(
        self, encoded: Encoded, events: Sequence[Event]
    ) -> Iterator[tuple[int, TriggerCandidate]]:
        for number, event in enumerate(events):
            bounds = encoded.tokens.covering(event.trigger.start, event.trigger.end)
            if bounds and encoded.owns(bounds[0]) and event.type in self.labels.ontology.types:
                yield number, TriggerCandidate(*bounds, event.type)

    def _arguments(
        self, triggers: Sequence[tuple[Encoded, TriggerCandidate]]
    ) -> list[tuple[Argument, ...]]:
        arguments: list[tuple[Argument, ...]] = [()] * len(triggers)
        for index, roles in score_roles(self.roles, triggers, self.labels, self.batch_tokens):
            encoded, trigger = triggers[index]
            tokens = encoded.tokens.part(roles.start, roles.end)
            spans = decode_roles(roles.logits, tokens, trigger.type, self.labels)
            arguments[index] = tuple(argument_from(encoded.text, tokens, span) for span in spans)
        return arguments


def _finished(
    records: list[Record], documents: list[Document], events: list[list[Event]]
) -> list[Record]:
    return [
        replace(
            record,
            events=tuple(its_events),
            tokens=len(document.tokens),
            windows=len(document.windows),
        )
        for record, document, its_events in zip(records, documents, events, strict=True)
    ]


def event_from(
    encoded: Encoded, trigger: TriggerCandidate, arguments: tuple[Argument, ...]
) -> Event:
    """Return a found trigger as an event whose offsets count from the start of the text."""
    text = encoded.text
    start, end = span_characters(text, encoded.tokens, trigger.start, trigger.end)
    span = Span(start, end, text[start:end])
    return Event(trigger.type, span, arguments, trigger.status, trigger.score)


def argument_from(text: str, tokens: Tokens, found: ArgumentCandidate) -> Argument:
    """Return a found argument as characters of a text; `tokens` are those it counts in."""
    start, end = span_characters(text, tokens, found.start, found.end)
    return Argument(found.role, start, end, text[start:end], found.score)
