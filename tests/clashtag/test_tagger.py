import itertools
import json
import pickle
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clashtag
from clashtag import Argument, Event, Record, Span, Tagger
from clashtag.bundle import seal_bundle
from clashtag.decode import TriggerCandidate, decode_roles, decode_triggers
from clashtag.errors import BundleError, InputError
from clashtag.records import record_problems, record_to_dict
from tiny_model import FEATURES, FILLERS, LABELS, encoder_graph, write_tiny_bundle

FILLER = "The market report said rain . "
NEWS = "Armed gunmen said a planned attack on civilians in Kyiv on Monday."


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return write_tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny")


@pytest.fixture(scope="module")
def tagger(directory):
    return Tagger.from_pretrained(directory, threads=1)


def spans(event):
    return {(argument.role, argument.text) for argument in event.arguments}


def without_scores(record):
    return replace(
        record,
        events=tuple(
            replace(
                event,
                score=None,
                arguments=tuple(replace(argument, score=None) for argument in event.arguments),
            )
            for event in record.events
        ),
    )


def scores(record):
    return [
        score
        for event in record.events
        for score in (event.score, *(argument.score for argument in event.arguments))
    ]


def assert_same(one, other):
    """The same events, with scores equal to 1e-5."""
    assert without_scores(one) == without_scores(other)
    assert scores(one) == pytest.approx(scores(other), abs=1e-5)


def test_tag_finds_the_event_and_its_arguments(tagger):
    record = tagger.tag(NEWS, id="n1")
    (event,) = record.events
    assert (record.id, record.text, record.tokens, record.windows) == ("n1", NEWS, 13, 1)
    assert (event.type, event.status) == ("attack", "other")
    assert event.trigger == Span(28, 34, "attack")
    assert event.score > 0.9
    assert spans(event) == {
        ("agent", "Armed gunmen"),
        ("target", "civilians"),
        ("place", "Kyiv"),
        ("time", "Monday"),
    }


def test_tag_gives_each_type_its_own_roles(tagger):
    strike, death = tagger.tag("An air strike killed civilians, militia said.").events
    assert (strike.type, strike.trigger.text, strike.status) == (
        "airstrike",
        "air strike",
        "actual",
    )
    assert spans(strike) == {("target", "civilians"), ("agent", "militia"), ("claimant", "militia")}
    assert (death.type, death.trigger.text) == ("death", "killed")
    assert spans(death) == {("victim", "civilians"), ("agent", "militia")}


@pytest.mark.parametrize("text", ["", "a", " ", " \r\n\t\x00\n", "\u0301", "\ud800", "\ufeff"])
def test_tag_text_of_next_to_nothing(tagger, text):
    record = tagger.tag(text)
    assert (record.text, record.events) == (text, ())


def test_tag_empty_text_reads_no_window(tagger):
    record = tagger.tag("")
    assert (record.tokens, record.windows) == (0, 0)


def test_tag_record_keeps_its_fields(tagger):
    record = Record(NEWS, id="keep", extra={"source": "a"})
    tagged = tagger.tag(record)
    assert tagged.events
    assert (tagged.id, tagged.extra) == ("keep", {"source": "a"})
    assert tagger.tag(record, id="new").id == "new"
    assert tagger.tag(NEWS, id="new").id == "new"
    assert tagger.tag(NEWS).id is None


def test_tag_text_without_events(tagger):
    record = tagger.tag(FILLER * 3)
    assert (record.events, record.tokens) == ((), 18)


def test_tag_finds_the_only_event_in_the_last_paragraph(tagger):
    text = FILLER * 840 + "\n\nThe militia killed civilians in Kyiv."
    record = tagger.tag(text)
    (event,) = record.events
    assert record.tokens > 5000
    assert record.windows > 80
    assert event.trigger.start == text.index("killed")
    assert spans(event) == {("agent", "militia"), ("victim", "civilians"), ("place", "Kyiv")}


@pytest.mark.parametrize("before", range(40, 72))
def test_tag_finds_an_event_wherever_a_window_ends(tagger, before):
    text = "word " * before + "armed gunmen said planned air strike on Kyiv monday " + "word " * 60
    record = tagger.tag(text)
    (event,) = record.events
    assert record.windows >= 2
    assert (event.trigger.text, event.status) == ("air strike", "other")
    assert spans(event) == {("agent", "armed gunmen"), ("place", "Kyiv"), ("time", "monday")}


def test_tag_a_million_characters(tagger):
    text = (FILLER * 40_000)[:999_000] + " gunmen attack"
    record = tagger.tag(text)
    assert len(text) > 999_000
    assert record.tokens > 190_000
    assert [event.trigger.start for event in record.events] == [text.index("attack")]
    assert spans(record.events[0]) == {("agent", "gunmen")}


def test_tag_of_a_long_text_equals_reading_it_at_once(tagger):
    sentence = "Gunmen said a planned attack in Kyiv . " + "word " * 11 + "militia air strike on "
    text = sentence * 1500
    record = tagger.tag(text)
    (whole,) = tagger.pipeline.encode([text])
    assert len(whole.tokens) == record.tokens > 2 * 16_384
    found = decode_triggers(whole.trigger_logits, whole.status_logits, whole.tokens, LABELS)
    logits = tagger.pipeline.role_logits(whole, found)
    assert [event.trigger.start for event in record.events] == [
        whole.tokens.word_starts[trigger.start] for trigger in found
    ]
    for event, trigger, roles in zip(record.events, found, logits, strict=True):
        context = whole.tokens.part(roles.start, roles.end)
        arguments = decode_roles(roles.logits, context, trigger.type, LABELS)
        assert [(a.role, a.start) for a in event.arguments] == [
            (a.role, context.word_starts[a.start]) for a in arguments
        ]
        assert [a.score for a in event.arguments] == pytest.approx(
            [a.score for a in arguments], abs=1e-5
        )


@pytest.mark.parametrize(
    ("text", "trigger", "place"),
    [
        (
            "\U0001f1fa\U0001f1e6 attack \U0001f468\u200d\U0001f469 Kyiv \U0001f680",
            "attack",
            "Kyiv",
        ),
        (
            "At\u0301tack\u0301 Ky\u0301iv\u0323\u0301!",
            "At\u0301tack\u0301",
            "Ky\u0301iv\u0323\u0301",
        ),
        ("attack\r\n\r\nin\u00a0Kyiv\r\n", "attack", "Kyiv"),
        ("\x00attack\x00\x00 in Ky\x00iv\x00", "attack", "Ky\x00iv"),
        ("\u202b\u0647\u062c\u0648\u0645 attack \u0641\u064a\u202c Kyiv", "attack", "Kyiv"),
        ("\ud83d attack \udc00\udc00Kyiv\ud83d", "attack", "Kyiv"),
        ("[SEP] attack [PAD] Kyiv [CLS]", "attack", "Kyiv"),
        ("attackers\u2014Kyiv\u2026", "attackers", "Kyiv"),
    ],
)
def test_tag_keeps_offsets_in_unusual_text(tagger, text, trigger, place):
    (event,) = tagger.tag(text).events
    assert event.trigger.text == text[event.trigger.start : event.trigger.end] == trigger
    assert [(a.role, text[a.start : a.end]) for a in event.arguments] == [("place", place)]


FRAGMENTS = st.one_of(
    st.sampled_from([*FEATURES, *FILLERS, "attackers", "air strike", "\r\n", " ", "\u0301"]),
    st.text(st.characters(), max_size=5),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from(["", " "]))
def test_tag_spans_are_exactly_the_text(tagger, fragments, separator):
    text = separator.join(fragments)
    record = tagger.tag(text)
    assert record.text == text
    assert record_problems(record_to_dict(record)) == []


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.sampled_from([*FEATURES, *FILLERS]), max_size=150), max_size=6))
def test_tag_many_equals_one_at_a_time(tagger, texts):
    texts = [" ".join(words) for words in texts]
    for one, of_many in zip(texts, tagger.tag_many(texts), strict=True):
        assert_same(tagger.tag(one), of_many)


@pytest.mark.parametrize("batch_tokens", [1, 64, 100_000])
def test_tag_does_not_depend_on_the_batch_budget(directory, tagger, batch_tokens):
    other = Tagger.from_pretrained(directory, threads=1, batch_tokens=batch_tokens)
    texts = [NEWS, FILLER * 30 + NEWS, "", "gunmen killed civilians"]
    for one, of_other in zip(tagger.tag_many(texts), other.tag_many(texts), strict=True):
        assert_same(one, of_other)


def test_tag_many_keeps_order_and_the_fields_of_records(tagger):
    gold = Event("death", Span(0, 3, "old"))
    given = [
        Record("old attack", "a", events=(gold,), extra={"url": "x"}, tokens=1, windows=9),
        FILLER * 200,
        Record("killed"),
    ]
    first, second, third = tagger.tag_many(given)
    assert (first.id, first.extra, first.tokens, first.windows) == ("a", {"url": "x"}, 2, 1)
    assert [event.type for event in first.events] == ["attack"]
    assert second.text == given[1]
    assert [event.type for event in third.events] == ["death"]


def test_tag_many_reads_only_a_little_ahead(tagger):
    taken = itertools.count()
    endless = (f"attack {next(taken)} " + FILLER * 20 for _ in itertools.repeat(None))
    results = tagger.tag_many(endless)
    assert next(taken) == 0
    assert next(results).text.startswith("attack 1 ")
    assert next(taken) < 300


def test_tag_many_of_nothing(tagger):
    assert list(tagger.tag_many([])) == []


def test_tag_many_yields_what_came_before_a_text_that_is_none(tagger):
    results = tagger.tag_many(["attack", b"attack", "killed"])
    assert next(results).text == "attack"
    with pytest.raises(InputError, match="text number 1 must be a string, found bytes b'attack'"):
        next(results)


@pytest.mark.parametrize("text", [None, b"attack", 3, ["attack"]])
def test_tag_refuses_what_is_not_a_string(tagger, text):
    with pytest.raises(InputError, match="must be a string"):
        tagger.tag(text)


def test_tag_many_refuses_a_single_text_and_a_record_without_one(tagger):
    with pytest.raises(InputError, match="takes an iterable of texts"):
        tagger.tag_many("attack")
    with pytest.raises(InputError, match="a record whose text is None"):
        list(tagger.tag_many([Record(None)]))


def test_tag_roles_takes_triggers_and_types_as_given(tagger):
    text = "gunmen said rain on civilians in Kyiv"
    wrong = Argument("time", 0, 6, "gunmen")
    given = [
        Event("death", Span(12, 16, "rain"), (wrong,), "actual", 0.25),
        Event("attack", Span(13, 15, "ai")),
        Event("flood", Span(12, 16, "rain"), (wrong,)),
        Event("attack", Span(16, 17, " ")),
    ]
    (record,) = tagger.tag_roles([Record(text, "r", extra={"url": "x"})], [given])
    assert (record.id, record.extra) == ("r", {"url": "x"})
    assert [replace(event, arguments=()) for event in record.events] == [
        replace(event, arguments=()) for event in given
    ]
    assert [spans(event) for event in record.events] == [
        {("agent", "gunmen"), ("victim", "civilians"), ("place", "Kyiv")},
        {("agent", "gunmen"), ("target", "civilians"), ("place", "Kyiv")},
        set(),
        set(),
    ]


def test_tag_roles_on_its_own_triggers_repeats_tag(tagger):
    texts = [FILLER * 50 + NEWS, "", NEWS + FILLER * 3000 + NEWS]
    tagged = list(tagger.tag_many(texts))
    again = tagger.tag_roles(texts, [record.events for record in tagged])
    for one, other in zip(tagged, again, strict=True):
        assert_same(one, other)


def test_tag_roles_needs_events_for_each_text(tagger):
    with pytest.raises(InputError, match="2 texts and 1 lists of events"):
        tagger.tag_roles(["a", "b"], [[]])


def test_encode_gives_one_row_a_token_even_for_an_empty_text(tagger):
    full, empty = tagger.pipeline.encode([NEWS, ""])
    assert len(full.hidden) == len(full.trigger_logits) == len(full.status_logits) == 13
    assert empty.trigger_logits.shape == (0, full.trigger_logits.shape[1])
    assert empty.hidden.shape == (0, full.hidden.shape[1])


def test_role_logits_come_in_the_order_of_the_triggers(tagger):
    (encoded,) = tagger.pipeline.encode([FILLER * 20 + NEWS])
    triggers = [TriggerCandidate(at, at + 1, "attack") for at in (100, 0, 60)]
    found = tagger.pipeline.role_logits(encoded, triggers)
    assert [roles.start <= t.start < roles.end for roles, t in zip(found, triggers, strict=True)]
    assert [roles.start for roles in found] == [76, 0, 36]
    assert all(len(roles.logits) == roles.end - roles.start == 48 for roles in found)


def test_tagger_may_be_shared_by_threads(tagger):
    texts = [FILLER * (n % 7) + NEWS + " attack" * (n % 3) for n in range(40)]
    serial = [tagger.tag(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tagger.tag, texts)) == serial


def test_tagger_survives_pickling(directory, tagger):
    other = Tagger.from_pretrained(directory, threads=1, batch_tokens=77)
    again = pickle.loads(pickle.dumps(other))  # noqa: S301
    assert repr(again) == repr(other)
    assert again.tag(NEWS) == tagger.tag(NEWS)
    assert len(pickle.dumps(other)) < 1000


def test_tagger_says_what_it_is(directory, tagger):
    assert repr(tagger) == (
        f"Tagger('tiny', version='1.0.0', path={str(directory)!r}, threads=1, "
        "batch_tokens=1024, runtime='onnxruntime')"
    )
    assert list(tagger.ontology.types) == ["attack", "airstrike", "death"]
    assert tagger.manifest.name == "tiny"


@pytest.mark.parametrize("settings_", [{"threads": 0}, {"threads": 100_000}, {"batch_tokens": 0}])
def test_tagger_refuses_settings_that_cannot_work(directory, settings_):
    [(name, value)] = settings_.items()
    with pytest.raises(InputError, match=f"{name} must be .* 1.*, found {value}"):
        Tagger.from_pretrained(directory, **settings_)


def test_tagger_loads_without_network(directory, monkeypatch):
    def refuse(*_, **__):
        raise OSError("no network here")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert Tagger.from_pretrained(directory).tag("attack").events


def test_tagger_refuses_graphs_made_for_other_labels(tmp_path):
    directory = write_tiny_bundle(tmp_path / "tiny")
    fields = LABELS.to_dict()
    del fields["ontology"]["types"]["death"], fields["thresholds"]["triggers"]["death"]
    (directory / "labels.json").write_text(json.dumps(fields))
    seal_bundle(directory, "tiny", "1.0.0", {})
    with pytest.raises(BundleError, match=r"'trigger_logits' has 7 entries .* labels\.json 5"):
        Tagger.from_pretrained(directory)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"no graph", "cannot load"),
        (encoder_graph().SerializeToString(), "unknown input 'input_ids'; .*no output"),
    ],
)
def test_tagger_refuses_a_graph_that_is_none_of_its_own(tmp_path, data, problem):
    directory = write_tiny_bundle(tmp_path / "tiny")
    (directory / "roles.onnx").write_bytes(data)
    seal_bundle(directory, "tiny", "1.0.0", {})
    with pytest.raises(BundleError, match=problem):
        Tagger.from_pretrained(directory)


def test_importing_clashtag_is_cheap():
    code = "import sys, clashtag; print({'numpy', 'onnxruntime', 'tokenizers'} & set(sys.modules))"
    path = clashtag.__file__.rpartition("clashtag")[0]
    found = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, check=True
    )
    assert found.stdout.strip() == b"set()"


def test_every_exported_name_exists():
    assert all(getattr(clashtag, name) for name in clashtag.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Tager'"):
        _ = clashtag.Tager
