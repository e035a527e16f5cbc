"""The infer request of the Open Inference Protocol: what it may hold, and the texts in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from clashtag.serving.byte_tensors import unpack
from clashtag.serving.json_request import SEE_OPENAPI, field_errors, parse_json, shown
from clashtag.serving.problems import Problem, invalid
from clashtag.serving.schemas import Options, article

INPUT, OUTPUT = "text", "record"
_RAW_SIZE = "binary_data_size"
_DATA = "inputs[0].data"


class InputTensor(BaseModel):
    """The texts. Without `data`, they follow the JSON as raw bytes."""

    name: Literal["text"]
    datatype: Literal["BYTES"]
    shape: list[Annotated[int, Field(strict=True, ge=1)]] = Field(min_length=1, max_length=8)
    parameters: dict[str, Any] = {}
    data: list[Any] = Field(default=[], description="Strings, flat or nested as the shape says.")


class OutputTensor(BaseModel):
    """Which output is wanted; with the parameter `binary_data`, as raw bytes."""

    name: Literal["record"]
    parameters: dict[str, Any] = {}


class InferenceRequest(BaseModel):
    """Texts in, records out.

    Of the parameters, `threshold` (a number), `incidents` (true or false) and `types` (names with
    commas between them) are the options of `/v1/tag`; others are ignored, as gateways add theirs.
    """

    id: Annotated[str, Field(strict=True)] | None = None
    parameters: dict[str, Any] = {}
    inputs: list[InputTensor] = Field(min_length=1, max_length=1)
    outputs: list[OutputTensor] = Field(default=[], max_length=1)


class RecordTensor(BaseModel):
    """The records' JSON. Without `data`, they follow the JSON as raw bytes."""

    name: Literal["record"]
    datatype: Literal["BYTES"]
    shape: list[int]
    data: list[str] = []
    parameters: dict[str, Any] = {}


class InferenceResponse(BaseModel):
    """The answer; `id` is that of the request."""

    model_name: str
    model_version: str
    id: str = ""
    outputs: list[RecordTensor]


def read_request(body: bytes) -> InferenceRequest:
    """Return the request that JSON holds.

    Raises:
        Problem: naming every field that is wrong.
    """
    try:
        return InferenceRequest.model_validate(parse_json(body))
    except ValidationError as error:
        raise invalid(field_errors(error.errors()), SEE_OPENAPI) from error


def read_options(request: InferenceRequest) -> Options:
    """Return the options among the request's parameters.

    Raises:
        Problem: if one of them is out of range.
    """
    given = request.parameters
    fields: dict[str, Any] = {
        name: given[name] for name in ("threshold", "incidents") if name in given
    }
    if "types" in given:
        types = given["types"]
        if not isinstance(types, str):
            raise _invalid("parameters.types", f"must be one string, found {shown(types)}")
        fields["types"] = [name.strip() for name in types.split(",") if name.strip()]
    try:
        return Options.model_validate(fields)
    except ValidationError as error:
        errors = [
            {**problem, "field": f"parameters.{problem['field']}"}
            for problem in field_errors(error.errors())
        ]
        raise invalid(errors, SEE_OPENAPI) from error


def read_texts(request: InferenceRequest, raw: bytes) -> list[str]:
    """Return the texts of a request, from its JSON or from the raw bytes after it.

    Raises:
        Problem: if they do not fit the shape, or one is no text.
    """
    tensor = request.inputs[0]
    texts: list[Any]
    if _RAW_SIZE in tensor.parameters:
        size = tensor.parameters[_RAW_SIZE]
        if type(size) is not int or size != len(raw):
            field = f"inputs[0].parameters.{_RAW_SIZE}"
            raise _invalid(field, f"is {shown(size)}, but {len(raw)} bytes follow the JSON")
        try:
            texts = list(unpack(raw))
        except ValueError as error:
            raise _invalid(_DATA, str(error)) from error
    else:
        texts = list(_flat(tensor.data))
    if len(texts) != math.prod(tensor.shape):
        raise _invalid(_DATA, f"has {len(texts)} elements, but the shape is {tensor.shape}")
    for index, text in enumerate(texts):
        field = f"{_DATA}[{index}]"
        if not isinstance(text, str):
            raise _invalid(field, f"must be a text, found {shown(text)}")
        try:
            article(text)
        except ValueError as error:
            raise _invalid(field, f"{error}, found {shown(text)}") from error
    return texts


def wants_raw_bytes(request: InferenceRequest) -> bool:
    """Return whether the answer's strings are to follow the JSON as raw bytes."""
    if request.outputs:
        return request.outputs[0].parameters.get("binary_data") is True
    return request.parameters.get("binary_data_output") is True


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def _invalid(field: str, problem: str) -> Problem:
    return invalid([{"field": field, "problem": problem}], SEE_OPENAPI)
