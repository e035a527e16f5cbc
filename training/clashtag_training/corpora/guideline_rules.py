"""The annotation rules of data/GUIDELINES.md that a program can check.

An error breaks a rule for certain. A warning is a place to look at again: most are mistakes,
some are names or phrases that the rule cannot know.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from clashtag.ontology import Ontology
from clashtag.records import Argument, Event, Record, Span

MAX_TRIGGER_WORDS = 4
MAX_ARGUMENT_WORDS = 12
MAX_DISTANCE_WORDS = 60

_ARTICLE = re.compile(r"(?:a|an|the)\s", re.IGNORECASE)
_NAMES_WITH_ARTICLE = re.compile(r"The (?:Hague|Gambia|Bahamas|Bronx|Netherlands)\b")
_SENTENCE_END = re.compile(r"(?:^|[.!?:…\n]|[-–—])[\"'“”‘’)\]\s]*$")
_PLACE_PREPOSITION = re.compile(
    r"(?:in|on|at(?! least| most)|near|from|to|into|inside|outside|across|along|off|around|"
    r"towards?|within|throughout|through|over|between|against|of|by)\s",
    re.IGNORECASE,
)
_TIME_PREPOSITION = re.compile(
    r"(?:on|in|at|since|during|by|from|until|till|before|after|for|over|within|through|"
    r"throughout|between|of)\s",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"['’]s?$")
_OUTER_MARKS = ".,;:!?…-–—/*"
_BRACKETS = {"(": ")", "[": "]", "“": "”", "‘": "’", '"': '"', "«": "»"}
_ABBREVIATION = re.compile(r"(?:\b\w|\b(?:[A-Z]\w{0,4}|[ap]\.m|etc|no))\.$")
_CLAUSE = re.compile(r"\s(?:who|whom|whose|which)\b")
_NEVER_TRIGGERS = re.compile(
    r"deadly|(?:protest|demonstrat|riot|attack|bomb|kill|kidnapp?)[eo]rs?", re.IGNORECASE
)
_USUAL_TRIGGERS = re.compile(
    r"\b(?:killed|injured|wounded|attack(?:s|ed)?|air ?strikes?|bombings?|"
    r"shell(?:ing|ed)|raid(?:s|ed)?|ambush(?:es|ed)?|massacred?|kidnapp(?:ed|ing)|abduct(?:ed|ion)|arrest(?:s|ed)|detained|"
    r"captured|destroyed|displaced|evacuated|ceasefire|truce)\b",
    re.IGNORECASE,
)
_SHARED_SPAN_ROLES = frozenset({"agent", "claimant"})
_WRONG_ROLE_HINTS = {
    "target": "people who die, are hurt, taken, detained or driven out are the victim",
    "victim": "people hit by it are its target; they are the victim of the death or injury",
    "claimant": "only acts that someone claims responsibility for have a claimant",
}


class Severity(StrEnum):
    """How sure a rule is that the annotation is wrong."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class GuidelineProblem:
    """A place where an annotation breaks a rule; `start` is a character offset in the text."""

    rule: str
    severity: Severity
    start: int
    message: str


_Rule = Callable[[Record, Ontology], Iterator[GuidelineProblem]]
_AnySpan = Span | Argument


def guideline_problems(record: Record, ontology: Ontology) -> list[GuidelineProblem]:
    """Return every rule that a record's events break, in the order of the text."""
    problems = {problem for rule in RULES for problem in rule(record, ontology)}
    return sorted(problems, key=lambda problem: (problem.start, problem.rule, problem.message))


def unknown_label(record: Record, ontology: Ontology) -> Iterator[GuidelineProblem]:
    """Yield types, roles and statuses that the ontology does not have."""
    for event in record.events:
        start = event.trigger.start
        if event.type not in ontology.types:
            yield _error("unknown_label", start, f"{_named(event)}: no type {event.type!r}")
        if event.status not in ontology.statuses:
            yield _error("unknown_label", start, f"{_named(event)}: no status {event.status!r}")
        for argument in event.arguments:
            if argument.role not in ontology.roles:
                message = f"{argument.text!r}: no role {argument.role!r}"
                yield _error("unknown_label", argument.start, message)


def role_not_allowed(record: Record, ontology: Ontology) -> Iterator[GuidelineProblem]:
    """Yield roles that the ontology does not allow for the type of their trigger."""
    for event in record.events:
        if event.type not in ontology.types:
            continue
        for argument in event.arguments:
            known = argument.role in ontology.roles
            if known and argument.role not in ontology.types[event.type].roles:
                message = f"{argument.text!r}: {_named(event)} takes no {argument.role}"
                hint = _WRONG_ROLE_HINTS.get(argument.role)
                message += f"; {hint}" if hint else ""
                yield _error("role_not_allowed", argument.start, message)


def leading_article(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield spans that begin with a, an or the, other than names such as "The Hague"."""
    for span in _spans(record):
        if not _ARTICLE.match(span.text) or _NAMES_WITH_ARTICLE.match(span.text):
            continue
        message = f"{span.text!r} begins with an article"
        if span.text[0].islower():
            yield _error("leading_article", span.start, message)
        elif _opens_sentence(record.text, span.start):
            yield _warning("leading_article", span.start, message)


def loose_boundary(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield spans with outer spaces or punctuation, a possessive ending or a part of a word."""
    for span in _spans(record):
        before, after = record.text[: span.start][-1:], record.text[span.end :][:1]
        if span.text != span.text.strip():
            yield _error("loose_boundary", span.start, f"{span.text!r} has outer spaces")
        elif (before + span.text[0]).isalnum() and before:
            yield _error("loose_boundary", span.start, f"{span.text!r} starts inside a word")
        elif (span.text[-1] + after).isalnum() and after:
            yield _error("loose_boundary", span.start, f"{span.text!r} ends inside a word")
        elif _has_outer_marks(span.text):
            yield _warning("loose_boundary", span.start, f"{span.text!r} has outer punctuation")
        elif _POSSESSIVE.search(span.text):
            yield _warning("loose_boundary", span.start, f"{span.text!r} has a possessive ending")


def trailing_clause(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield arguments that hold a relative clause."""
    for event in record.events:
        for argument in event.arguments:
            if _CLAUSE.search(argument.text):
                message = f"{argument.text!r} goes on after the noun phrase"
                yield _warning("trailing_clause", argument.start, message)


def no_trigger_word(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield triggers that only name a doer ("protesters") or qualify another act ("deadly")."""
    for event in record.events:
        if _NEVER_TRIGGERS.fullmatch(event.trigger.text):
            message = f"{event.trigger.text!r} names no event"
            yield _error("no_trigger_word", event.trigger.start, message)


def unmarked_word(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield words that are nearly always triggers, but lie in no trigger here."""
    triggers = [event.trigger for event in record.events]
    for match in _USUAL_TRIGGERS.finditer(record.text):
        word = Span(match.start(), match.end(), match[0])
        if not any(_overlap(word, trigger) for trigger in triggers):
            yield _warning("unmarked_word", word.start, f"{word.text!r} is no trigger")


def long_span(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield triggers of more than 4 words and arguments of more than 12."""
    for event in record.events:
        limits: list[tuple[str, _AnySpan, int]] = [("trigger", event.trigger, MAX_TRIGGER_WORDS)]
        limits += [("argument", argument, MAX_ARGUMENT_WORDS) for argument in event.arguments]
        for kind, span, limit in limits:
            words = len(span.text.split())
            if words > limit:
                message = f"{kind} {span.text!r} has {words} words, more than {limit}"
                yield _warning("long_span", span.start, message)


def leading_preposition(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield places and times that begin with their preposition."""
    patterns = {
        "place": _PLACE_PREPOSITION,
        "origin": _PLACE_PREPOSITION,
        "destination": _PLACE_PREPOSITION,
        "time": _TIME_PREPOSITION,
    }
    for event in record.events:
        for argument in event.arguments:
            pattern = patterns.get(argument.role)
            if pattern is None or not pattern.match(argument.text):
                continue
            if argument.text[0].islower() or _opens_sentence(record.text, argument.start):
                message = f"{argument.role} {argument.text!r} begins with a preposition"
                yield _warning("leading_preposition", argument.start, message)


def far_argument(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield arguments outside the trigger's paragraph and more than 60 words away from it."""
    for event in record.events:
        for argument in event.arguments:
            begin = min(argument.end, event.trigger.end)
            between = record.text[begin : max(argument.start, event.trigger.start)]
            if "\n" in between and len(between.split()) > MAX_DISTANCE_WORDS:
                message = f"{argument.text!r} is far from its trigger, {_named(event)}"
                yield _warning("far_argument", argument.start, message)


def overlapping_triggers(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield triggers that share characters; one mention has one trigger and one type."""
    for first, second in combinations(record.events, 2):
        if _overlap(first.trigger, second.trigger):
            message = f"{_named(first)} and {_named(second)} share text"
            yield _error("overlapping_triggers", second.trigger.start, message)


def repeated_argument(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield arguments given twice, and spans with two roles other than agent and claimant."""
    for event in record.events:
        counts = Counter((a.start, a.end, a.role) for a in event.arguments)
        for (start, end, role), count in counts.items():
            if count > 1:
                message = f"{record.text[start:end]!r} is {role} of {_named(event)} {count} times"
                yield _error("repeated_argument", start, message)
        for start, end in {(a.start, a.end) for a in event.arguments}:
            roles = {role for s, e, role in counts if (s, e) == (start, end)}
            if len(roles) > 1 and roles != _SHARED_SPAN_ROLES:
                words = record.text[start:end]
                message = f"{words!r} has several roles for {_named(event)}: {sorted(roles)}"
                yield _error("repeated_argument", start, message)


def overlapping_arguments(record: Record, _: Ontology) -> Iterator[GuidelineProblem]:
    """Yield spans of one role and one trigger of which one lies in or across the other."""
    for event in record.events:
        for first, second in combinations(event.arguments, 2):
            same = (first.start, first.end) == (second.start, second.end)
            if first.role == second.role and not same and _overlap(first, second):
                words = f"{first.text!r} and {second.text!r}"
                message = f"{words} overlap as {first.role} of {_named(event)}"
                yield _warning("overlapping_arguments", second.start, message)


RULES: tuple[_Rule, ...] = (
    unknown_label,
    role_not_allowed,
    leading_article,
    loose_boundary,
    trailing_clause,
    no_trigger_word,
    unmarked_word,
    long_span,
    leading_preposition,
    far_argument,
    overlapping_triggers,
    repeated_argument,
    overlapping_arguments,
)


def _error(rule: str, start: int, message: str) -> GuidelineProblem:
    return GuidelineProblem(rule, Severity.ERROR, start, message)


def _warning(rule: str, start: int, message: str) -> GuidelineProblem:
    return GuidelineProblem(rule, Severity.WARNING, start, message)


def _named(event: Event) -> str:
    return f"{event.type} {event.trigger.text!r}"


def _spans(record: Record) -> Iterator[_AnySpan]:
    for event in record.events:
        yield event.trigger
        yield from event.arguments


def _overlap(first: _AnySpan, second: _AnySpan) -> bool:
    return first.start < second.end and second.start < first.end


def _opens_sentence(text: str, start: int) -> bool:
    return _SENTENCE_END.search(text[:start]) is not None


def _has_outer_marks(text: str) -> bool:
    if text[0] in _OUTER_MARKS or text[0] in ")]”’»":
        return True
    if text[0] in _BRACKETS and _BRACKETS[text[0]] not in text[1:]:
        return True
    if text[-1] in _BRACKETS.values():
        opener = next(o for o, closer in _BRACKETS.items() if closer == text[-1])
        return opener not in text[:-1]
    return text[-1] in _OUTER_MARKS and not _ABBREVIATION.search(text)
