from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    return write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny")
