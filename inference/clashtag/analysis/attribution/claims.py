"""Who claims an act: "X claimed the raid", "the blast, claimed by X", "X said it had shelled"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clashtag.analysis.attribution.attributions import Bounds, is_pronoun
from clashtag.analysis.attribution.claim_words import Claim, find_claims
from clashtag.analysis.attribution.claimed_acts import claimed_acts
from clashtag.analysis.attribution.sources import source_before
from clashtag.analysis.kinds import CLAIMABLE, CLAIMANT, NOT_ACTUAL, TIME
from clashtag.analysis.text.passages import Passages, passages_of
from clashtag.records import Argument, Event, Record


def name_claimants(record: Record) -> Record:
    """Return a record in which events that somebody claims have a claimant.

    A claim that names no act ("X claimed responsibility") is of the act told last before it, in its
    paragraph or the one before. "It claimed" is whoever the paragraph named as a source last. The
    day of a claim ("claimed on Friday", "in a message on Friday") is not that of its act, and is
    left out of the events that are claimed.
    """
    passages = passages_of(record.text)
    claims = list(find_claims(passages))
    events = list(record.events)
    for index, claimant in _claimed(passages, record.events, claims):
        events[index] = _with_claimant(record.text, events[index], claimant, claims)
    return replace(record, events=tuple(events))


def _claimed(
    passages: Passages, events: Sequence[Event], claims: Sequence[Claim]
) -> Iterator[tuple[int, Bounds]]:
    """Yield the indexes of events that are claimed, and who claims them."""
    claimable = [
        (event.trigger, index)
        for index, event in enumerate(events)
        if event.type in CLAIMABLE and event.status != NOT_ACTUAL
    ]
    claimable.sort(key=lambda one: one[0].start)
    triggers = [trigger for trigger, _ in claimable]
    for claim in claims:
        claimant: Bounds | None = claim.claimant
        if is_pronoun(passages.text, claim.claimant):
            claimant = source_before(passages.text, claim.at)
        if claimant is not None:
            for number in claimed_acts(passages, claim, triggers):
                yield claimable[number][1], claimant


def _with_claimant(text: str, event: Event, claimant: Bounds, claims: Sequence[Claim]) -> Event:
    kept = tuple(one for one in event.arguments if not _dates_claim(one, claims))
    if all(one.role != CLAIMANT for one in kept):
        kept += (Argument(CLAIMANT, *claimant, text[slice(*claimant)]),)
    return replace(event, arguments=kept)


def _dates_claim(argument: Argument, claims: Sequence[Claim]) -> bool:
    """Whether an argument is the time at which something was claimed."""
    return argument.role == TIME and any(
        first <= argument.start < last for claim in claims for first, last in claim.telling
    )
