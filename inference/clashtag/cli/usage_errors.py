"""What is wrong with a command line: which option, which value, why, and what to give instead."""

from __future__ import annotations

from typing import Any

import typer

from clashtag.formats.wording import printable

# Typer gives a name to one of its usage errors only; this is what all of them are.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


class WrongOptionError(typer.BadParameter):
    """An option or argument that a command cannot take.

    Args:
        option: its name, with the value where that is wrong: `--types raid`.
        problem: what is wrong with it.
        next_step: what to give instead.
    """

    def __init__(self, option: str, problem: str, next_step: str) -> None:
        super().__init__(f"{problem}\n  -> {next_step}", param_hint=option)


def explain_usage(error: Any) -> str:  # noqa: ANN401 - its class has no public name
    """Return a usage error in two lines: what was wrong, with which value, and the next step."""
    if isinstance(error, WrongOptionError):
        explanation = f"{error.param_hint}: {error.message}"
    elif getattr(error, "param", None) is None:
        explanation = _about_the_words(error)
    elif type(error).__name__ == "MissingParameter":
        name = _name(error.param)
        explanation = f"{name} is missing\n  -> {name}: {error.param.help or _help_of(error)}"
    else:
        explanation = _about_a_value(error)
    return printable(explanation, keep_lines=True)


def _about_the_words(error: Any) -> str:  # noqa: ANN401
    """Explain a command or option that does not exist, or one word too many or too few."""
    problem = str(error.format_message()).rstrip(".")
    lacks_value = type(error).__name__ == "BadOptionUsage"
    next_step = "put its value behind it" if lacks_value else f"{_help_of(error)} lists all"
    return f"{problem}\n  -> {next_step}"


def _about_a_value(error: Any) -> str:  # noqa: ANN401
    problem = str(error.message).removeprefix("Value error, ").rstrip(".")
    return (
        f"{_name(error.param)}{_value(error)}: {problem[:1].lower()}{problem[1:]}\n"
        f"  -> give {_range(error.param)}; {_help_of(error)} explains it"
    )


def _help_of(error: Any) -> str:  # noqa: ANN401
    return f"`{error.ctx.command_path if error.ctx else 'clashtag'} --help`"


def is_help(error: Any) -> bool:  # noqa: ANN401
    """Return whether a usage error is the help of a command that was given no words."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _name(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    variable = f" (or {parameter.envvar})" if parameter.envvar else ""
    return f"{parameter.opts[0]}{variable}"


def _range(parameter: Any) -> str:  # noqa: ANN401
    """Return the values that a parameter takes, as far as it says; where depends on the typer."""
    descriptor = getattr(parameter, "type_descriptor", None)
    limits = descriptor.parameter_info if descriptor else parameter.type
    low, high = getattr(limits, "min", None), getattr(limits, "max", None)
    if low is not None and high is not None:
        return f"a number from {low} to {high}"
    return "another value" if low is None else f"a number of at least {low}"


def _value(error: Any) -> str:  # noqa: ANN401
    """Return the value that was given, where the message does not already name it."""
    errors = getattr(error.__cause__, "errors", None)
    return "" if errors is None else f" {errors()[0]['input']}"
