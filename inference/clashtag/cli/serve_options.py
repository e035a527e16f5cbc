"""The options of `clashtag serve`, one for each setting of a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from clashtag.serving import settings
from clashtag.serving.settings import flag, variable

_SERVER, _BATCHING, _LIMITS = "Server", "Queue and batches", "Limits on requests"
_SECURITY, _STOPPING = "Keys and logs", "Stopping"


def _setting(name: str, panel: str, text: str, **limits: Any) -> Any:  # noqa: ANN401
    """Return the option of a setting; it can also be given as an environment variable."""
    return typer.Option(
        flag(name), envvar=variable(name), rich_help_panel=panel, help=text, **limits
    )


Host = Annotated[str, _setting("host", _SERVER, "The address to listen on; 0.0.0.0 takes all.")]
Port = Annotated[int, _setting("port", _SERVER, "The port; 0 takes a free one.", min=0, max=65_535)]
Workers = Annotated[
    int, _setting("workers", _SERVER, "Processes, each with a model and a queue.", min=1)
]
Threads = Annotated[
    int | None,
    _setting("threads", _SERVER, "CPU threads of a worker; by default its share.", min=1),
]
Model = Annotated[
    Path | None,
    _setting("model", _SERVER, "A bundle, or a link to one, instead of the shipped model."),
]
BatchTokens = Annotated[
    int, _setting("batch_tokens", _BATCHING, "Tokens that are read at once.", min=1)
]
BatchDocuments = Annotated[
    int,
    _setting(
        "batch_documents",
        _BATCHING,
        "Documents that are read together; 1 makes answers independent of other requests.",
        min=1,
    ),
]
BatchWaitMs = Annotated[
    float,
    _setting("batch_wait_ms", _BATCHING, "How long a document waits for others to join.", min=0),
]
MaxWaitS = Annotated[
    float,
    _setting("max_wait_s", _BATCHING, "Refuse (429) what would wait longer for its turn."),
]
MaxQueueDocuments = Annotated[
    int, _setting("max_queue_documents", _BATCHING, "Documents that may wait (429).", min=1)
]
DeadlineS = Annotated[
    float, _setting("deadline_s", _BATCHING, "Seconds within which a request is answered.")
]
MaxRequests = Annotated[
    int, _setting("max_requests", _LIMITS, "POST requests at a time (429).", min=1)
]
MaxDocuments = Annotated[
    int, _setting("max_documents", _LIMITS, "Documents in a request (413).", min=1)
]
MaxTextCharacters = Annotated[
    int, _setting("max_text_characters", _LIMITS, "Characters in a text (413).", min=1)
]
MaxBodyBytes = Annotated[
    int, _setting("max_body_bytes", _LIMITS, "Bytes in a body, unpacked (413).", min=1)
]
MaxHeaderBytes = Annotated[
    int, _setting("max_header_bytes", _LIMITS, "Bytes in a path and headers (431).", min=1)
]
HeaderTimeoutS = Annotated[
    float, _setting("header_timeout_s", _LIMITS, "Seconds for headers to arrive (408).")
]
BodyTimeoutS = Annotated[
    float, _setting("body_timeout_s", _LIMITS, "Seconds for a body to arrive (408).")
]
WriteTimeoutS = Annotated[
    float,
    _setting("write_timeout_s", _LIMITS, "Seconds without a client reading its answer."),
]
KeepAliveS = Annotated[
    float, _setting("keep_alive_s", _LIMITS, "Seconds a connection may be idle.")
]
ApiKey = Annotated[
    str | None,
    _setting("api_key", _SECURITY, "Clients must send it. Better: the variable, or a file."),
]
ApiKeyFile = Annotated[
    Path | None, _setting("api_key_file", _SECURITY, "A file of such keys, one a line.")
]
AdminKey = Annotated[
    str | None, _setting("admin_key", _SECURITY, "Opens /admin/reload to who sends it.")
]
AdminKeyFile = Annotated[
    Path | None, _setting("admin_key_file", _SECURITY, "A file of such keys, one a line.")
]
LogFormat = Annotated[
    settings.LogFormat, _setting("log_format", _SECURITY, "Log lines for people or for programs.")
]
DrainDelayS = Annotated[
    float,
    _setting(
        "drain_delay_s", _STOPPING, "Seconds between not being ready and not accepting.", min=0
    ),
]
GraceS = Annotated[
    float, _setting("grace_s", _STOPPING, "Seconds that accepted requests then have.")
]
