"""The application: every route and middleware of one worker, put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from importlib import metadata
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from clashtag.errors import BundleError
from clashtag.serving.envelope import Envelope
from clashtag.serving.inference_request import InferenceRequest
from clashtag.serving.json_request import SEE_OPENAPI, field_errors
from clashtag.serving.keys import RequireKey
from clashtag.serving.limits import LimitRequests, RequestLimits
from clashtag.serving.open_inference import open_inference_router
from clashtag.serving.page_routes import page_router
from clashtag.serving.problems import Problem, internal_error, invalid
from clashtag.serving.request_state import RequestState
from clashtag.serving.schemas import ProblemDetails
from clashtag.serving.server_routes import admin_router, server_router
from clashtag.serving.service import Service
from clashtag.serving.settings import read_keys
from clashtag.serving.tag_routes import tag_router

logger = logging.getLogger(__name__)
_LOOK_EVERY_S = 1.0


def create_app(service: Service, on_start: Callable[[], None] = lambda: None) -> ASGIApp:
    """Return the application of one worker.

    Args:
        service: what the routes share.
        on_start: called once requests are accepted.

    Raises:
        ConfigError: if a key of the settings is unfit or its file cannot be read.
    """
    settings = service.settings
    app = FastAPI(
        title="clashtag",
        summary="Conflict events in news: who did what to whom, where, when and with what.",
        version=metadata.version("clashtag"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lambda _: _lifespan(service, on_start),
    )
    app.add_exception_handler(HTTPException, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_problem)
    app.add_exception_handler(Exception, _answer_problem)
    app.include_router(tag_router(service))
    app.include_router(open_inference_router(service))
    app.include_router(server_router(service))
    if service.needs_admin_key():
        app.include_router(admin_router(service))
    app.include_router(page_router())
    _complete_document(app)
    limits = RequestLimits(
        settings.max_requests,
        settings.max_header_bytes,
        settings.max_body_bytes,
        settings.body_timeout_s,
        settings.deadline_s,
    )
    keyed = RequireKey(
        LimitRequests(app, limits),
        read_keys(settings.api_key, settings.api_key_file, "api_key"),
        read_keys(settings.admin_key, settings.admin_key_file, "admin_key"),
    )
    return Envelope(keyed, service.metrics, service.lifecycle)


@contextlib.asynccontextmanager
async def _lifespan(service: Service, on_start: Callable[[], None]) -> AsyncIterator[None]:
    """Take the worker's signals while it runs; end it when its model is stuck."""
    tasks = {asyncio.create_task(_stop_when_dead(service))}

    async def reload() -> None:
        with contextlib.suppress(BundleError):  # logged and counted where it was refused
            await service.keeper.reload()

    def start_reload() -> None:
        task = asyncio.create_task(reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    service.lifecycle.take_signals(start_reload)
    on_start()
    yield
    for task in tasks:
        task.cancel()
    service.batcher.close(timeout_s=1.0)


async def _stop_when_dead(service: Service) -> None:
    while service.is_live():
        await asyncio.sleep(_LOOK_EVERY_S)
    logger.critical("the model is stuck or its thread ended: this worker stops")
    service.lifecycle.has_failed = True
    os.kill(os.getpid(), signal.SIGTERM)


async def _answer_problem(request: Request, error: Exception) -> Response:
    problem = _to_problem(error)
    state = RequestState.of(request.scope)
    state.code = problem.code
    return problem.response(state)


def _to_problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return invalid(field_errors(error.errors()), SEE_OPENAPI)
    if isinstance(error, HTTPException):
        return Problem(
            error.status_code,
            {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request"),
            str(error.detail),
            "the paths and methods are listed in /openapi.json",
            headers=error.headers,
        )
    return internal_error()


def _complete_document(app: FastAPI) -> None:
    """Add what only we refer to in the OpenAPI document, and drop FastAPI's form of problems."""
    document = app.openapi()
    schemas: dict[str, Any] = document["components"]["schemas"]
    for model in (ProblemDetails, InferenceRequest):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs"))
        schemas[model.__name__] = schema
    for methods in document["paths"].values():
        for operation in methods.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]  # names and versions of models are any strings
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
