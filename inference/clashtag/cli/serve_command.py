"""`clashtag serve`: the model behind an HTTP API."""

from __future__ import annotations

import os

import typer

from clashtag.cli import serve_options as options
from clashtag.cli.extras import requires_extra
from clashtag.cli.usage_errors import WrongOptionError
from clashtag.errors import ConfigError
from clashtag.serving.settings import (
    ServeSettings,
    refuse_empty_keys,
    refuse_unknown_variables,
)


def serve(
    *,
    host: options.Host = ServeSettings.host,
    port: options.Port = ServeSettings.port,
    workers: options.Workers = ServeSettings.workers,
    threads: options.Threads = ServeSettings.threads,
    model: options.Model = ServeSettings.model,
    batch_tokens: options.BatchTokens = ServeSettings.batch_tokens,
    batch_documents: options.BatchDocuments = ServeSettings.batch_documents,
    batch_wait_ms: options.BatchWaitMs = ServeSettings.batch_wait_ms,
    max_wait_s: options.MaxWaitS = ServeSettings.max_wait_s,
    max_queue_documents: options.MaxQueueDocuments = ServeSettings.max_queue_documents,
    deadline_s: options.DeadlineS = ServeSettings.deadline_s,
    max_requests: options.MaxRequests = ServeSettings.max_requests,
    max_documents: options.MaxDocuments = ServeSettings.max_documents,
    max_text_characters: options.MaxTextCharacters = ServeSettings.max_text_characters,
    max_body_bytes: options.MaxBodyBytes = ServeSettings.max_body_bytes,
    max_header_bytes: options.MaxHeaderBytes = ServeSettings.max_header_bytes,
    header_timeout_s: options.HeaderTimeoutS = ServeSettings.header_timeout_s,
    body_timeout_s: options.BodyTimeoutS = ServeSettings.body_timeout_s,
    write_timeout_s: options.WriteTimeoutS = ServeSettings.write_timeout_s,
    keep_alive_s: options.KeepAliveS = ServeSettings.keep_alive_s,
    api_key: options.ApiKey = ServeSettings.api_key,
    api_key_file: options.ApiKeyFile = ServeSettings.api_key_file,
    admin_key: options.AdminKey = ServeSettings.admin_key,
    admin_key_file: options.AdminKeyFile = ServeSettings.admin_key_file,
    log_format: options.LogFormat = ServeSettings.log_format,
    drain_delay_s: options.DrainDelayS = ServeSettings.drain_delay_s,
    grace_s: options.GraceS = ServeSettings.grace_s,
) -> None:
    """Serve the model over HTTP: an API, a page to try it and metrics (extra: serve).

    SIGTERM stops it once accepted requests are answered, SIGHUP loads the model again.
    """
    try:
        settings = ServeSettings(**locals())  # each option is the setting of its name
    except ConfigError as error:
        raise WrongOptionError("serve", error.problem, error.next_step) from error
    refuse_unknown_variables(os.environ)
    refuse_empty_keys(os.environ)
    with requires_extra("serve", "serve"):
        from clashtag.serving.server import serve as run

        exit_code = run(settings)
    if exit_code:
        raise typer.Exit(exit_code)
