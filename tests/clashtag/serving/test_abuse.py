"""What a careless or hostile client may send, and the answer it gets."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from http_servers import NEWS

JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}
GOOD = json.dumps({"documents": [{"text": NEWS}]}).encode()


@pytest.fixture(scope="module")
def impatient(tiny_bundle):
    """A server that does not wait long for its clients."""
    from clashtag.serving.settings import ServeSettings
    from http_servers import thread_server

    settings = ServeSettings(
        model=tiny_bundle,
        threads=1,
        header_timeout_s=1,
        body_timeout_s=1,
        keep_alive_s=1,
        max_body_bytes=4000,
        max_text_characters=2000,
        max_documents=3,
        max_header_bytes=2000,
    )
    with thread_server(settings) as running:
        yield running


def post(server, body, headers=JSON, path="/v1/tag"):
    return server.client.post(path, content=body, headers=headers)


def raw(server, *pieces, pause_s=0.0, timeout_s=15.0):
    """Return all that the server says before it closes the connection."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=timeout_s) as connection:
        for piece in pieces:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(piece)
            time.sleep(pause_s)
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                said += part
        return said


def problem_of(said: bytes) -> dict:
    return json.loads(said.partition(b"\r\n\r\n")[2])


def assert_alive(server):
    assert server.tag(NEWS).json()["documents"][0]["events"]


def test_abuse_word_of_ten_megabytes(server):
    answer = post(server, json.dumps({"documents": [{"text": "a" * 10_000_000}]}))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    answer = post(server, json.dumps({"documents": [{"text": "a" * 4_000_000}]}))
    assert (answer.status_code, answer.json()["code"]) == (413, "text_too_long")
    assert answer.json()["errors"][0]["field"] == "documents[0].text"
    [document] = server.tag("a" * 199_000 + " attack").json()["documents"]
    assert document["events"][0]["trigger"]["start"] == 199_001


def test_abuse_million_short_lines(server):
    answer = server.tag("a\n" * 1_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "text_too_long")
    answer = post(server, json.dumps({"documents": [{"text": "a"}] * 300_000}))
    assert answer.json()["code"] in ("body_too_large", "too_many_documents")
    assert server.tag("a\n" * 20_000).status_code == 200


@pytest.mark.parametrize("path", ["/v1/tag", "/v1/tag/stream"])
def test_abuse_million_wrong_documents(server, path):
    begin = time.monotonic()
    answer = post(server, b'{"documents":[' + b"0," * 2_000_000 + b"0]}", path=path)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_documents")
    assert len(answer.content) < 1000
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ('{"documents":[{"text":"rain"}],', "}"),
        ('{"documents":[{"text":"rain",', "}]}"),
        ('{"documents":[{"text":"rain"}],"options":{', "}}"),
    ],
)
def test_abuse_many_unknown_fields(server, opening, closing):
    begin = time.monotonic()
    unknown = ",".join(f'"a{number}":0' for number in range(300_000))
    answer = post(server, opening + unknown + closing)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "must have at most 20 fields" in answer.json()["detail"]
    assert len(answer.content) < 1000
    assert time.monotonic() - begin < 5


def test_abuse_many_errors_are_counted(server):
    answer = post(server, json.dumps({"documents": [{"text": 0}] * 64}))
    assert answer.status_code == 422
    fields = [error["field"] for error in answer.json()["errors"]]
    assert fields == [f"documents[{index}].text" for index in range(20)]
    assert answer.json()["detail"].endswith("; and 44 more")


def test_abuse_long_names_are_cut(server):
    long = "a" * 1_000_000
    for body in (
        {"documents": [{"text": NEWS, long: 0}]},
        {"documents": [{"text": NEWS}], "options": {"types": [long]}},
    ):
        answer = post(server, json.dumps(body))
        assert answer.status_code == 422
        assert len(answer.content) < 2000


@pytest.mark.parametrize("depth", [150, 300, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"documents":[{"text":['])
def test_abuse_deep_json(server, depth, opening):
    body = opening * depth
    for path in ("/v1/tag", "/v1/tag/stream", "/v2/models/tiny/infer"):
        assert post(server, body, path=path).status_code == 422
    closed = "[" * depth + "]" * depth
    assert post(server, closed).status_code == 422
    assert post(server, json.dumps({"documents": 0})[:-2] + closed + "}").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("utf-16"),
        b'{"documents": [{"text": "\\ud800 attack"}]}',
        b'{"documents": [{"text": "attack \\udc00"}]}',
        b'{"documents": [{"text": "a\x00b"}]}',
        b'{"documents": [{"text": "\xed\xa0\x80"}]}',
        b'{"documents": [{"text": "a"}], "options": {"threshold": NaN}}',
        b'{"documents": [{"text": "a"}], "options": {"threshold": 1e999}}',
        b'{"documents": [{"text": "a", "id": ' + b"9" * 5000 + b"}]}",
        GOOD + GOOD,
        b"\x00" * 100,
    ],
)
def test_abuse_what_is_no_json(server, body):
    answer = post(server, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_abuse_nul_as_an_escape_is_refused_with_its_place(server):
    answer = server.tag("It rained.", "Gunmen\0attack")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    [error] = answer.json()["errors"]
    assert error["field"] == "documents[1].text"
    assert error["problem"].startswith("the text holds NUL (U+0000) at character 6, found")
    tensor = {"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a\0b"]}
    answer = server.client.post("/v2/models/tiny/infer", json={"inputs": [tensor]})
    assert answer.status_code == 422
    assert "inputs[0].data[0]: the text holds NUL (U+0000) at character 1" in answer.json()["error"]


def test_abuse_other_control_characters_are_kept(server):
    text = "\a\x1bGunmen attack\x0b Kyiv\x7f\x01"
    [document] = server.tag(text).json()["documents"]
    assert document["text"] == text
    for event in document["events"]:
        for span in (event["trigger"], *event["arguments"]):
            assert text[span["start"] : span["end"]] == span["text"]


def test_abuse_pair_of_surrogate_escapes_is_one_character(server):
    answer = post(server, b'{"documents": [{"text": "\\ud83d\\udd25 attack"}]}')
    assert answer.json()["documents"][0]["events"][0]["trigger"]["start"] == 2


@settings(max_examples=50, deadline=None)
@given(body=st.binary(max_size=300))
def test_abuse_random_bytes_are_no_server_error(server, body):
    assert post(server, body).status_code == 422
    assert post(server, body, GZIP).status_code in (400, 422)
    head = {**JSON, "Inference-Header-Content-Length": "20"}
    assert post(server, body, head, "/v2/models/tiny/infer").status_code == 422


@settings(max_examples=30, deadline=None)
@given(data=st.binary(min_size=1, max_size=200))
def test_abuse_random_bytes_are_no_hang(impatient, data):
    said = raw(impatient, data + b"\r\n\r\n")
    assert said == b"" or said.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200"))


def test_abuse_gzip(server):
    assert post(server, gzip.compress(GOOD), GZIP).json()["documents"][0]["events"]
    two_members = gzip.compress(GOOD[:20]) + gzip.compress(GOOD[20:])
    assert post(server, two_members, GZIP).status_code == 200
    for broken in (gzip.compress(GOOD)[:-9], GOOD, b"", gzip.compress(GOOD) + b"more"):
        answer = post(server, broken, GZIP)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_gzip")


def test_abuse_zip_bomb(server):
    bomb = gzip.compress(b" " * 50_000_000, compresslevel=9)
    begin = time.monotonic()
    answer = post(server, bomb, GZIP)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert time.monotonic() - begin < 5
    nested = gzip.compress(bomb)
    assert post(server, nested, GZIP).status_code == 422


@pytest.mark.parametrize("packing", ["br", "deflate", "zstd", "gzip, gzip", "x" * 100])
def test_abuse_unknown_packing(server, packing):
    answer = post(server, GOOD, {**JSON, "Content-Encoding": packing})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_encoding")


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_abuse_body_that_is_declared_as_something_else(server, media_type):
    answer = post(server, GOOD, {"Content-Type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_abuse_limits_name_their_field(impatient):
    answer = impatient.tag(*["rain"] * 4)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_documents")
    answer = impatient.tag("rain", "rain " * 500)
    assert (answer.status_code, answer.json()["code"]) == (413, "text_too_long")
    assert answer.json()["errors"][0]["field"] == "documents[1].text"
    assert "2,500" in answer.json()["detail"]


def test_abuse_body_is_counted_while_it_arrives(impatient):
    def pieces():
        while True:
            yield b" " * 1000

    host = impatient.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=15)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", "/v1/tag", pieces_until(4500), JSON, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (413, "body_too_large")
    connection.close()
    begin = time.monotonic()
    endless = http.client.HTTPConnection(host, timeout=15)
    with contextlib.closing(endless), pytest.raises((BrokenPipeError, ConnectionResetError)):
        endless.request("POST", "/v1/tag", pieces(), JSON, encode_chunked=True)
    assert time.monotonic() - begin < 10, "an endless body is cut off"
    assert_alive(impatient)


def pieces_until(size):
    for _ in range(0, size, 500):
        yield b" " * 500


def test_abuse_declared_length_is_refused_before_the_body(impatient):
    said = raw(
        impatient,
        b"POST /v1/tag HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 999999999999\r\n\r\n",
    )
    assert said.startswith(b"HTTP/1.1 413")
    assert problem_of(said)["code"] == "body_too_large"


def test_abuse_slow_headers(impatient):
    said = raw(impatient, *[b"GET /"] + [b"x"] * 3, pause_s=0.7)
    assert said.startswith(b"HTTP/1.1 408")
    assert problem_of(said)["code"] == "header_timeout"
    assert raw(impatient).startswith(b"HTTP/1.1 408"), "a client that says nothing"
    assert_alive(impatient)


def test_abuse_slow_headers_after_a_request(impatient):
    begin = time.monotonic()
    said = raw(impatient, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", b"G", pause_s=0.3)
    assert said.startswith(b"HTTP/1.1 200")
    assert time.monotonic() - begin < 6
    assert_alive(impatient)


def test_abuse_slow_body(impatient):
    head = b"POST /v1/tag HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    said = raw(impatient, head + b"Content-Length: 100\r\n\r\n", *[b"{"] * 3, pause_s=0.5)
    assert said.startswith(b"HTTP/1.1 408")
    assert problem_of(said)["code"] == "body_timeout"
    assert_alive(impatient)


def test_abuse_body_that_ends_too_early(impatient):
    host, port = impatient.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"POST /v1/tag HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        )
    assert_alive(impatient)


def test_abuse_headers_too_large(impatient):
    answer = impatient.client.get("/v1/model", headers={"X-Long": "x" * 1950})
    assert (answer.status_code, answer.json()["code"]) == (431, "headers_too_large")
    answer = impatient.client.get("/v1/model?" + "x" * 1950)
    assert answer.status_code == 431
    said = raw(impatient, b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"x" * 100_000)
    assert said.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /v1/tag HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_abuse_what_is_no_http(impatient, data):
    said = raw(impatient, data)
    assert said.startswith(b"HTTP/1.1 4")
    assert_alive(impatient)


def test_abuse_pipelined_requests_are_all_answered(impatient):
    one = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    assert raw(impatient, one * 20).count(b"HTTP/1.1 200") == 20
