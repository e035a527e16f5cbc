from __future__ import annotations

import asyncio
import shutil

import pytest

pytest.importorskip("prometheus_client")

from clashtag.bundle import seal_bundle
from clashtag.errors import BundleError
from clashtag.serving.metrics import Metrics
from clashtag.serving.models import ModelKeeper, load_model


@pytest.mark.parametrize("name", ["tokenizer.json", "encoder.onnx", "roles.onnx"])
def test_reload_refuses_a_sealed_bundle_with_a_file_that_is_none(tiny_bundle, tmp_path, name):
    bundle = shutil.copytree(tiny_bundle, tmp_path / "bundle")
    tagger, _ = load_model(bundle, threads=1, batch_tokens=512)
    metrics = Metrics()
    keeper = ModelKeeper(tagger, bundle, 1, 512, metrics)
    (bundle / name).write_text("{}", encoding="utf-8")
    seal_bundle(bundle, "tiny", "2.0.0", {})
    with pytest.raises(BundleError, match=name):
        asyncio.run(keeper.reload())
    assert keeper.tagger is tagger
    assert b'clashtag_model_reloads_total{result="refused"} 1.0' in metrics.render()
