"""Decoded JSON to dataclasses, by their annotations, with every mismatch reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def decode(kind: type[T], value: Any, where: str, problems: list[str]) -> T:  # noqa: ANN401
    """Return `value` as a `kind`, or an arbitrary object after adding to `problems`.

    Understands dataclasses, mappings with string keys, `tuple[X, ...]`, literals of strings,
    `X | None`, and the scalars of JSON; a whole number passes as a float.

    Args:
        kind: the type to build.
        value: what `json.loads` gave.
        where: the name of the value in problems.
        problems: collects one sentence per missing, unknown or mistyped field.
    """
    decoded: T = _decode(kind, value, where, problems)
    return decoded


def _decode(kind: Any, value: Any, where: str, problems: list[str]) -> Any:  # noqa: ANN401
    parameters = get_args(kind)
    if get_origin(kind) in (Union, UnionType):
        return None if value is None else _decode(parameters[0], value, where, problems)
    if isinstance(value, dict) and is_dataclass(kind):
        return _dataclass(kind, value, where, problems)
    if isinstance(value, dict) and get_origin(kind) is Mapping:
        return {k: _decode(parameters[1], v, f"{where}.{k}", problems) for k, v in value.items()}
    if isinstance(value, list) and get_origin(kind) is tuple:
        return tuple(
            _decode(parameters[0], item, f"{where}[{index}]", problems)
            for index, item in enumerate(value)
        )
    return _scalar(kind, value, where, problems)


def _scalar(kind: Any, value: Any, where: str, problems: list[str]) -> Any:  # noqa: ANN401
    if kind is float and type(value) is int:
        return float(value)
    is_literal = get_origin(kind) is Literal and value in get_args(kind)
    if not is_literal and type(value) is not kind:
        problems.append(f"{where}: expected {_name(kind)}, found {value!r}")
    return value


def _dataclass(kind: Any, value: dict[str, Any], where: str, problems: list[str]) -> Any:  # noqa: ANN401
    hints = get_type_hints(kind)
    missing = [
        item.name
        for item in fields(kind)
        if item.name not in value and item.default is MISSING and item.default_factory is MISSING
    ]
    unknown = [name for name in value if name not in hints]
    problems += [f"{where}: missing {name!r}" for name in missing]
    problems += [f"{where}: unknown {name!r}" for name in unknown]
    decoded = {
        name: _decode(hints[name], content, f"{where}.{name}", problems)
        for name, content in value.items()
        if name in hints
    }
    return None if missing else kind(**decoded)


def _name(kind: Any) -> str:  # noqa: ANN401
    return kind.__name__ if isinstance(kind, type) else str(kind)
