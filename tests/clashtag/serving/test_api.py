"""The API's own routes, over a real socket."""

from __future__ import annotations

import json
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag import Tagger
from clashtag.analysis.analyse import analyse
from clashtag.records import record_from_dict, record_to_dict
from clashtag.serving import answers
from http_servers import NEWS

AIR_STRIKE = "The market report said an air strike killed civilians in Kyiv."
FILLER = "The market report said rain . "


@pytest.fixture(scope="module")
def tagger(tiny_bundle):
    return Tagger.from_pretrained(tiny_bundle, threads=1, batch_tokens=512)


def tagged(server, **document):
    answer = server.client.post("/v1/tag", json={"documents": [document]})
    assert answer.status_code == 200, answer.text
    return answer.json()["documents"][0]


def test_tag_returns_the_record_of_the_tagger(server, tagger):
    answer = server.tag(NEWS)
    assert answer.json()["model"] == {"name": "tiny", "version": "1.0.0"}
    assert answer.json()["documents"] == [record_to_dict(tagger.tag(NEWS))]
    assert answer.json()["documents"][0]["events"]


def test_tag_keeps_the_order_of_documents_of_any_length(server):
    texts = [FILLER * 40 + NEWS, NEWS, AIR_STRIKE, FILLER * 200, "rain"]
    documents = server.tag(*texts).json()["documents"]
    assert [document["text"] for document in documents] == texts
    assert [len(document["events"]) for document in documents] == [1, 1, 2, 0, 0]


@pytest.mark.parametrize("name", ["a1", "", 0, 7, -(2**53) + 1, "ü/?"])
def test_tag_returns_the_id_that_came(server, name):
    assert tagged(server, id=name, text=NEWS)["id"] == name


def test_tag_null_is_as_good_as_absent(server):
    document = tagged(server, id=None, text=NEWS, published=None)
    assert "id" not in document
    assert "published" not in document


def test_tag_returns_the_date_that_came(server):
    assert tagged(server, text=NEWS, published="2026-01-05")["published"] == "2026-01-05"
    assert "published" not in tagged(server, text=NEWS)


def test_tag_threshold_and_types_filter_events(server):
    everything = server.tag(AIR_STRIKE).json()["documents"][0]["events"]
    assert {event["type"] for event in everything} == {"airstrike", "death"}
    [death] = server.tag(AIR_STRIKE, types=["death"]).json()["documents"][0]["events"]
    assert death["type"] == "death"
    assert server.tag(AIR_STRIKE, threshold=1).json()["documents"][0]["events"] == []


def test_tag_formats_come_beside_the_record(server):
    document = server.tag(NEWS, formats=["html", "displacy"]).json()["documents"][0]
    assert "<!doctype html>" in document["formats"]["html"].lower()
    labels = {span["label"] for span in document["formats"]["displacy"]["spans"]}
    assert {"attack", "agent", "place"} <= labels


def test_tag_incidents_are_added_to_the_record(server):
    body = {
        "documents": [{"id": "a", "text": NEWS, "published": "2026-01-05"}, {"text": NEWS}],
        "options": {"incidents": True},
    }
    dated, undated = server.client.post("/v1/tag", json=body).json()["documents"]
    [incident] = dated["incidents"]
    assert (incident["id"], incident["type"], incident["events"]) == ("a#1", "attack", [0])
    assert incident["interval"]["first_day"] == "2026-01-05"
    assert dated["actors"][0]["name"].lower().endswith("gunmen")
    assert undated["published"] is None
    assert undated["incidents"][0]["interval"] is None
    assert "incidents" not in server.tag(NEWS).json()["documents"][0]


@pytest.fixture
def analysis_that_fails(monkeypatch):
    """Make the analysis of texts with `boom` fail."""

    def fail(record):
        if "boom" in record.text:
            raise OverflowError(f"odd text: {record.text[:6]}")
        return analyse(record)

    monkeypatch.setattr(answers, "analyse", fail)


def test_tag_document_of_too_many_events_is_not_grouped(server, monkeypatch):
    monkeypatch.setattr(answers, "_MOST_EVENTS", 0)
    answer = server.tag(NEWS, incidents=True).json()["documents"][0]
    assert answer["events"]
    assert "incidents" not in answer
    problem = answer["problem"]
    assert (problem["status"], problem["code"]) == (413, "too_many_events")
    assert "documents[0]: tagged, but without incidents: " in problem["detail"]
    assert "more than the 0 that are grouped" in problem["detail"]


FAILING = ["A boom was heard after the attack.", NEWS]


@pytest.mark.usefixtures("analysis_that_fails")
@pytest.mark.parametrize("options", [{"incidents": True}, {"formats": ["html"]}])
def test_tag_document_that_makes_the_analysis_fail_fails_alone(server, options, caplog):
    answer = server.tag(*FAILING, **options)
    assert answer.status_code == 200
    failed, good = answer.json()["documents"]
    assert failed["events"]
    assert not {"incidents", "actors", "formats"}.intersection(failed)
    assert (failed["problem"]["status"], failed["problem"]["code"]) == (500, "not_analysed")
    assert failed["problem"]["detail"].startswith("documents[0]: tagged, but without incidents: ")
    assert failed["problem"]["detail"].endswith("OverflowError: odd text: A boom")
    assert "problem" not in good
    assert set(options) <= set(good)
    assert "OverflowError" in caplog.text
    assert "A boom" not in caplog.text, "messages may quote a text and are not logged"


@pytest.mark.usefixtures("analysis_that_fails")
def test_stream_document_that_makes_the_analysis_fail_fails_alone(server):
    answer = server.tag(*FAILING, path="/v1/tag/stream", incidents=True)
    failed, good = sorted(map(json.loads, answer.text.splitlines()), key=itemgetter("index"))
    assert failed["problem"]["detail"].startswith("documents[0]: ")
    assert failed["events"]
    assert good["incidents"]


@settings(deadline=None, max_examples=40)
@given(
    text=st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
    ).filter(str.strip)
)
def test_tag_spans_are_exactly_the_text(server, text):
    document = server.tag(f"{text} attack {text}").json()["documents"][0]
    assert document["text"] == f"{text} attack {text}"
    record_from_dict(document)  # raises if an offset is wrong


def test_stream_answers_every_document_once(server):
    texts = [FILLER * 100, NEWS, AIR_STRIKE]
    answer = server.tag(*texts, path="/v1/tag/stream")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert sorted(line["index"] for line in lines) == [0, 1, 2]
    assert all(line["text"] == texts[line["index"]] for line in lines)


def test_model_describes_itself_and_the_limits(server, tagger):
    model = server.client.get("/v1/model").json()
    assert (model["name"], model["version"]) == ("tiny", "1.0.0")
    assert model["ontology"] == tagger.ontology.to_dict()
    assert set(model["files"]) == set(tagger.manifest.files)
    assert model["limits"]["max_documents"] == 64


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "documents"),
        ([], ""),
        ("text", ""),
        ({"documents": []}, "documents"),
        ({"documents": NEWS}, "documents"),
        ({"documents": [NEWS]}, "documents[0]"),
        ({"documents": [{}]}, "documents[0].text"),
        ({"documents": [{"text": NEWS}, {"text": 1}]}, "documents[1].text"),
        ({"documents": [{"text": ""}]}, "documents[0].text"),
        ({"documents": [{"text": " \n\u00a0"}]}, "documents[0].text"),
        ({"documents": [{"text": NEWS, "id": 1.5}]}, "documents[0].id"),
        ({"documents": [{"text": NEWS, "id": True}]}, "documents[0].id"),
        ({"documents": [{"text": NEWS, "id": "x" * 513}]}, "documents[0].id"),
        ({"documents": [{"text": NEWS, "id": 2**70}]}, "documents[0].id"),
        ({"documents": [{"text": NEWS, "published": "Monday"}]}, "documents[0].published"),
        ({"documents": [{"text": NEWS, "published": "2026-02-30"}]}, "documents[0].published"),
        ({"documents": [{"text": NEWS, "published": 0}]}, "documents[0].published"),
        ({"documents": [{"text": NEWS, "txt": ""}]}, "documents[0].txt"),
        ({"documents": [{"text": NEWS}], "option": {}}, "option"),
        ({"documents": [{"text": NEWS}], "options": {"threshold": 1.1}}, "options.threshold"),
        ({"documents": [{"text": NEWS}], "options": {"threshold": "1"}}, "options.threshold"),
        ({"documents": [{"text": NEWS}], "options": {"types": "death"}}, "options.types"),
        ({"documents": [{"text": NEWS}], "options": {"types": ["deaht"]}}, "options.types[0]"),
        ({"documents": [{"text": NEWS}], "options": {"formats": ["pdf"]}}, "options.formats[0]"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/tag", "/v1/tag/stream"])
def test_tag_bad_field_is_named(server, path, body, field):
    answer = server.client.post(path, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "invalid"
    assert field in [error["field"] for error in problem["errors"]]
    assert problem["next_step"]


def test_tag_bad_field_shows_its_value(server):
    body = {"documents": [{"text": NEWS}], "options": {"types": ["deaht"], "threshold": 0.1}}
    problem = server.client.post("/v1/tag", json=body).json()
    assert "'deaht'; did you mean 'death'?" in problem["detail"]
    body = {"documents": [{"text": NEWS, "published": "Monday"}]}
    assert 'found "Monday"' in server.client.post("/v1/tag", json=body).json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/tag/", 404, "not_found"),
        ("GET", "/v1/tag", 405, "method_not_allowed"),
        ("DELETE", "/v1/model", 405, "method_not_allowed"),
        ("POST", "/admin/reload", 404, "not_found"),
    ],
)
def test_wrong_paths_and_methods_are_problems(server, method, path, status, code):
    answer = server.client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/", "/metrics"])
def test_head_answers_like_get_without_a_body(server, path):
    assert server.client.get(path).status_code == 200
    head = server.client.head(path)
    assert (head.status_code, head.content) == (200, b"")


def test_request_id_is_kept_if_it_is_plain(server):
    def answered(name: str) -> str:
        return server.client.get("/health/live", headers={"X-Request-ID": name}).headers[
            "x-request-id"
        ]

    assert answered("trace-1:2.3_4") == "trace-1:2.3_4"
    assert answered("a b") != "a b"
    assert len(answered("x" * 129)) == 32


def test_every_answer_has_security_headers(server):
    for path in ("/", "/page.js", "/v1/model", "/nothing", "/metrics"):
        headers = server.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def test_metrics_count_requests_documents_and_events(server):
    before = server.metric('clashtag_requests_total{route="/v1/tag",status="200"}')
    events = server.metric('clashtag_events_total{type="attack"}')
    server.tag(NEWS, NEWS)
    assert server.metric('clashtag_requests_total{route="/v1/tag",status="200"}') == before + 1
    assert server.metric('clashtag_events_total{type="attack"}') == events + 2
    assert server.metric("clashtag_queue_documents") == 0
    assert server.metric('clashtag_model_info{name="tiny",version="1.0.0"}') == 1


def test_openapi_documents_every_route_with_examples(server):
    document = server.client.get("/openapi.json").json()
    assert {"/v1/tag", "/v1/tag/stream", "/v1/model", "/v2/models/{name}/infer"} <= set(
        document["paths"]
    )
    [example] = document["components"]["schemas"]["TagRequest"]["examples"]
    assert server.client.post("/v1/tag", json=example).status_code in (200, 422)
    text = json.dumps(document)
    for reference in set(text.split('"#/components/schemas/')[1:]):
        assert reference.split('"')[0] in document["components"]["schemas"]
