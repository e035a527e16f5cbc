from __future__ import annotations

import datetime as dt
import io
import json
import sys
import zipfile

import pytest
from typer.testing import CliRunner

from clashtag.cli.app import app
from clashtag.errors import InputError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.commands.fetch import fetch_current_events, fetch_voa_articles
from clashtag_training.corpora import read_records, write_records
from clashtag_training.corpora.standoff import format_standoff, to_standoff
from clashtag_training.fetching.day_pages import page_title
from clashtag_training.fetching.http_client import HttpClient

DAYS = [dt.date(2031, 2, 3), dt.date(2031, 2, 4), dt.date(2031, 2, 5)]
PAGE = """{{{{Current events|year={day.year}|content=
<!-- All news items below this line -->
'''Armed conflicts and attacks'''
*[[Valdrian war]]
**Shells kill [[guard|{day.day} guards]] in [[Orlen]]. [https://x.example (''Herald'')]
<!-- All news items above this line -->}}}}"""


def item(day):
    text = f"Shells kill {day.day} guards in Orlen."
    victim = Argument("victim", 12, 20, text[12:20])
    event = Event("death", Span(7, 11, "kill"), (victim,), "actual")
    return Record(text, id=f"item-{day}", events=(event,), extra={"date": str(day)})


def write_labels(folder, **splits):
    folder.mkdir()
    for split, records in splits.items():
        text = format_standoff(to_standoff(records))
        (folder / f"{split}.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def client():
    return HttpClient(user_agent="tests/1", attempts=2, sleep=lambda _: None, timeout_s=5.0)


class Wiki:
    """Answers as the API of a wiki would; `revisions` holds each page's texts, newest first."""

    def __init__(self, days=DAYS):
        self.revisions = {page_title(day): [PAGE.format(day=day)] for day in days}

    def __call__(self, query):
        found = []
        for title in query["titles"].split("|"):
            texts = self.revisions.get(title, [])
            texts = texts if "rvlimit" in query else texts[:1]
            revisions = [{"slots": {"main": {"content": text}}} for text in texts]
            page = {"title": title, "revisions": revisions} if texts else {"missing": True}
            found.append({"title": title, **page})
        return 200, {}, json.dumps({"query": {"pages": found}}).encode()


@pytest.fixture
def fetch(tmp_path, server, client):
    labels = write_labels(
        tmp_path / "labels", train=[item(d) for d in DAYS[:2]], dev=[item(DAYS[2])]
    )
    server.answer = Wiki()
    said = []

    def run(**options):
        settings = {"labels": labels, "api_url": server.url, "client": client, "say": said.append}
        return fetch_current_events(tmp_path / "out", **(settings | options))

    run.output = tmp_path / "out"
    run.said = said
    return run


def test_current_events_come_back_whole(fetch, server):
    result = fetch()
    assert result.found == result.annotated == {"train": 2, "dev": 1}
    assert read_records(fetch.output / "train.jsonl") == [item(day) for day in DAYS[:2]]
    assert read_records(fetch.output / "dev.jsonl") == [item(DAYS[2])]
    assert not (fetch.output / "missing.tsv").exists()
    assert len(server.queries) == 1


def test_a_second_call_asks_for_nothing(fetch, server):
    fetch()
    server.queries.clear()
    fetch()
    assert server.queries == []


def test_a_call_that_was_stopped_goes_on_where_it_was(fetch, server):
    pages = fetch.output / "pages"
    pages.mkdir(parents=True)
    (pages / f"{DAYS[0]}.wiki").write_text(PAGE.format(day=DAYS[0]), encoding="utf-8")
    (pages / f".{DAYS[1]}.wiki.77.tmp").write_text("half a pa", encoding="utf-8")
    assert fetch().found == {"train": 2, "dev": 1}
    assert server.queries[0]["titles"] == "|".join(map(page_title, DAYS[1:]))


def test_what_came_before_a_failure_is_kept(fetch, server, monkeypatch):
    monkeypatch.setattr("clashtag_training.fetching.current_events.TITLES_A_REQUEST", 2)
    wiki = Wiki()
    server.answer = lambda query: wiki(query) if len(server.queries) == 1 else (500, {}, b"")
    with pytest.raises(InputError, match="HTTP 500"):
        fetch()
    server.queries.clear()
    server.answer = wiki
    assert fetch().found == {"train": 2, "dev": 1}
    assert [query["titles"] for query in server.queries] == [page_title(DAYS[2])]


def test_missing_pages_are_told_and_listed(fetch, server):
    server.answer = Wiki(DAYS[1:])
    result = fetch()
    assert result.found == {"train": 1, "dev": 1}
    assert f"{page_title(DAYS[0])} does not exist" in fetch.said
    [line] = result.missing_file.read_text(encoding="utf-8").splitlines()
    assert line.split("\t")[:2] == ["train", f"item-{DAYS[0]}"]
    assert result.summary() == (
        f"texts found: train 1 of 2, dev 1 of 1; the others are in {result.missing_file}"
    )


def test_edited_items_are_found_in_the_history_once(fetch, server):
    server.answer = wiki = Wiki()
    title = page_title(DAYS[0])
    edited = wiki.revisions[title][0].replace("Shells kill", "Shells have killed")
    wiki.revisions[title].insert(0, edited)
    assert fetch(reads_past=False).found == {"train": 1, "dev": 1}
    assert fetch().found == {"train": 2, "dev": 1}
    assert [q["titles"] for q in server.queries if "rvlimit" in q] == [title]
    server.queries.clear()
    assert fetch().found == {"train": 2, "dev": 1}
    assert server.queries == []


def test_the_history_is_read_no_further_than_needed(fetch, server):
    wiki = Wiki()
    title = page_title(DAYS[0])
    good = wiki.revisions[title][0]
    wiki.revisions[title] = ["*Another item.", good, "*An older item."]

    def one_revision_a_request(query):
        if "rvlimit" not in query:
            return wiki(query)
        number = int(query.get("rvcontinue", "0"))
        revision = {"slots": {"main": {"content": wiki.revisions[title][number]}}}
        answer = {"query": {"pages": [{"title": title, "revisions": [revision]}]}}
        more = {"continue": {"rvcontinue": str(number + 1)}}
        return 200, {}, json.dumps(answer | more).encode()

    server.answer = one_revision_a_request
    assert fetch().found == {"train": 2, "dev": 1}
    assert len([query for query in server.queries if "rvlimit" in query]) == 2


def test_the_list_of_missing_texts_goes_when_all_are_there(fetch, server):
    server.answer = Wiki(DAYS[1:])
    assert fetch().missing_file.is_file()
    server.answer = Wiki()
    assert fetch().missing_file is None
    assert not (fetch.output / "missing.tsv").exists()


def test_an_item_that_differs_in_one_character_is_not_taken(fetch, server):
    server.answer = wiki = Wiki()
    title = page_title(DAYS[0])
    wiki.revisions[title] = [wiki.revisions[title][0].replace("Orlen]].", "Orlen]]!")]
    assert fetch().found == {"train": 1, "dev": 1}


def test_pages_and_records_in_a_folder_need_no_network(fetch, tmp_path, server):
    source = tmp_path / "source"
    source.mkdir()
    (source / f"{DAYS[0]}.wiki").write_text(PAGE.format(day=DAYS[0]), encoding="utf-8")
    write_records(source / "items.jsonl", [Record(item(day).text) for day in DAYS[1:]])
    assert fetch(source=source).found == {"train": 2, "dev": 1}
    assert server.queries == []


def test_nothing_found_is_an_error(fetch, server):
    server.answer = Wiki([])
    with pytest.raises(InputError, match="none of the annotated texts was found"):
        fetch()
    assert not (fetch.output / "train.jsonl").exists()


def test_labels_must_be_there_and_dated(fetch, tmp_path):
    with pytest.raises(InputError, match="holds no labels"):
        fetch(labels=tmp_path / "nowhere")
    undated = write_labels(tmp_path / "undated", train=[Record("No date.", id="x")])
    with pytest.raises(InputError, match="the labels of 'x' have no date"):
        fetch(labels=undated)


SENTENCES = ["Guards Flee\nORLEN — Two guards fled.", "“They fled?”", "He said no."]
ARTICLE = Record(
    "Guards Flee-ORLEN — Two guards fled.\n“They fled?\nHe said no.",
    id="VOA_1",
    events=(Event("displacement", Span(31, 35, "fled")),),
)
OTHER = Record("It rained.\nIt snowed.", id="VOA_2")


def archive(sentences, name="m2e2_annotations/text_only_event.json"):
    members = [
        {"sentence_id": f"VOA_1_{n}", "words": text.split(), "sentence": text}
        for n, text in enumerate(sentences)
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(name, json.dumps(members))
    return packed.getvalue()


@pytest.fixture
def fetch_voa(tmp_path, server, client):
    labels = write_labels(tmp_path / "labels", train=[ARTICLE], dev=[OTHER])
    server.answer = lambda _: (200, {}, archive(SENTENCES))
    settings = {"labels": labels, "url": server.url, "client": client}
    return lambda **options: fetch_voa_articles(tmp_path / "out", **(settings | options))


def test_voa_articles_come_from_the_archive_once(fetch_voa, tmp_path, server):
    for _ in range(2):
        result = fetch_voa()
        assert result.found == {"train": 1, "dev": 0}
        assert read_records(tmp_path / "out" / "train.jsonl") == [ARTICLE]
        assert "VOA_2" in result.missing_file.read_text(encoding="utf-8")
    assert len(server.queries) == 1


def test_voa_archive_is_asked_for_again_when_cut(fetch_voa, server):
    answers = [archive(SENTENCES)[:50], archive(SENTENCES)]
    server.answer = lambda _: (200, {}, answers.pop(0))
    assert fetch_voa().found == {"train": 1, "dev": 0}


def test_voa_archive_of_something_else_is_refused(fetch_voa, server):
    server.answer = lambda _: (200, {}, archive(SENTENCES, "readme.json"))
    with pytest.raises(InputError, match=r"holds no text_only_event\.json"):
        fetch_voa()


def test_voa_folder_must_hold_sentences(fetch_voa, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds neither text_only_event\.json nor records"):
        fetch_voa(source=tmp_path / "empty")


def test_voa_article_with_a_changed_sentence_is_not_built(fetch_voa, tmp_path, server):
    whole = Record("It rained.", id="VOA_1")
    labels = write_labels(tmp_path / "more", train=[ARTICLE], dev=[whole])
    server.answer = lambda _: (200, {}, archive([*SENTENCES[:2], "He said yes.", "It rained."]))
    assert fetch_voa(labels=labels).found == {"train": 0, "dev": 1}


def test_commands_print_what_was_found(tmp_path, server):
    labels = write_labels(tmp_path / "labels", train=[item(DAYS[0])])
    server.answer = Wiki()
    arguments = ["data", "fetch", "current-events", str(tmp_path / "out"), "--labels", str(labels)]
    arguments += ["--api", server.url, "--pause", "0", "--user-agent", "me@example.org"]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (0, "texts found: train 1 of 1\n")
    assert server.headers[0]["User-Agent"] == "me@example.org"
    voa = write_labels(tmp_path / "voa", train=[ARTICLE])
    (tmp_path / "text_only_event.json").write_text(
        json.dumps([{"sentence_id": "VOA_1_0", "words": ["x"]}]), encoding="utf-8"
    )
    arguments = ["data", "fetch", "voa-articles", str(tmp_path / "out"), "--labels", str(voa)]
    result = CliRunner().invoke(app, [*arguments, "--from", str(tmp_path)])
    assert result.exit_code == 1
    assert "none of the annotated texts was found" in result.stderr


def test_command_without_its_extra_says_what_to_install(monkeypatch, tmp_path):
    for name in [name for name in sys.modules if name.startswith("clashtag_training")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mwparserfromhell", None)
    result = CliRunner().invoke(app, ["data", "fetch", "current-events", str(tmp_path)])
    assert result.exit_code == 1
    assert "needs the module 'mwparserfromhell'" in result.stderr
    assert "-> pip install 'clashtag[fetch]'" in result.stderr
