"""The JSON of requests and answers, as the server checks and documents it."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from clashtag.characters import require_characters
from clashtag.errors import InputError

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_FIELDS = 20  # each unknown one would be an error of its own
_LONGEST_ID = 512
_LARGEST_ID = 2**53 - 1
_EXAMPLE_TEXT = "Gunmen kidnapped a surveyor near Belmar on Monday."


def _iso_date(value: object) -> object:
    if value is None or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise ValueError("must be a date such as 2026-01-05")


def article(text: str) -> str:
    """Return a text that can be an article.

    Raises:
        ValueError: saying why another one cannot.
    """
    if not text.strip():
        raise ValueError("must hold more than white space")
    return _plain_characters(text, "the text")


def _plain_characters(text: str, name: str) -> str:
    try:
        require_characters(text, name)
    except InputError as error:
        raise ValueError(error.problem) from error
    return text


def _plain_id(value: object) -> object:
    if value is None:
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_ID:
        return _plain_characters(value, "the id")
    if type(value) is int and abs(value) <= _LARGEST_ID:
        return value
    raise ValueError(
        f"must be a string of at most {_LONGEST_ID} characters or a whole number that JSON keeps"
    )


_ID_SCHEMA = {
    "anyOf": [
        {"type": "string", "maxLength": _LONGEST_ID},
        {"type": "integer", "minimum": -_LARGEST_ID, "maximum": _LARGEST_ID},
        {"type": "null"},
    ]
}
_DATE_SCHEMA = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}


class Format(StrEnum):
    """A form of a record beside its own."""

    DISPLACY = "displacy"
    HTML = "html"


class _Strict(BaseModel):
    """What clients send: unknown fields are errors, and nothing is guessed."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, fields: object) -> object:
        if isinstance(fields, dict) and len(fields) > _MOST_FIELDS:
            raise ValueError(f"must have at most {_MOST_FIELDS} fields")
        return fields


class Document(_Strict):
    """One article."""

    id: Annotated[Any, AfterValidator(_plain_id), WithJsonSchema(_ID_SCHEMA)] = Field(
        default=None, description="Comes back with the answer."
    )
    text: Annotated[str, Field(strict=True)] = Field(
        min_length=1, description="The article. Offsets in the answer count its code points."
    )
    published: Annotated[date | None, BeforeValidator(_iso_date), WithJsonSchema(_DATE_SCHEMA)] = (
        Field(default=None, description="The day it was published; comes back with the answer.")
    )

    @field_validator("text")
    @classmethod
    def _article(cls, text: str) -> str:
        return article(text)


class Options(_Strict):
    """What the answer holds, for all documents of the request."""

    threshold: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] = Field(
        default=0.0, description="Leave out events and arguments scored below this."
    )
    types: list[Annotated[str, Field(strict=True, min_length=1)]] = Field(
        default=[], max_length=256, description="Keep only events of these types; empty keeps all."
    )
    incidents: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Add the incidents that the events tell of, and the actors."
    )
    formats: list[Format] = Field(
        default=[],
        max_length=8,
        description="Further forms of each record: `html` is a page of its own, `displacy` what "
        "spaCy's visualizer takes.",
    )


class TagRequest(_Strict):
    """One or many articles, and what to return of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "documents": [
                        {"id": "a1", "text": _EXAMPLE_TEXT, "published": "2026-01-05"},
                    ],
                    "options": {"threshold": 0.5},
                }
            ]
        },
    )

    documents: list[Document] = Field(min_length=1)
    options: Options = Options()


class Span(BaseModel):
    """Characters `start` to `end` (code points, end exclusive) of the text."""

    start: int
    end: int
    text: str


class TaggedArgument(Span):
    """A span and the role it plays."""

    role: str
    score: float


class TaggedEvent(BaseModel):
    """One mention of an event."""

    type: str
    status: str
    score: float
    trigger: Span
    arguments: list[TaggedArgument]


class DocumentProblem(BaseModel):
    """Why a document has no incidents though they were asked for."""

    title: str
    status: int
    code: str
    detail: str
    next_step: str


class TaggedRecord(BaseModel):
    """A document in the record format; `published` is null where only incidents ask for it."""

    id: str | int | None = None
    published: date | None = None
    text: str
    events: list[TaggedEvent]
    tokens: int
    windows: int
    incidents: list[dict[str, Any]] | None = None
    actors: list[dict[str, Any]] | None = None
    formats: dict[str, Any] | None = None
    problem: DocumentProblem | None = None

    # Left out where they were not asked for, so never null.
    model_config = ConfigDict(
        json_schema_extra=lambda schema: _drop_nulls(
            schema, "id", "incidents", "actors", "formats", "problem"
        )
    )


class ModelName(BaseModel):
    """Which model read the documents."""

    name: str
    version: str


class TagResponse(BaseModel):
    """The documents in the order of the request."""

    model: ModelName
    documents: list[TaggedRecord]


class ModelDescription(ModelName):
    """The model's manifest and ontology, and the limits of this server."""

    created: str
    requires_clashtag: str
    clashtag: str
    files: dict[str, dict[str, str | int]]
    provenance: dict[str, Any]
    ontology: dict[str, Any]
    limits: dict[str, int | float]


class FieldProblem(BaseModel):
    """One field that is wrong."""

    field: str
    problem: str


class ProblemDetails(BaseModel):
    """Why a request was not answered (RFC 9457); `code` is for programs."""

    title: str
    status: int
    code: str
    detail: str
    next_step: str
    errors: list[FieldProblem] = []
    request_id: str
    error: str = Field(default="", description="Below /v2: detail and next step.")


def _drop_nulls(schema: dict[str, Any], *names: str) -> None:
    for name in names:
        choices = [
            choice
            for choice in schema["properties"][name].pop("anyOf")
            if choice != {"type": "null"}
        ]
        schema["properties"][name].pop("default", None)
        if len(choices) == 1:
            schema["properties"][name].update(choices[0])
        else:
            schema["properties"][name]["anyOf"] = choices
