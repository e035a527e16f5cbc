"""`clashtag serve`: the model behind an HTTP API."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from clashtag.cli.extras import requires_extra
from clashtag.serving.settings import (
    LogFormat,
    ServeSettings,
    flag,
    refuse_unknown_variables,
    variable,
)

_SERVER, _BATCHING, _LIMITS = "Server", "Queue and batches", "Limits on requests"
_SECURITY, _STOPPING = "Keys and logs", "Stopping"


def _setting(name: str, panel: str, text: str, **limits: Any) -> Any:  # noqa: ANN401
    """Return the option of a setting; it can also be given as an environment variable."""
    return typer.Option(
        flag(name), envvar=variable(name), rich_help_panel=panel, help=text, **limits
    )


def serve(
    *,
    host: Annotated[
        str, _setting("host", _SERVER, "The address to listen on; 0.0.0.0 takes all.")
    ] = ServeSettings.host,
    port: Annotated[
        int, _setting("port", _SERVER, "The port; 0 takes a free one.", min=0, max=65_535)
    ] = ServeSettings.port,
    workers: Annotated[
        int, _setting("workers", _SERVER, "Processes, each with a model and a queue.", min=1)
    ] = ServeSettings.workers,
    threads: Annotated[
        int | None,
        _setting("threads", _SERVER, "CPU threads of a worker; by default its share.", min=1),
    ] = ServeSettings.threads,
    model: Annotated[
        Path | None,
        _setting("model", _SERVER, "A bundle, or a link to one, instead of the shipped model."),
    ] = ServeSettings.model,
    batch_tokens: Annotated[
        int, _setting("batch_tokens", _BATCHING, "Tokens that are read at once.", min=1)
    ] = ServeSettings.batch_tokens,
    batch_documents: Annotated[
        int,
        _setting(
            "batch_documents",
            _BATCHING,
            "Documents that are read together; 1 makes answers independent of other requests.",
            min=1,
        ),
    ] = ServeSettings.batch_documents,
    batch_wait_ms: Annotated[
        float,
        _setting(
            "batch_wait_ms", _BATCHING, "How long a document waits for others to join.", min=0
        ),
    ] = ServeSettings.batch_wait_ms,
    max_wait_s: Annotated[
        float,
        _setting("max_wait_s", _BATCHING, "Refuse (429) what would wait longer for its turn."),
    ] = ServeSettings.max_wait_s,
    max_queue_documents: Annotated[
        int, _setting("max_queue_documents", _BATCHING, "Documents that may wait (429).", min=1)
    ] = ServeSettings.max_queue_documents,
    deadline_s: Annotated[
        float, _setting("deadline_s", _BATCHING, "Seconds within which a request is answered.")
    ] = ServeSettings.deadline_s,
    max_requests: Annotated[
        int, _setting("max_requests", _LIMITS, "POST requests at a time (429).", min=1)
    ] = ServeSettings.max_requests,
    max_documents: Annotated[
        int, _setting("max_documents", _LIMITS, "Documents in a request (413).", min=1)
    ] = ServeSettings.max_documents,
    max_text_characters: Annotated[
        int, _setting("max_text_characters", _LIMITS, "Characters in a text (413).", min=1)
    ] = ServeSettings.max_text_characters,
    max_body_bytes: Annotated[
        int, _setting("max_body_bytes", _LIMITS, "Bytes in a body, unpacked (413).", min=1)
    ] = ServeSettings.max_body_bytes,
    max_header_bytes: Annotated[
        int, _setting("max_header_bytes", _LIMITS, "Bytes in a path and headers (431).", min=1)
    ] = ServeSettings.max_header_bytes,
    header_timeout_s: Annotated[
        float, _setting("header_timeout_s", _LIMITS, "Seconds for headers to arrive (408).")
    ] = ServeSettings.header_timeout_s,
    body_timeout_s: Annotated[
        float, _setting("body_timeout_s", _LIMITS, "Seconds for a body to arrive (408).")
    ] = ServeSettings.body_timeout_s,
    write_timeout_s: Annotated[
        float,
        _setting("write_timeout_s", _LIMITS, "Seconds without a client reading its answer."),
    ] = ServeSettings.write_timeout_s,
    keep_alive_s: Annotated[
        float, _setting("keep_alive_s", _LIMITS, "Seconds a connection may be idle.")
    ] = ServeSettings.keep_alive_s,
    api_key: Annotated[
        str | None,
        _setting("api_key", _SECURITY, "Clients must send it. Better: the variable, or a file."),
    ] = ServeSettings.api_key,
    api_key_file: Annotated[
        Path | None, _setting("api_key_file", _SECURITY, "A file of such keys, one a line.")
    ] = ServeSettings.api_key_file,
    admin_key: Annotated[
        str | None, _setting("admin_key", _SECURITY, "Opens /admin/reload to who sends it.")
    ] = ServeSettings.admin_key,
    admin_key_file: Annotated[
        Path | None, _setting("admin_key_file", _SECURITY, "A file of such keys, one a line.")
    ] = ServeSettings.admin_key_file,
    log_format: Annotated[
        LogFormat, _setting("log_format", _SECURITY, "Log lines for people or for programs.")
    ] = ServeSettings.log_format,
    drain_delay_s: Annotated[
        float,
        _setting(
            "drain_delay_s", _STOPPING, "Seconds between not being ready and not accepting.", min=0
        ),
    ] = ServeSettings.drain_delay_s,
    grace_s: Annotated[
        float, _setting("grace_s", _STOPPING, "Seconds that accepted requests then have.")
    ] = ServeSettings.grace_s,
) -> None:
    """Serve the model over HTTP: an API, a page to try it and metrics (extra: serve).

    SIGTERM stops it once accepted requests are answered, SIGHUP loads the model again.
    """
    refuse_unknown_variables(os.environ)
    settings = ServeSettings(
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        model=model,
        batch_tokens=batch_tokens,
        batch_documents=batch_documents,
        batch_wait_ms=batch_wait_ms,
        max_wait_s=max_wait_s,
        max_queue_documents=max_queue_documents,
        deadline_s=deadline_s,
        max_requests=max_requests,
        max_documents=max_documents,
        max_text_characters=max_text_characters,
        max_body_bytes=max_body_bytes,
        max_header_bytes=max_header_bytes,
        header_timeout_s=header_timeout_s,
        body_timeout_s=body_timeout_s,
        write_timeout_s=write_timeout_s,
        keep_alive_s=keep_alive_s,
        api_key=api_key,
        api_key_file=api_key_file,
        admin_key=admin_key,
        admin_key_file=admin_key_file,
        log_format=log_format,
        drain_delay_s=drain_delay_s,
        grace_s=grace_s,
    )
    with requires_extra("serve", "serve"):
        from clashtag.serving.server import serve as run

        exit_code = run(settings)
    if exit_code:
        raise typer.Exit(exit_code)
