"""The tagger and its rivals on the same articles, in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from clashtag.bench.articles import word_count
from clashtag.bench.rivals import OURS, RIVALS, RivalSettings, Scope
from clashtag.bench.rounds import Spread, seconds_of, take_turns
from clashtag.bench.workers import SystemFacts, Team, UnavailableError, running_team

# Slow systems read fewer of the articles, so that a round does not take minutes.
_LONGEST_ROUND_SECONDS = 10.0
_TRIED_ARTICLES = 2


@dataclass(frozen=True, slots=True)
class SystemSpeed:
    """How fast a system reads the articles.

    Args:
        name: what `--against` calls it; `clashtag` is the tagger itself.
        description: what it is and what it leaves out.
        scope: whether it does the tagger's whole job.
        has_our_weights: whether its weights are the bundle's; None for random ones.
        processes: processes that share the articles.
        articles: how many of the articles it read in each round.
        load_seconds: from a started process to a system that is ready.
        documents_per_second: over the rounds.
        ours_over_theirs: articles a second of the tagger by those of this system, round by round.
    """

    name: str
    description: str
    scope: Scope
    has_our_weights: bool | None
    processes: int
    articles: int
    load_seconds: float
    documents_per_second: Spread
    ours_over_theirs: Spread


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A rival that was asked for and could not be measured, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tagger first, then its rivals; each had the same threads and articles."""

    words_per_article: float
    threads: int
    rounds: int
    systems: tuple[SystemSpeed, ...]
    unavailable: tuple[Unavailable, ...]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A system that is ready, and the articles that it reads in a round."""

    team: Team
    facts: SystemFacts
    texts: Sequence[str]

    def run(self) -> None:
        self.team.run(self.texts)

    def rates(self, seconds: Sequence[float]) -> list[float]:
        """Return the articles a second of each round."""
        return [len(self.texts) / duration for duration in seconds]


def compare(
    names: Sequence[str],
    settings: RivalSettings,
    texts: Sequence[str],
    *,
    rounds: int,
    on_step: Callable[[str], None],
) -> Comparison:
    """Measure the tagger and the rivals of these names.

    Args:
        names: rivals, from `RIVALS`.
        settings: what they are built with.
        texts: articles that all of them read, or the slow ones a part of.
        rounds: rounds behind each median, in which all take turns.
        on_step: called with what is about to happen, in words.

    Raises:
        UnavailableError: if the tagger itself cannot be run.
    """
    loaded: dict[str, _Loaded] = {}
    failed: dict[str, str] = {}

    def run(name: str) -> None:
        if name not in failed:
            with _noting_failure(name, failed):
                loaded[name].run()

    with ExitStack() as stack:
        for name in (OURS, *names):
            on_step(f"loading {name}")
            with _noting_failure(name, failed):
                team = stack.enter_context(running_team(name, _settings_of(name, settings)))
                loaded[name] = _Loaded(team, team.wait_until_loaded(), _affordable(team, texts))
        on_step("rivals in turns")
        seconds = take_turns({name: partial(run, name) for name in loaded}, rounds)
    ours = loaded[OURS].rates(seconds[OURS])
    return Comparison(
        words_per_article=sum(map(word_count, texts)) / len(texts),
        threads=settings.threads,
        rounds=rounds,
        systems=tuple(
            _system_speed(name, each, seconds[name], ours)
            for name, each in loaded.items()
            if name not in failed
        ),
        unavailable=tuple(Unavailable(name, reason) for name, reason in failed.items()),
    )


@contextmanager
def _noting_failure(name: str, failed: dict[str, str]) -> Iterator[None]:
    """Let a rival fail, with its reason noted; not the tagger itself."""
    try:
        yield
    except UnavailableError as error:
        if name == OURS:
            raise
        failed[name] = error.problem


def _settings_of(name: str, settings: RivalSettings) -> RivalSettings:
    is_alone = name == OURS or not RIVALS[name].is_single_threaded
    return settings if is_alone else replace(settings, processes=settings.threads)


def _affordable(team: Team, texts: Sequence[str]) -> Sequence[str]:
    """Return as many of the texts as the team reads in the longest time for a round."""
    tried = texts[: max(_TRIED_ARTICLES, team.processes)]
    team.run(tried)
    per_article = seconds_of(lambda: team.run(tried)) / len(tried)
    return texts[: max(team.processes, int(_LONGEST_ROUND_SECONDS / per_article))]


def _system_speed(
    name: str, loaded: _Loaded, seconds: Sequence[float], ours: Sequence[float]
) -> SystemSpeed:
    facts = loaded.facts
    theirs = loaded.rates(seconds)
    return SystemSpeed(
        name=name,
        description=facts.description,
        scope=facts.scope,
        has_our_weights=facts.has_our_weights,
        processes=loaded.team.processes,
        articles=len(loaded.texts),
        load_seconds=facts.load_seconds,
        documents_per_second=Spread.of(theirs),
        ours_over_theirs=Spread.of(one / other for one, other in zip(ours, theirs, strict=True)),
    )
