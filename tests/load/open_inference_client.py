"""Check a running server with a client library of the Open Inference Protocol.

    pip install 'tritonclient[http]'
    python tests/load/open_inference_client.py 127.0.0.1:8080

Texts and records travel both as JSON and as raw bytes. Prints what it checked.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

TEXTS = ["Gunmen kidnapped a surveyor near Belmar on Monday.", "Es regnet in 火 Belmar."]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(address: str) -> None:
    client = triton.InferenceServerClient(address)
    assert client.is_server_live()
    assert client.is_server_ready()
    extensions = client.get_server_metadata()["extensions"]
    name = sys.argv[2] if len(sys.argv) > 2 else "conflict-events"
    assert client.is_model_ready(name)
    model = client.get_model_metadata(name)
    [version] = model["versions"]
    assert client.is_model_ready(name, version)
    say(f"{name} {version}, extensions: {', '.join(extensions)}")
    for as_bytes in (True, False):
        tensor = triton.InferInput("text", [len(TEXTS)], "BYTES")
        tensor.set_data_from_numpy(np.array(TEXTS, dtype=object), binary_data=as_bytes)
        output = triton.InferRequestedOutput("record", binary_data=as_bytes)
        result = client.infer(name, [tensor], version, outputs=[output], request_id="7")
        records = [json.loads(text) for text in result.as_numpy("record")]
        assert [record["text"] for record in records] == TEXTS
        assert result.get_response()["id"] == "7"
        say(f"infer with {'raw bytes' if as_bytes else 'JSON'}: {len(records)} records")
    blank = triton.InferInput("text", [1], "BYTES")
    blank.set_data_from_numpy(np.array([" "], dtype=object))
    for call in (
        lambda: client.infer(name, [blank]),
        lambda: client.get_model_metadata("other"),
    ):
        try:
            call()
        except InferenceServerException as error:
            say(f"refused: {error}")
        else:
            raise SystemExit("a bad request was not refused")


if __name__ == "__main__":
    main(sys.argv[1])
