"""An incident as a reader asks for it: who, to whom, where, when, how many, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from clashtag.analysis.findings import Entity, Incident, Interval, ResolvedTime, Toll
from clashtag.formats.incident_cells import name_of, named, shown_times, shown_tolls
from clashtag.formats.wording import interval_words, label_words, one_line, quantity_words
from clashtag.records import Span

WHERE, WHEN, TOLL = "where", "when", "toll"
CLAIMED_BY, REPORTED_BY = "claimed by", "reported by"
ROLES_OF_QUESTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "who": ("agent",),
        "to whom": ("target", "victim"),
        WHERE: ("place",),
        WHEN: ("time",),
        "with what": ("instrument",),
        "from": ("origin",),
        "to": ("destination",),
        CLAIMED_BY: ("claimant",),
    }
)
_ASKED_ROLES = frozenset(role for roles in ROLES_OF_QUESTIONS.values() for role in roles)
_OUTCOMES = ("killed", "injured", "abducted", "detained", "displaced")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question about an incident.

    `spans` are the words it was read from, `role` the role that they play, and `note` says what
    else a reader may want to know: the words of a date, the source of a toll.
    """

    text: str
    role: str
    spans: tuple[Span, ...]
    note: str = ""


def answers_of(incident: Incident) -> dict[str, tuple[Answer, ...]]:
    """Return the answers to each question about an incident; one without answers is left out.

    Questions come in reading order; a role that none of them asks for is a question of its own.
    """
    found: dict[str, tuple[Answer, ...]] = {}
    for question, roles in ROLES_OF_QUESTIONS.items():
        if question == WHERE:
            found[WHERE] = _of_entities((place, "place") for place in incident.places)
        elif question == WHEN:
            found[WHEN] = tuple(_of_times(shown_times(incident), incident.interval))
            found[TOLL] = tuple(_of_tolls(shown_tolls(incident.tolls)))
        else:
            found[question] = _of_roles(incident, roles)
    for role in incident.roles:
        if role not in _ASKED_ROLES:
            question = label_words(role)
            found[question] = (*found.get(question, ()), *_of_roles(incident, (role,)))
    found[REPORTED_BY] = tuple(
        Answer(one_line(source.text), "source", (source,)) for source in incident.sources
    )
    return {question: answers for question, answers in found.items() if answers}


def _of_roles(incident: Incident, roles: Iterable[str]) -> tuple[Answer, ...]:
    return _of_entities((entity, role) for role in roles for entity in incident.roles.get(role, ()))


def _of_entities(played: Iterable[tuple[Entity, str]]) -> tuple[Answer, ...]:
    """Return entities, each name once; what a pronoun stands for only where nothing else does."""
    pairs = list(played)
    shown = named(entity for entity, _ in pairs) or tuple(entity for entity, _ in pairs)
    names = {name_of(entity) for entity in shown}
    answers: dict[str, Answer] = {}
    for entity, role in pairs:
        name, words = name_of(entity), one_line(entity.name)
        if name not in names:
            continue
        note = one_line(name) if name.casefold() != entity.name.casefold() else ""
        answer = answers.setdefault(name, Answer(words, role, (), note))
        answers[name] = replace(answer, spans=_in_order({*answer.spans, *entity.mentions}))
    return tuple(answers.values())


def _in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))


def _of_times(times: Iterable[ResolvedTime], interval: Interval | None) -> Iterator[Answer]:
    """Yield the incident's date with the words that agree with it, then the other times."""
    others = list(times)
    if interval is not None:
        agreeing = [time for time in others if _overlap(time.interval, interval)]
        others = [time for time in others if time not in agreeing]
        text = interval_words(interval)
        words = "; ".join(dict.fromkeys(one_line(time.words.text) for time in agreeing))
        spans = _in_order(span for time in agreeing for span in _words_of(time))
        yield Answer(text, "time", spans, words if words != text else "")
    for time in others:
        note = interval_words(time.interval) if time.interval else one_line(time.reason or "")
        yield Answer(one_line(time.words.text), "time", _in_order(_words_of(time)), note)


def _words_of(time: ResolvedTime) -> tuple[Span, ...]:
    """Return the words of a time, and those that its year was taken from."""
    return (time.words,) if time.year is None else (time.words, time.year)


def _overlap(one: Interval | None, other: Interval) -> bool:
    return one is not None and one.first_day <= other.last_day and other.first_day <= one.last_day


def _of_tolls(tolls: Iterable[Toll]) -> Iterator[Answer]:
    """Yield each number once, with all of its words and sources, the killed first."""
    numbers: dict[tuple[str, int | None, int | None, bool], list[Toll]] = {}
    for toll in sorted(tolls, key=lambda toll: _OUTCOMES.index(toll.outcome)):
        count = toll.quantity
        key = (toll.outcome, count.minimum, count.maximum, count.approximate)
        numbers.setdefault(key, []).append(toll)
    for equal in numbers.values():
        sources = [toll.source for toll in equal if toll.source is not None]
        words = {span for toll in equal for span in (toll.victims, toll.quantity.words)}
        yield Answer(
            f"{quantity_words(equal[0].quantity)} {equal[0].outcome}",
            "victim",
            _in_order(words.union(sources)),
            "; ".join(dict.fromkeys(one_line(source.text) for source in sources)),
        )
