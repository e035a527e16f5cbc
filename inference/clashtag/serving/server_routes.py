"""The routes that whoever runs the server needs: health, metrics and the model's reload."""

from __future__ import annotations

import os
import signal
from multiprocessing import parent_process
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from clashtag.errors import BundleError
from clashtag.serving.keys import documented_key
from clashtag.serving.metrics import CONTENT_TYPE
from clashtag.serving.problems import Problem
from clashtag.serving.schemas import ModelName
from clashtag.serving.service import Service
from clashtag.serving.tag_routes import problems

_Responses = dict[int | str, dict[str, Any]]
_NOT_SO: _Responses = {503: {"description": "It is not so.", "content": {"text/plain": {}}}}
_TEXT: _Responses = {200: {"content": {"text/plain": {}}}}


def server_router(service: Service) -> APIRouter:
    """Return `/health` and `/metrics`."""
    router = APIRouter(tags=["server"])

    @router.get("/health/live", response_class=PlainTextResponse, responses={**_TEXT, **_NOT_SO})
    async def live() -> Response:
        """Say whether the server works; one that does not should be restarted."""
        return _health(service.is_live(), "live")

    @router.get("/health/ready", response_class=PlainTextResponse, responses={**_TEXT, **_NOT_SO})
    async def ready() -> Response:
        """Say whether new requests should be sent here; not while the server drains."""
        return _health(service.is_ready(), "ready")

    @router.get("/metrics", response_class=PlainTextResponse, responses=_TEXT)
    async def metrics() -> Response:
        """Return the counters of all workers, for Prometheus."""
        return Response(service.metrics.render(), media_type=CONTENT_TYPE)

    return router


def admin_router(service: Service) -> APIRouter:
    """Return `/admin/reload`, for servers with an admin key."""
    router = APIRouter(prefix="/admin", tags=["server"], dependencies=documented_key(True))

    @router.post(
        "/reload",
        response_model=None,
        responses={200: {"model": ModelName}, **problems(401, 409)},
    )
    async def reload() -> Response:
        """Load the bundle again from its path; requests already accepted keep the old model.

        A bundle that is bad is refused and the old one stays. Other workers follow.
        """
        try:
            tagger = await service.keeper.reload()
        except BundleError as error:
            raise Problem(409, "bad_bundle", error.problem, error.next_step) from error
        supervisor = parent_process()
        if supervisor is not None and supervisor.pid is not None:
            os.kill(supervisor.pid, signal.SIGHUP)
        manifest = tagger.manifest
        return JSONResponse({"name": manifest.name, "version": manifest.version})

    return router


def _health(is_so: bool, name: str) -> Response:
    return PlainTextResponse(name if is_so else f"not {name}", 200 if is_so else 503)
