from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import warnings
from importlib import import_module
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

spacy = pytest.importorskip("spacy")
from spacy.tokens import Doc, DocBin

from clashtag.analysis.analyse import analyse
from clashtag.errors import BundleError, InputError
from clashtag.records import Argument, Event, Span
from clashtag.spacy_component import record_of, register_extension, set_events
from clashtag.tagger import Tagger

ROOT = Path(__file__).parents[2]
ATTACK = "Armed gunmen said the attack killed civilians in Kyiv on Monday."
CALM = "Talks and talks."
BLANK = spacy.blank("en")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    return write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def nlp(bundle: Path):
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.add_pipe("clashtag", config={"model": str(bundle), "threads": 1})
    return pipeline


def made(text: str, *events: Event, words: list[str] | None = None) -> Doc:
    register_extension()
    doc = BLANK(text) if words is None else Doc(BLANK.vocab, words=words)
    set_events(doc, events)
    return doc


def types(doc: Doc) -> list[str]:
    return [event.type for event in doc._.events]


def test_events_are_span_groups_and_events(nlp, bundle):
    doc = nlp(ATTACK)
    triggers, roles = doc.spans["clashtag_triggers"], doc.spans["clashtag_roles"]
    assert [(s.text, s.label_, s.kb_id_, s.id_) for s in triggers] == [
        ("attack", "attack", "actual", "0"),
        ("killed", "death", "actual", "1"),
    ]
    assert ("civilians", "victim", "1") in [(s.text, s.label_, s.id_) for s in roles]
    assert [s.sent.text for s in triggers] == [ATTACK, ATTACK]
    assert len(roles.attrs["scores"]) == len(roles)
    assert roles.attrs["misaligned"] == triggers.attrs["misaligned"] == []
    expected = Tagger.from_pretrained(bundle, threads=1).tag(ATTACK)
    assert [event.trigger for event in doc._.events] == [e.trigger for e in expected.events]


def test_the_event_numbers_of_spans_are_places_in_the_events(nlp):
    doc = nlp(ATTACK)
    for span in doc.spans["clashtag_roles"]:
        arguments = doc._.events[int(span.id_)].arguments
        assert (span.label_, span.text) in [(a.role, a.text) for a in arguments]


def test_pipe_keeps_order_in_batches_and_reads_only_a_little_ahead(nlp):
    read = 0

    def texts():
        nonlocal read
        while True:
            read += 1
            yield ATTACK if read % 2 else CALM

    docs = list(islice(nlp.pipe(texts(), batch_size=4), 6))
    assert [types(doc) for doc in docs] == [["attack", "death"], []] * 3
    assert read <= 12


def test_pipe_passes_contexts_and_empty_texts(nlp):
    pairs = nlp.pipe([("", 1), (ATTACK, 2), (" \n", 3)], as_tuples=True)
    assert [(context, types(doc)) for doc, context in pairs] == [
        (1, []),
        (2, ["attack", "death"]),
        (3, []),
    ]


def test_pipe_works_in_several_processes(bundle, tmp_path):
    code = (
        "import spacy\n"
        "if __name__ == '__main__':\n"
        "    nlp = spacy.blank('en')\n"
        "    import clashtag.spacy_component\n"
        f"    nlp.add_pipe('clashtag', config={{'model': {str(bundle)!r}, 'threads': 2}})\n"
        f"    nlp({ATTACK!r})\n"
        f"    docs = nlp.pipe([{ATTACK!r}, {CALM!r}] * 4, n_process=2, batch_size=2)\n"
        "    print([len(doc._.events) for doc in docs])\n"
    )
    script = tmp_path / "several.py"
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "inference")}
    done = subprocess.run(
        [sys.executable, str(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout == "[2, 0, 2, 0, 2, 0, 2, 0]\n", done.stderr


def test_events_survive_a_docbin(nlp):
    doc = nlp(ATTACK)
    data = DocBin(store_user_data=True, docs=[doc, nlp(CALM)]).to_bytes()
    stored, calm = DocBin().from_bytes(data).get_docs(nlp.vocab)
    assert stored._.events == doc._.events
    assert calm._.events == ()
    groups = zip(stored.spans.values(), doc.spans.values(), strict=True)
    for one, other in groups:
        assert [(s.text, s.label_, s.id_) for s in one] == [
            (s.text, s.label_, s.id_) for s in other
        ]
        assert one.attrs["scores"] == other.attrs["scores"]


def test_events_survive_the_bytes_of_a_document(nlp):
    doc = nlp(ATTACK)
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.events == doc._.events


def test_a_document_is_a_record_that_can_be_analysed(nlp):
    record = record_of(nlp(ATTACK))
    assert record.text == ATTACK
    assert analyse(record).incidents


def test_documents_that_were_not_tagged_have_no_events_and_no_record(nlp):
    doc = nlp.make_doc(CALM)
    assert doc._.events == ()
    with pytest.raises(InputError, match="has not been tagged"):
        record_of(doc)


def test_a_pipeline_is_saved_with_the_path_of_its_model(nlp, bundle, tmp_path):
    nlp.to_disk(tmp_path / "saved")
    loaded = spacy.load(tmp_path / "saved")
    assert loaded.pipe_names == ["sentencizer", "clashtag"]
    assert loaded(ATTACK)._.events == nlp(ATTACK)._.events
    settings = tmp_path / "saved" / "clashtag" / "settings.json"
    assert json.loads(settings.read_bytes()) == {"model": str(bundle), "threads": 1}


def test_bytes_bring_the_settings_of_another_pipeline(nlp, bundle):
    other = spacy.blank("en")
    other.add_pipe("sentencizer")
    other.add_pipe("clashtag", config={"model": str(bundle)})
    component = other.get_pipe("clashtag")
    assert component.to_bytes() != nlp.get_pipe("clashtag").to_bytes()
    other.from_bytes(nlp.to_bytes())
    assert component.to_bytes() == nlp.get_pipe("clashtag").to_bytes()


def test_settings_that_name_a_missing_model_are_explained(nlp, tmp_path):
    settings = json.dumps({"model": str(tmp_path / "gone"), "threads": None}).encode()
    before = nlp.get_pipe("clashtag").to_bytes()
    with pytest.raises(BundleError, match="gone"):
        nlp.get_pipe("clashtag").from_bytes(settings)
    assert nlp.get_pipe("clashtag").to_bytes() == before


def test_threads_below_one_are_refused(bundle):
    with pytest.raises(InputError, match="threads"):
        spacy.blank("en").add_pipe("clashtag", config={"model": str(bundle), "threads": 0})


def test_spans_inside_tokens_are_widened_and_reported():
    place = Argument("place", 10, 14, "Harn", 0.5)
    raid = Event("attack", Span(0, 4, "raid"), (place,), "actual", 0.9)
    with pytest.warns(UserWarning, match="'Harn' to 'near-Harn-now'") as caught:
        doc = made("raid near-Harn-now", raid, words=["raid", "near-Harn-now"])
    assert len(caught) == 1
    group = doc.spans["clashtag_roles"]
    assert [span.text for span in group] == ["near-Harn-now"]
    assert group.attrs == {"scores": [0.5], "misaligned": [0]}
    assert doc.spans["clashtag_triggers"].attrs["misaligned"] == []
    assert doc._.events[0].arguments[0].text == "Harn"


def test_many_widened_spans_are_counted():
    text = "abcdefgh"
    events = [Event("attack", Span(n, n + 1, text[n])) for n in range(8)]
    with pytest.warns(UserWarning, match="and 5 more"):
        doc = made(text, *events)
    assert doc.spans["clashtag_triggers"].attrs["misaligned"] == list(range(8))


@given(st.text(min_size=1, max_size=30), st.data())
def test_no_span_is_lost_whatever_the_tokens(text, data):
    bounds = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))
    )
    drawn = data.draw(st.lists(bounds, max_size=5))
    events = tuple(Event("attack", Span(a, b, text[a:b]), score=0.5) for a, b in drawn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        doc = made(text, *events)
    group = doc.spans["clashtag_triggers"]
    assert doc._.events == events
    assert len(group) == len(events)
    for position, (span, event) in enumerate(zip(group, events, strict=True)):
        assert span.start_char <= event.trigger.start
        assert span.end_char >= event.trigger.end
        is_exact = (span.start_char, span.end_char) == (event.trigger.start, event.trigger.end)
        assert is_exact == (position not in group.attrs["misaligned"])


def test_an_extension_of_another_package_is_not_overwritten():
    register_extension()
    getter = Doc.get_extension("events")[2]
    Doc.set_extension("events", default=None, force=True)
    try:
        with pytest.raises(InputError, match="already defined"):
            register_extension()
        assert Doc.get_extension("events")[2] is None
    finally:
        Doc.set_extension("events", getter=getter, force=True)
    register_extension()


def test_without_spacy_the_extra_is_named():
    code = (
        "import sys; sys.modules['spacy'] = None\n"
        "from clashtag.errors import MissingExtraError\n"
        "try:\n    import clashtag.spacy_component\n"
        "except MissingExtraError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "inference")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "pip install 'clashtag[spacy]'" in done.stdout


def test_spacy_finds_the_component_by_its_entry_point():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["entry-points"]["spacy_factories"]["clashtag"].partition(":")
    assert callable(getattr(import_module(module), function))
    assert any("spacy" in name for name in project["optional-dependencies"]["spacy"])
