"""The routes of our own API: documents in, records out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from importlib import metadata
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from clashtag.records import Record
from clashtag.serving.answers import record_fields, to_json, to_record
from clashtag.serving.json_request import JsonRoute
from clashtag.serving.keys import documented_key
from clashtag.serving.problems import MEDIA_TYPE, Problem
from clashtag.serving.request_state import RequestState
from clashtag.serving.schemas import (
    ModelDescription,
    TagRequest,
    TagResponse,
)
from clashtag.serving.service import Service, check_types
from clashtag.serving.tagging import ClientGoneError, Tagging, unless_gone
from clashtag.tagger import Tagger

_NDJSON = "application/x-ndjson"
CLOSED_BY_CLIENT = 499
_LIMITS = (
    "max_documents",
    "max_text_characters",
    "max_body_bytes",
    "max_header_bytes",
    "body_timeout_s",
    "deadline_s",
)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of problems with these statuses."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": "A problem.", "content": content} for status in statuses}


TAG_PROBLEMS = problems(400, 401, 408, 413, 415, 422, 429, 431, 500, 503)


def tag_router(service: Service) -> APIRouter:
    """Return the routes below `/v1`."""
    key = documented_key(service.needs_api_key())
    router = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["events"], dependencies=key)

    async def require_few_documents(request: Request) -> None:
        """Count before each document is checked: the errors of millions would be millions."""
        body = await request.json()
        documents = body.get("documents") if isinstance(body, dict) else None
        if isinstance(documents, list):
            service.require_few_documents(len(documents))

    few = [Depends(require_few_documents)]

    def accepted(body: TagRequest, request: Request) -> tuple[Tagger, Tagging]:
        tagger = service.keeper.tagger
        check_types(body.options.types, tagger.ontology, "options.types")
        records = [to_record(document) for document in body.documents]
        fields = [f"documents[{index}].text" for index in range(len(records))]
        return tagger, service.accept(request.scope, tagger, records, fields)

    @router.post(
        "/tag",
        response_model=None,
        dependencies=few,
        responses={200: {"model": TagResponse}, **TAG_PROBLEMS},
        summary="Tag documents",
    )
    async def tag(body: TagRequest, request: Request) -> Response:
        """Return each document with its events, in the order of the request, all or none.

        A document whose events could not be grouped into incidents has a `problem` instead.
        """
        tagger, tagging = accepted(body, request)

        async def answer() -> bytes:
            records = await tagging.in_order()
            return await tagging.by_deadline(lambda: _answer(tagger, records, body))

        try:
            content = await unless_gone(request.receive, answer())
        except ClientGoneError:
            return Response(status_code=CLOSED_BY_CLIENT)
        return Response(content, media_type="application/json")

    @router.post(
        "/tag/stream",
        response_model=None,
        dependencies=few,
        responses={
            200: {
                "description": "One line for each document, as it is finished.",
                "content": {_NDJSON: {"schema": {"type": "string"}, "example": _STREAM_EXAMPLE}},
            },
            **TAG_PROBLEMS,
        },
        summary="Tag documents, each answered as soon as it is finished",
    )
    async def tag_stream(body: TagRequest, request: Request) -> Response:
        """Return one JSON object a line; `index` says which document of the request it is.

        A line holds the record or, for a document that failed, its `problem`.
        """
        _, tagging = accepted(body, request)
        state = RequestState.of(request.scope)
        return StreamingResponse(_lines(tagging, body, state), media_type=_NDJSON)

    @router.get(
        "/model", response_model=None, responses={200: {"model": ModelDescription}, **problems(401)}
    )
    async def model() -> Response:
        """Return the model's manifest and ontology, and the limits of this server."""
        return Response(to_json(_description(service)), media_type="application/json")

    return router


_STREAM_EXAMPLE = '{"index":0,"id":"a1","text":"...","events":[],"tokens":10,"windows":1}\n'


def _answer(tagger: Tagger, records: list[Record], body: TagRequest) -> bytes:
    manifest = tagger.manifest
    return to_json(
        {
            "model": {"name": manifest.name, "version": manifest.version},
            "documents": [
                record_fields(record, body.options, f"documents[{index}]")
                for index, record in enumerate(records)
            ],
        }
    )


async def _lines(tagging: Tagging, body: TagRequest, state: RequestState) -> AsyncIterator[bytes]:
    async for index, result in tagging.as_finished():
        try:
            if isinstance(result, Problem):
                raise result
            fields = await tagging.by_deadline(
                partial(record_fields, result, body.options, f"documents[{index}]")
            )
        except Problem as problem:
            state.code = problem.code
            fields = {"problem": problem.to_dict(state)}
        yield to_json({"index": index, **fields}) + b"\n"


def _description(service: Service) -> dict[str, Any]:
    tagger = service.keeper.tagger
    manifest = tagger.manifest
    return {
        "name": manifest.name,
        "version": manifest.version,
        "created": manifest.created,
        "requires_clashtag": manifest.requires_clashtag,
        "clashtag": metadata.version("clashtag"),
        "files": {
            name: {"sha256": file.sha256, "bytes": file.bytes}
            for name, file in manifest.files.items()
        },
        "provenance": dict(manifest.provenance),
        "ontology": tagger.ontology.to_dict(),
        "limits": {name: getattr(service.settings, name) for name in _LIMITS},
    }
