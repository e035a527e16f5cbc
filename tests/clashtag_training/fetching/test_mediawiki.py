from __future__ import annotations

import json

import pytest

from clashtag.errors import InputError
from clashtag_training.fetching.http_client import HttpClient
from clashtag_training.fetching.mediawiki import MediaWiki


def revision(text):
    return {"slots": {"main": {"contentmodel": "wikitext", "content": text}}}


def answer(fields, headers=None):
    return 200, headers or {}, json.dumps(fields).encode()


def pages(*found):
    return {"pages": [{"title": title, "revisions": [revision(text)]} for title, text in found]}


@pytest.fixture
def waits():
    return []


@pytest.fixture
def wiki(server, waits):
    client = HttpClient(user_agent="tests/1", attempts=3, sleep=waits.append, timeout_s=5.0)
    return MediaWiki(client, server.url)


def test_page_texts_come_in_one_request(server, wiki):
    query = pages(("A", "text of A"), ("B", "text of B"))
    query["pages"].append({"title": "C", "missing": True})
    server.answer = lambda _: answer({"batchcomplete": True, "query": query})
    assert wiki.page_texts(["A", "B", "C"]) == {"A": "text of A", "B": "text of B"}
    [asked] = server.queries
    assert asked["titles"] == "A|B|C"
    assert asked["maxlag"] == "5"


def test_page_texts_follow_continuations(server, wiki):
    def serve(query):
        if "rvcontinue" in query:
            return answer({"query": pages(("B", "text of B"))})
        more = {"rvcontinue": "1|2", "continue": "||"}
        return answer({"continue": more, "query": pages(("A", "text of A"))})

    server.answer = serve
    assert wiki.page_texts(["A", "B"]) == {"A": "text of A", "B": "text of B"}
    assert server.queries[1]["titles"] == "A|B"


def test_page_texts_go_by_the_title_that_was_asked_for(server, wiki):
    query = pages(("New name", "text"))
    query["normalized"] = [{"from": "old_name", "to": "Old name"}]
    query["redirects"] = [{"from": "Old name", "to": "New name"}]
    server.answer = lambda _: answer({"query": query})
    assert wiki.page_texts(["old_name"]) == {"old_name": "text"}


def test_lagging_servers_are_asked_again_when_they_say(server, wiki, waits):
    lag = answer({"error": {"code": "maxlag", "info": "Waiting"}}, {"Retry-After": "5"})
    answers = [lag, answer({"query": pages(("A", "text"))})]
    server.answer = lambda _: answers.pop(0)
    assert wiki.page_texts(["A"]) == {"A": "text"}
    assert waits == [1.0, 5.0]


def test_past_texts_are_read_only_as_far_as_needed(server, wiki):
    def serve(query):
        number = int(query.get("rvcontinue", "0"))
        page = {"title": "A", "revisions": [revision(f"text {number}")]}
        more = {"rvcontinue": str(number + 1), "continue": "||"}
        return answer({"continue": more, "query": {"pages": [page]}})

    server.answer = serve
    texts = wiki.past_texts("A")
    assert [next(texts), next(texts)] == ["text 0", "text 1"]
    assert len(server.queries) == 2


def test_deleted_revisions_are_passed_over(server, wiki):
    hidden = {"slots": {"main": {"texthidden": True}}}
    page = {"title": "A", "revisions": [hidden, revision("older")]}
    server.answer = lambda _: answer({"query": {"pages": [page]}})
    assert list(wiki.past_texts("A")) == ["older"]


@pytest.mark.parametrize("body", [b"<html>Sorry</html>", b'{"query": {', b"[1]", b""])
def test_broken_json_is_tried_again_and_then_shown(server, wiki, body):
    answers = [(200, {}, body), answer({"query": pages(("A", "text"))})]
    server.answer = lambda _: answers.pop(0)
    assert wiki.page_texts(["A"]) == {"A": "text"}
    server.answer = lambda _: (200, {}, body)
    with pytest.raises(InputError, match="fails after 3 attempts: the answer is no"):
        wiki.page_texts(["A"])


@pytest.mark.parametrize(
    "query",
    [
        [],
        {"pages": [5]},
        {"pages": [{"title": "A", "revisions": [{}]}]},
        {"pages": [{"title": "A", "revisions": [{"slots": {"main": {"content": 1}}}]}]},
        {"normalized": [{"from": "a"}]},
    ],
)
def test_answers_in_another_form_are_explained(server, wiki, query):
    server.answer = lambda _: answer({"query": query})
    with pytest.raises(InputError, match="answers in an unknown form") as error:
        wiki.page_texts(["A"])
    assert "api.php" in error.value.next_step


@pytest.mark.parametrize("error", [{"code": "badvalue"}, "no"])
def test_refusals_are_not_tried_again(server, wiki, error):
    server.answer = lambda _: answer({"error": error})
    with pytest.raises(InputError, match="the API refuses the request"):
        wiki.page_texts(["A"])
    assert len(server.queries) == 1
