"""The Open Inference Protocol; `tests/load` checks it with a client library."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.analyse import analyse
from clashtag.records import record_from_dict
from clashtag.serving import answers
from clashtag.serving.byte_tensors import HEADER_LENGTH, pack, split_body, unpack
from http_servers import NEWS

INFER = "/v2/models/tiny/infer"


def tensor(*texts, shape=None, **more):
    data = {} if texts == (None,) else {"data": list(texts)}
    shape = [len(texts)] if shape is None else shape
    return {"name": "text", "datatype": "BYTES", "shape": shape, **data, **more}


def test_inference_metadata(server):
    get = server.client.get
    assert get("/v2").json()["name"] == "clashtag"
    assert get("/v2/health/live").json() == {"live": True}
    assert get("/v2/health/ready").json() == {"ready": True}
    for path in ("/v2/models/tiny", "/v2/models/tiny/versions/1.0.0"):
        assert get(f"{path}/ready").json() == {"ready": True}
        model = get(path).json()
        assert model["versions"] == ["1.0.0"]
        assert model["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
        assert model["outputs"] == [{"name": "record", "datatype": "BYTES", "shape": [-1]}]


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_inference_metadata_names_the_runtime(start_thread_server, monkeypatch, runtime):
    pytest.importorskip(runtime)
    monkeypatch.setenv("CLASHTAG_RUNTIME", runtime)
    model = start_thread_server().client.get("/v2/models/tiny").json()
    assert model["platform"] == f"{runtime}_clashtag"


@pytest.mark.parametrize("path", ["/v2/models/other", "/v2/models/tiny/versions/2"])
def test_inference_unknown_model_is_404(server, path):
    answer = server.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_model")
    assert "tiny" in answer.json()["error"]
    assert server.client.post(f"{path}/infer", json={}).status_code == 404


def test_inference_returns_a_record_for_each_text(server):
    body = {"id": "7", "inputs": [tensor(NEWS, "rain")], "outputs": [{"name": "record"}]}
    answer = server.client.post(INFER, json=body).json()
    assert (answer["id"], answer["model_name"], answer["model_version"]) == ("7", "tiny", "1.0.0")
    [output] = answer["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("record", "BYTES", [2])
    records = [record_from_dict(json.loads(text)) for text in output["data"]]
    assert [len(record.events) for record in records] == [1, 0]


def test_inference_text_that_makes_the_analysis_fail_fails_alone(server, monkeypatch):
    def fail(record):
        if "boom" in record.text:
            raise RecursionError("too deep")
        return analyse(record)

    monkeypatch.setattr(answers, "analyse", fail)
    body = {"inputs": [tensor(f"boom. {NEWS}", NEWS)], "parameters": {"incidents": True}}
    [output] = server.client.post(INFER, json=body).json()["outputs"]
    failed, good = map(json.loads, output["data"])
    assert failed["events"]
    assert failed["problem"]["detail"].startswith("inputs[0].data[0]: ")
    assert good["incidents"]


def test_inference_takes_nested_data_and_keeps_the_shape(server):
    body = {"inputs": [tensor([NEWS], ["rain"], shape=[2, 1])]}
    [output] = server.client.post(INFER, json=body).json()["outputs"]
    assert output["shape"] == [2, 1]
    assert len(output["data"]) == 2


def test_inference_takes_and_returns_raw_bytes(server):
    raw = pack([NEWS, "火 attack"])
    head = json.dumps(
        {
            "inputs": [tensor(None, shape=[2], parameters={"binary_data_size": len(raw)})],
            "outputs": [{"name": "record", "parameters": {"binary_data": True}}],
        }
    ).encode()
    answer = server.client.post(INFER, content=head + raw, headers={HEADER_LENGTH: str(len(head))})
    said, returned = split_body(answer.content, answer.headers[HEADER_LENGTH])
    [output] = json.loads(said)["outputs"]
    assert output["parameters"]["binary_data_size"] == len(returned)
    assert [json.loads(text)["text"] for text in unpack(returned)] == [NEWS, "火 attack"]


def test_inference_options_are_parameters(server):
    def events(**parameters):
        body = {"inputs": [tensor("air strike killed")], "parameters": parameters}
        answer = server.client.post(INFER, json=body)
        assert answer.status_code == 200, answer.text
        record = json.loads(answer.json()["outputs"][0]["data"][0])
        return [event["type"] for event in record["events"]]

    assert events() == ["airstrike", "death"]
    assert events(types="death, attack") == ["death"]
    assert events(threshold=1.0) == []
    assert events(priority=3, sequence_id="s") == ["airstrike", "death"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "inputs"),
        ({"inputs": []}, "inputs"),
        ({"inputs": [tensor("a"), tensor("b")]}, "inputs"),
        ({"inputs": [{**tensor("a"), "name": "texts"}]}, "inputs[0].name"),
        ({"inputs": [{**tensor("a"), "datatype": "FP32"}]}, "inputs[0].datatype"),
        ({"inputs": [tensor("a", shape=[2])]}, "inputs[0].data"),
        ({"inputs": [tensor("a", shape=[0])]}, "inputs[0].shape[0]"),
        ({"inputs": [tensor("a", shape=[2**70])]}, "inputs[0].data"),
        ({"inputs": [tensor("a", 1)]}, "inputs[0].data[1]"),
        ({"inputs": [tensor("a", " ")]}, "inputs[0].data[1]"),
        ({"inputs": [tensor("a")], "outputs": [{"name": "x"}]}, "outputs[0].name"),
        ({"inputs": [tensor("a")], "parameters": {"threshold": 7}}, "parameters.threshold"),
        ({"inputs": [tensor("a")], "parameters": {"types": ["death"]}}, "parameters.types"),
        ({"inputs": [tensor("a")], "parameters": {"types": "deaht"}}, "parameters.types[0]"),
        (
            {"inputs": [tensor(None, shape=[1], parameters={"binary_data_size": 5})]},
            "inputs[0].parameters.binary_data_size",
        ),
    ],
)
def test_inference_bad_field_is_named(server, body, field):
    answer = server.client.post(INFER, json=body)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert field in answer.json()["error"]


@pytest.mark.parametrize("length", ["-1", "x", "99999", "9" * 5000, "١"])
def test_inference_bad_header_length(server, length):
    headers = {HEADER_LENGTH.encode(): length.encode()}
    answer = server.client.post(INFER, content=b"{}", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == HEADER_LENGTH


def test_inference_has_the_same_limits(server):
    answer = server.client.post(INFER, json={"inputs": [tensor("rain " * 50_000)]})
    assert (answer.status_code, answer.json()["code"]) == (413, "text_too_long")
    assert answer.json()["errors"][0]["field"] == "inputs[0].data[0]"
    answer = server.client.post(INFER, json={"inputs": [tensor(*["rain"] * 65)]})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_documents")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_byte_tensors_come_back(strings):
    assert unpack(pack(strings)) == strings


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x01", "no length"),
        (struct.pack("<I", 5) + b"abc", "cut off"),
        (struct.pack("<I", 2**32 - 1), "cut off"),
        (struct.pack("<I", 1) + b"\xff", "UTF-8"),
    ],
)
def test_byte_tensors_that_are_broken(data, words):
    with pytest.raises(ValueError, match=words):
        unpack(data)
