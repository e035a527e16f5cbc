"""YAML files to frozen dataclasses: unknown keys, missing keys and wrong types are errors."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from clashtag.errors import ConfigError
from clashtag_training.yaml_loader import UniqueKeyLoader

Config = TypeVar("Config")


def bounded(default: Any, low: float, high: float | None = None) -> Any:  # noqa: ANN401
    """Declare a number of a configuration dataclass that `load_config` keeps within bounds."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high})


def load_yaml(path: Path) -> Any:  # noqa: ANN401
    """Parse one YAML file.

    Raises:
        ConfigError: if the file is missing, not UTF-8 or not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, Loader=UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise ConfigError(f"no configuration file at {path}", "check the path") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"cannot read {path}: {error}", "save it as UTF-8 YAML") from error


def load_config(path: Path, config_class: type[Config]) -> Config:
    """Read a YAML file into a configuration dataclass.

    Raises:
        ConfigError: naming every unknown or missing key and every value of a wrong type.
    """
    problems: list[str] = []
    config = _build(config_class, load_yaml(path), "", problems)
    if problems:
        raise ConfigError(
            f"{path}: " + "; ".join(problems), "compare it with the files in configs/"
        )
    return typing.cast(Config, config)


def _build(expected: Any, value: Any, where: str, problems: list[str]) -> Any:  # noqa: ANN401
    origin, parameters = typing.get_origin(expected), typing.get_args(expected)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in parameters:
            return None
        expected = next(a for a in parameters if a is not type(None))
        return _build(expected, value, where, problems)
    if dataclasses.is_dataclass(expected):
        return _build_dataclass(typing.cast(type, expected), value, where, problems)
    if origin is tuple:
        return _build_tuple(parameters[0], value, where, problems)
    if origin is Mapping:
        return _build_mapping(parameters[1], value, where, problems)
    return _build_scalar(expected, value, where, problems)


def _build_scalar(expected: Any, value: Any, where: str, problems: list[str]) -> Any:  # noqa: ANN401
    if expected is float and type(value) is int:
        return float(value)
    if expected is Path and isinstance(value, str):
        return Path(value)
    if typing.get_origin(expected) is typing.Literal:
        if value not in typing.get_args(expected):
            problems.append(f"{where} must be one of {typing.get_args(expected)}, found {value!r}")
    elif type(value) is not expected:
        hint = " (write 1.0e-4, not 1e-4)" if expected is float and isinstance(value, str) else ""
        problems.append(f"{where} must be {expected.__name__}, found {value!r}{hint}")
    return value


def _build_tuple(item: Any, value: Any, where: str, problems: list[str]) -> tuple[Any, ...]:  # noqa: ANN401
    if not isinstance(value, list):
        problems.append(f"{where} must be a list, found {value!r}")
        return ()
    return tuple(_build(item, v, f"{where}[{i}]", problems) for i, v in enumerate(value))


def _build_mapping(item: Any, value: Any, where: str, problems: list[str]) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        problems.append(f"{where} must be a mapping of names, found {value!r}")
        return {}
    return {key: _build(item, v, f"{where}.{key}", problems) for key, v in value.items()}


def _build_dataclass(expected: type, value: Any, where: str, problems: list[str]) -> Any:  # noqa: ANN401
    if not isinstance(value, Mapping):
        problems.append(f"{where or 'the file'} must be a mapping, found {value!r}")
        return None
    hints = typing.get_type_hints(expected)
    known = {field.name: field for field in dataclasses.fields(expected)}
    prefix = f"{where}." if where else ""
    problems += [f"unknown key {prefix}{key}" for key in value if key not in known]
    required = [
        name
        for name, field in known.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    missing = [name for name in required if name not in value]
    problems += [f"missing key {prefix}{name}" for name in missing]
    fields = {
        key: _build(hints[key], value[key], f"{prefix}{key}", problems)
        for key in value
        if key in known
    }
    for name, built in fields.items():
        _check_range(f"{prefix}{name}", built, known[name].metadata, problems)
    return None if missing else expected(**fields)


def _check_range(
    where: str,
    value: object,
    metadata: Mapping[str, Any],
    problems: list[str],
) -> None:
    low, high = metadata.get("low"), metadata.get("high")
    if low is None or not isinstance(value, int | float):
        return
    if value < low or (high is not None and value > high):
        bounds = f"at least {low}" if high is None else f"from {low} to {high}"
        problems.append(f"{where} must be {bounds}, found {value}")
