"""The Open Inference Protocol (KServe's version 2), for clients and gateways that speak it.

The model takes one BYTES tensor, `text`, and returns one, `record`: a record's JSON for each text.
Raw bytes after the JSON, the protocol's binary data extension, are read and written too.
"""

from __future__ import annotations

from importlib import metadata
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from clashtag.records import Record
from clashtag.serving.answers import record_fields, to_json
from clashtag.serving.byte_tensors import HEADER_LENGTH, pack, split_body
from clashtag.serving.inference_request import (
    INPUT,
    OUTPUT,
    InferenceRequest,
    InferenceResponse,
    read_options,
    read_request,
    read_texts,
    wants_raw_bytes,
)
from clashtag.serving.json_request import whole_body
from clashtag.serving.keys import documented_key
from clashtag.serving.problems import Problem, invalid
from clashtag.serving.schemas import Options
from clashtag.serving.service import Service, check_types
from clashtag.serving.tag_routes import CLOSED_BY_CLIENT, TAG_PROBLEMS, problems
from clashtag.serving.tagging import ClientGoneError, unless_gone
from clashtag.tagger import Tagger

_SCHEMA = {"schema": {"$ref": "#/components/schemas/InferenceRequest"}}
_BODY = {"requestBody": {"required": True, "content": {"application/json": _SCHEMA}}}
_REFUSED = problems(401, 404)
_INFER = {200: {"model": InferenceResponse}, **TAG_PROBLEMS, **problems(404)}


def open_inference_router(service: Service) -> APIRouter:
    """Return the routes below `/v2`."""
    router = APIRouter(prefix="/v2", tags=["open inference protocol"])
    _add_health(router, service)
    _add_metadata(router, service)
    _add_inference(router, service)
    return router


def _add_health(router: APIRouter, service: Service) -> None:
    keyed = documented_key(service.needs_api_key())

    @router.get("/health/live")
    async def server_live() -> Response:
        """Say whether the server works."""
        return JSONResponse({"live": service.is_live()}, 200 if service.is_live() else 503)

    @router.get("/health/ready")
    async def server_ready() -> Response:
        """Say whether new requests should be sent here."""
        return JSONResponse({"ready": service.is_ready()}, 200 if service.is_ready() else 503)

    @router.get("/models/{name}/versions/{version}/ready", dependencies=keyed, responses=_REFUSED)
    @router.get("/models/{name}/ready", dependencies=keyed, responses=_REFUSED)
    async def model_ready(name: str, version: str | None = None) -> Response:
        """Say whether a model is in service."""
        _tagger_named(service, name, version)
        return JSONResponse({"ready": service.is_ready()}, 200 if service.is_ready() else 503)


def _add_metadata(router: APIRouter, service: Service) -> None:
    keyed = documented_key(service.needs_api_key())

    @router.get("", dependencies=keyed, responses=problems(401))
    async def server_metadata() -> dict[str, Any]:
        """Return the server's name, version and protocol extensions."""
        return {
            "name": "clashtag",
            "version": metadata.version("clashtag"),
            "extensions": ["binary_tensor_data"],
        }

    @router.get("/models/{name}/versions/{version}", dependencies=keyed, responses=_REFUSED)
    @router.get("/models/{name}", dependencies=keyed, responses=_REFUSED)
    async def model_metadata(name: str, version: str | None = None) -> dict[str, Any]:
        """Return a model's versions, inputs and outputs."""
        tagger = _tagger_named(service, name, version)
        return {
            "name": tagger.manifest.name,
            "versions": [tagger.manifest.version],
            "platform": f"{tagger.runtime}_clashtag",
            "inputs": [{"name": INPUT, "datatype": "BYTES", "shape": [-1]}],
            "outputs": [{"name": OUTPUT, "datatype": "BYTES", "shape": [-1]}],
        }


def _add_inference(router: APIRouter, service: Service) -> None:
    keyed = documented_key(service.needs_api_key())

    @router.post(
        "/models/{name}/versions/{version}/infer",
        dependencies=keyed,
        responses=_INFER,
        openapi_extra=_BODY,
    )
    @router.post("/models/{name}/infer", dependencies=keyed, responses=_INFER, openapi_extra=_BODY)
    async def infer(request: Request, name: str, version: str | None = None) -> Response:
        """Return a record's JSON for each text."""
        tagger = _tagger_named(service, name, version)
        asked, raw = await _read(request)
        options = read_options(asked)
        check_types(options.types, tagger.ontology, "parameters.types")
        texts = read_texts(asked, raw)
        fields = [f"inputs[0].data[{index}]" for index in range(len(texts))]
        records = [Record(text) for text in texts]
        tagging = service.accept(request.scope, tagger, records, fields)

        async def answer() -> Response:
            tagged = await tagging.in_order()
            return await tagging.by_deadline(lambda: _answer(tagger, asked, options, tagged))

        try:
            return await unless_gone(request.receive, answer())
        except ClientGoneError:
            return Response(status_code=CLOSED_BY_CLIENT)


def _tagger_named(service: Service, name: str, version: str | None) -> Tagger:
    tagger = service.keeper.tagger
    known = tagger.manifest
    if name != known.name or version not in (None, known.version):
        asked = name if version is None else f"{name} {version}"
        raise Problem(
            404,
            "unknown_model",
            f"there is no model {asked[:80]!r} here",
            f"ask for {known.name!r}, version {known.version!r}",
        )
    return tagger


async def _read(request: Request) -> tuple[InferenceRequest, bytes]:
    body = await whole_body(request.body)
    try:
        head, raw = split_body(body, request.headers.get(HEADER_LENGTH))
    except ValueError as error:
        raise invalid(
            [{"field": HEADER_LENGTH, "problem": str(error)}], "send the length of the JSON part"
        ) from error
    return read_request(head), raw


def _answer(
    tagger: Tagger, asked: InferenceRequest, options: Options, tagged: list[Record]
) -> Response:
    strings = [
        to_json(record_fields(record, options, f"inputs[0].data[{index}]")).decode()
        for index, record in enumerate(tagged)
    ]
    output: dict[str, Any] = {
        "name": OUTPUT,
        "datatype": "BYTES",
        "shape": asked.inputs[0].shape,
    }
    fields = {
        "model_name": tagger.manifest.name,
        "model_version": tagger.manifest.version,
        "outputs": [output],
    }
    if asked.id is not None:
        fields["id"] = asked.id
    if not wants_raw_bytes(asked):
        output["data"] = strings
        return Response(to_json(fields), media_type="application/json")
    raw = pack(strings)
    output["parameters"] = {"binary_data_size": len(raw)}
    head = to_json(fields)
    return Response(
        head + raw,
        media_type="application/octet-stream",
        headers={HEADER_LENGTH: str(len(head))},
    )
