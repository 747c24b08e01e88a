"""From `--set PATH=VALUE`, `--seed` and `--epochs` to changes of an experiment."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import Any

from nnmath_engine.datasets import DATASETS
from nnmath_engine.fields import FIELDS

from nnmath_tui.failure import CommandError

_WORDS = ("text", "choice", "choices")
_SCHEDULE = "training.schedule"


def changes_from(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that a command line changes, by path; the fields check the values later.

    Raises:
        CommandError: a `--set` is not of the form PATH=VALUE, or a value is out of all bounds.
    """
    given = [_split(text) for text in arguments.set]
    for option, path in (("seed", "training.seed"), ("epochs", "training.epochs")):
        text = getattr(arguments, option)
        if text is not None:
            given.append((path, text))
    changes: dict[str, Any] = {}
    for path, text in given:
        changes |= _as_settings(path, _value(path, text))
    return changes


def _split(text: str) -> tuple[str, str]:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise CommandError(
            f"--set wants PATH=VALUE, such as training.learning_rate=0.1, not {text!r}"
        )
    return path.strip(), value.strip()


def _as_settings(path: str, value: Any) -> dict[str, Any]:
    """Take [training.schedule] apart, in which a preset may put a name and its options together.

    Raises:
        CommandError: it is given whole, but without a name.
    """
    if path == _SCHEDULE and isinstance(value, dict):
        if "name" not in value:
            raise CommandError(f'{path} needs a name, such as {{name="cosine"}}')
        options = {key: option for key, option in value.items() if key != "name"}
        return {path: value["name"], f"{path}_options": options}
    if path.startswith(f"{_SCHEDULE}."):
        option = path.removeprefix(f"{_SCHEDULE}.")
        return {_SCHEDULE if option == "name" else f"{_SCHEDULE}_options.{option}": value}
    return {path: value}


def _value(path: str, text: str) -> Any:
    kind = FIELDS[path].kind if path in FIELDS else ""
    try:
        value = parse_value(text)
    except CommandError as error:
        raise CommandError(f"{path}: {error}") from None
    is_schedule = path == _SCHEDULE and isinstance(value, dict)
    if kind in _WORDS and not isinstance(value, str | list) and not is_schedule:
        value = text  # a CSV's column may well be called 2024
    if path == "data.source" and value not in DATASETS and Path(str(value)).is_file():
        # A path on the command line starts from here, not from the preset's folder.
        return str(Path(str(value)).absolute())
    return value


def parse_value(text: str) -> Any:
    """A value as TOML writes it, or the bare text: 0.1, true, [8, 8], "relu" and relu.

    Raises:
        CommandError: there is a whole number in it of more digits than Python reads or writes.
    """
    try:
        document = tomllib.loads(f"value = {text}")
        str(document)  # a hexadecimal number may be read, and yet be too long to be shown
    except (tomllib.TOMLDecodeError, RecursionError):
        return text
    except ValueError:
        raise CommandError(f"a whole number is too long: {text[:20]}...") from None
    value = document.pop("value")
    # A line break could smuggle further keys in, and no setting is a date.
    return (
        text if document or not isinstance(value, bool | int | float | str | list | dict) else value
    )
