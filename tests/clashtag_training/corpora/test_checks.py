from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer

from clashtag.errors import InputError, RecordError
from clashtag.ontology import Ontology
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.commands.data import check
from clashtag_training.corpora.check_report import format_report
from clashtag_training.corpora.checks import Distribution, check_corpus
from clashtag_training.corpora.words import split_words

ONTOLOGY = Ontology.from_dict(
    {
        "version": 1,
        "statuses": {"actual": "It happened."},
        "roles": {"agent": "Who.", "victim": "To whom.", "place": "Where."},
        "types": {
            "attack": {"definition": "Violence.", "roles": ["agent", "place"]},
            "death": {"definition": "People die.", "roles": ["victim"]},
        },
    }
)
TEXT = "Gunmen attacked the market in Exville, killing ten traders."


@pytest.fixture
def tokenizer():
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def span(words, text=TEXT):
    start = text.index(words)
    return start, start + len(words), words


def event(event_type, trigger, *arguments, status="actual"):
    return Event(
        event_type,
        Span(*span(trigger)),
        tuple(Argument(role, *span(words)) for role, words in arguments),
        status=status,
    )


def problems(*events, ontology=ONTOLOGY, tokenizer=None):
    report = check_corpus({"dev": [Record(TEXT, id="a", events=events)]}, ontology, tokenizer)
    return {problem.kind: problem.examples for problem in report.problems}


def test_check_corpus_is_silent_about_a_sound_record(tokenizer):
    sound = (
        event("attack", "attacked", ("agent", "Gunmen"), ("place", "Exville")),
        event("death", "killing", ("victim", "ten traders")),
    )
    assert problems(*sound) == {}
    assert problems(*sound, tokenizer=tokenizer) == {}


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("unknown-type", event("flood", "attacked")),
        ("unknown-role", event("attack", "attacked", ("weapon", "Gunmen"))),
        ("unknown-status", event("attack", "attacked", status="maybe")),
        ("role-not-allowed", event("death", "killing", ("agent", "Gunmen"))),
        ("no-status", event("attack", "attacked", status=None)),
        ("inside-word", event("attack", "attack")),
        ("inside-word", event("attack", "attacked", ("agent", "men"))),
        ("outer-character", event("attack", "attacked", ("place", "Exville,"))),
        ("outer-character", event("attack", "attacked", ("agent", "Gunmen "))),
        (
            "repeated-argument",
            event("attack", "attacked", ("agent", "Gunmen"), ("agent", "Gunmen")),
        ),
        (
            "crossing-arguments",
            event("attack", "attacked", ("place", "market"), ("place", "the market in Exville")),
        ),
    ],
)
def test_check_corpus_names_the_fault(kind, wrong):
    assert list(problems(wrong)) == [kind]


def test_check_corpus_finds_triggers_that_cannot_all_be_learnt():
    assert list(problems(event("attack", "attacked"), event("death", "attacked"))) == [
        "repeated-trigger"
    ]
    crossing = (event("attack", "attacked the market"), event("death", "market"))
    assert list(problems(*crossing)) == ["crossing-triggers"]


def test_check_corpus_judges_no_labels_without_an_ontology():
    assert (
        problems(event("flood", "attacked", ("weapon", "Gunmen"), status="x"), ontology=None) == {}
    )


def test_check_corpus_counts_and_measures(tokenizer):
    first = Record(
        TEXT,
        id="a",
        events=(event("attack", "attacked", ("agent", "Gunmen"), ("place", "Exville")),),
    )
    report = check_corpus(
        {"train": [first, Record("Nothing happened.", id="b")], "dev": []},
        ONTOLOGY,
        tokenizer,
        max_tokens=12,
    )
    train, dev = report.splits["train"], report.splits["dev"]
    assert (train.records, train.records_without_events) == (2, 1)
    assert (train.events, train.arguments) == (1, 2)
    assert train.words == Distribution(2, 14, 7.0, 10.6, 11)
    assert train.records_over_window == 1
    assert (dev.records, dev.records_over_window) == (0, None)
    assert report.labels["types"] == {
        "attack": {"train": 1, "dev": 0},
        "death": {"train": 0, "dev": 0},
    }
    assert report.spans.argument_distances["agent"].maximum == 0
    assert report.spans.argument_distances["place"].maximum == 3
    assert report.spans.argument_distances["victim"].count == 0


def test_check_corpus_reports_labels_that_train_lacks():
    report = check_corpus({"train": [Record("Calm.")], "dev": []}, ONTOLOGY)
    (untrained,) = report.problems
    assert untrained.kind == "untrained-label"
    assert "types: attack" in untrained.examples
    assert not report.has_errors


def test_check_corpus_finds_repeated_ids_texts_and_leaks():
    report = check_corpus(
        {"train": [Record(TEXT, id="a"), Record(TEXT, id="b")], "dev": [Record(TEXT, id="a")]}
    )
    assert {problem.kind: problem.count for problem in report.problems} == {
        "repeated-id": 1,
        "repeated-text": 1,
        "leak": 2,
    }
    assert report.has_errors


def printed(report):
    console = Console(width=100, file=io.StringIO())
    console.print(format_report(report))
    return console.file.getvalue()


def test_report_survives_json_and_shows_names_as_they_are():
    wrong = Record(TEXT, id="[bold]x", events=(event("[red]flood", "attack"),))
    report = check_corpus({"train": [wrong]}, ONTOLOGY)
    assert json.loads(json.dumps(report.to_dict()))["problems"]
    shown = printed(report)
    for part in ("[red]flood", "train:[bold]x 'attack'", "inside-word", "1 error, "):
        assert part in shown


def test_report_of_an_empty_corpus_prints():
    assert "No problems found." in printed(check_corpus({"train": []}))


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.data())
def test_words_cover_the_spans_they_fit(text, data):
    (words,) = split_words([text], None)
    assert all(text[a:b].strip() for a, b in zip(words.starts, words.ends, strict=True))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    covered = words.covering(start, end)
    touched = [
        i
        for i, (a, b) in enumerate(zip(words.starts, words.ends, strict=True))
        if a < end and b > start and start < end
    ]
    if start < end:
        assert list(covered) == touched
    assert words.fit(start, end) <= (start < end)


def write_split(folder, name, *lines):
    (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_data_check_prints_and_writes_the_report(tmp_path, tokenizer):
    write_split(tmp_path, "train", json.dumps({"id": "a", "text": TEXT, "events": []}))
    tokenizer.enable_truncation(2)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    console = Console(width=100, file=io.StringIO())
    report = check(
        tmp_path,
        console,
        tokenizer=tmp_path / "tokenizer.json",
        max_tokens=8,
        json_path=tmp_path / "report.json",
    )
    assert report.splits["train"].records_over_window == 1
    assert "over 8 tokens" in console.file.getvalue()
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert written["splits"]["train"]["tokens"]["total"] == 11


def test_data_check_lists_bad_records_before_anything_else(tmp_path):
    write_split(tmp_path, "train", "?", "{}")
    with pytest.raises(RecordError, match="2 bad record"):
        check(tmp_path, Console(file=io.StringIO()))


def test_data_check_names_a_missing_tokenizer(tmp_path):
    write_split(tmp_path, "train", json.dumps({"text": TEXT}))
    with pytest.raises(InputError, match=r"none\.json is no file"):
        check(tmp_path, Console(file=io.StringIO()), tokenizer=tmp_path / "none.json")
