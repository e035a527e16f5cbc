from __future__ import annotations

import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from clashtag import Tagger
from clashtag.errors import BundleError, InputError, MissingExtraError
from clashtag.runtimes.choice import RUNTIME_VARIABLE, RuntimeSettings, chosen_runtime, open_graph
from tiny_model import write_tiny_bundle


@pytest.fixture(params=["onnxruntime", "openvino"])
def runtime(request):
    pytest.importorskip(request.param)
    return request.param


def test_a_runtime_asked_for_goes_before_the_variable(monkeypatch):
    monkeypatch.setenv(RUNTIME_VARIABLE, "tpu")
    assert chosen_runtime("onnxruntime") == "onnxruntime"
    monkeypatch.setenv(RUNTIME_VARIABLE, "")
    assert chosen_runtime(None) == "onnxruntime"


def test_the_variable_chooses_a_runtime(monkeypatch, runtime):
    monkeypatch.setenv(RUNTIME_VARIABLE, runtime)
    assert chosen_runtime(None) == runtime


def test_an_unknown_runtime_is_named_with_where_it_was_asked_for(monkeypatch):
    with pytest.raises(InputError, match=r"runtime must be one of onnxruntime, openvino.*'tpu'"):
        chosen_runtime("tpu")
    monkeypatch.setenv(RUNTIME_VARIABLE, "tpu")
    with pytest.raises(InputError, match=f"{RUNTIME_VARIABLE} must be one of"):
        chosen_runtime(None)


def test_a_runtime_that_is_not_installed_is_named_with_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingExtraError, match=r"clashtag\[openvino\]"):
        Tagger.from_pretrained(write_tiny_bundle(tmp_path / "tiny"), runtime="openvino")


def test_every_runtime_finds_the_same_events(tmp_path, runtime):
    bundle = write_tiny_bundle(tmp_path / "tiny")
    text = "Gunmen attack civilians in Kyiv on Monday. A planned air strike killed civilians."
    expected = Tagger.from_pretrained(bundle, runtime="onnxruntime").tag(text)
    found = Tagger.from_pretrained(bundle, runtime=runtime).tag(text)
    assert len(expected.events) == 3
    assert _labels(found) == _labels(expected)


def test_a_tagger_keeps_its_runtime_when_it_is_pickled(tmp_path, runtime):
    tagger = Tagger.from_pretrained(write_tiny_bundle(tmp_path / "tiny"), runtime=runtime)
    assert repr(runtime) in repr(pickle.loads(pickle.dumps(tagger)))  # noqa: S301


def test_every_runtime_refuses_what_is_no_graph(tmp_path, runtime):

    path = tmp_path / "encoder.onnx"
    path.write_bytes(b"no graph")
    with pytest.raises(BundleError, match=f"{runtime} .* cannot load .*encoder.onnx"):
        open_graph(path, RuntimeSettings(1, runtime))


def test_a_graph_runs_in_several_threads_at_once(tmp_path, runtime):

    tagger = Tagger.from_pretrained(
        write_tiny_bundle(tmp_path / "tiny"), runtime=runtime, threads=1
    )
    texts = [f"Gunmen attack civilians in Kyiv. {'They left. ' * count}" for count in range(24)]
    expected = [_labels(tagger.tag(text)) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: _labels(tagger.tag(text)), texts)) == expected


def _labels(record):
    return [
        (
            event.type,
            event.status,
            event.trigger,
            [(a.role, a.start, a.end) for a in event.arguments],
        )
        for event in record.events
    ]
