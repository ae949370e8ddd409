"""The configuration files: where they are found, and on which line a mistake stands.

A file of the school's own folder hides the packaged one of the same name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Location = tuple[str | int, ...]
Shape = TypeVar("Shape", bound=BaseModel)

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")

_WRONG = {
    "missing": ("this key is missing", "add it"),
    "enum": ("unknown name", "write {expected}"),
    "string_type": ("this must be a text", "write it between quotes"),
    "string_too_short": ("the text is empty", "fill it in"),
    "string_pattern_mismatch": (
        "a character that is not allowed",
        "use only lower-case letters, digits, - and _",
    ),
    "int_type": ("this must be a whole number", "write it without quotes or decimals"),
    "float_type": ("this must be a number", "write it without quotes, with a decimal point"),
    "bool_type": ("this must be true or false", "write it without quotes"),
    "greater_than_equal": ("the number is too small", "write {ge} or more"),
    "less_than_equal": ("the number is too large", "write {le} or less"),
    "tuple_type": ("this must be a list", "write it between square brackets"),
    "too_short": ("the list is empty", "fill it in"),
    "dict_type": ("this must be a table", "write it under a heading in square brackets"),
    "model_type": ("this must be a table", "write it under a heading in square brackets"),
    "path_type": ("this must be the path of a file", "write it between quotes"),
    "date_from_datetime_parsing": ("this must be a date", "write it like 2026-10-19"),
    "date_type": ("this must be a date", "write it like 2026-10-19"),
}
"""What is wrong and how to mend it in TOML's words, by pydantic's name for the error."""


@dataclass(frozen=True)
class Mistake:
    """One mistake of one file: the place, what is wrong there and how to mend it.

    `line` is 0 for what stands in no file (an environment variable); `key` is "" for a file that
    cannot be read at all.
    """

    file: str
    line: int
    key: str
    what: str
    mend: str

    def told(self, home: Path | None = None) -> str:
        """`config/school.toml:12: site[0].name: what is wrong; how to mend it`.

        The file is named from `home` when it stands in it.
        """
        file = Path(self.file)
        if home and file.is_relative_to(home):
            file = file.relative_to(home)
        place = f"{file}:{self.line}" if self.line else f"{file}"
        key = f"{self.key}: " if self.key else ""
        return f"{place}: {key}{self.what}; {self.mend}"


class ConfigError(Exception):
    """The configuration cannot be used: every mistake found in every file, one per line."""

    def __init__(self, mistakes: tuple[Mistake, ...], home: Path | None = None) -> None:
        super().__init__("\n".join(mistake.told(home) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class ConfigFile:
    """A file that was read: its path, text and TOML content."""

    path: Path
    text: str
    content: Mapping[str, Any]

    def mistake(self, location: Location, what: str, mend: str) -> Mistake:
        """A mistake at `location` (`("site", 2, "name")`), with the line where that stands."""
        key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location)
        return Mistake(str(self.path), _line(self.text, location), key.strip("."), what, mend)


def packaged(folder: str) -> Path:
    """The folder `config` or `templates` that comes with itn-sync (wheel or checkout)."""
    package = Path(str(files("itn_sync")))
    in_wheel = package / "data" / folder
    return in_wheel if in_wheel.is_dir() else package.parent / folder


def find(home: Path, name: str) -> Path:
    """`name` in the school's own `config` folder, else the packaged one."""
    own = home / "config" / name
    return own if own.is_file() else packaged("config") / name


def read(path: Path) -> ConfigFile:
    """The file at `path`; ConfigError when it cannot be read or is not TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return ConfigFile(path, text, tomllib.loads(text))
    except OSError as error:
        raise _refused(
            path, 0, f"cannot be read ({error.strerror})", "put a readable file there"
        ) from error
    except UnicodeDecodeError as error:
        raise _refused(path, 0, "this is not UTF-8", "save it in that encoding") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _refused(path, line, f"this is not TOML ({error})", "correct that line") from error


def _refused(path: Path, line: int, what: str, mend: str) -> ConfigError:
    return ConfigError((Mistake(str(path), line, "", what, mend),))


def check(file: ConfigFile, shape: type[Shape]) -> Shape:
    """The content of `file` as a `shape`; ConfigError with all that does not fit it."""
    try:
        return shape.model_validate(file.content)
    except ValidationError as error:
        found = (_explained(file, shape, detail) for detail in error.errors())
        raise ConfigError(tuple(found)) from error


def _explained(file: ConfigFile, shape: type[BaseModel], detail: ErrorDetails) -> Mistake:
    location = tuple(part for part in detail["loc"] if part != "[key]")
    if detail["type"] == "extra_forbidden":
        return file.mistake(location, "unknown key", _instead(shape, location))
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":  # config_shapes words these: what is wrong; how to mend it
        what, _, mend = str(context["error"]).rpartition("; ")
        return file.mistake(location, what, mend)
    words = _WRONG.get(detail["type"], ("{msg}", "correct it"))
    what, mend = (text.format(msg=detail["msg"], **context) for text in words)
    return file.mistake(location, what, mend)


def _instead(shape: type[BaseModel], location: Location) -> str:
    for part in location[:-1]:
        if isinstance(part, str):
            annotation = _keys(shape)[part].annotation
            shape = next(a for a in (*get_args(annotation), annotation) if isinstance(a, type))
    close = get_close_matches(str(location[-1]), _keys(shape), n=1)
    known = f'"{close[0]}"' if close else f"one of {', '.join(_keys(shape))}"
    return f"remove it or write {known}"


def _keys(shape: type[BaseModel]) -> dict[str, FieldInfo]:
    """What a table may hold, as its file names it."""
    return {field.alias or name: field for name, field in shape.model_fields.items()}


def _line(text: str, location: Location) -> int:
    """The line of the deepest part of `location` that the text shows; 1 when none."""
    lines = dict(_places(text))
    known = (lines[location[:n]] for n in range(len(location), 0, -1) if location[:n] in lines)
    return next(known, 1)


def _places(text: str) -> Iterator[tuple[Location, int]]:
    """Every table and key of a TOML text with its line; inline tables count as one place."""
    counts: dict[Location, int] = {}
    table: Location = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _TABLE.match(line):
            table = _entered(counts, _parts(heading[2]), new=heading[1] == "[[")
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key[1])), number


def _parts(dotted: str) -> Location:
    return tuple("".join(found) for found in _PART.findall(dotted))


def _entered(counts: dict[Location, int], parts: Location, *, new: bool) -> Location:
    """The location of the table `parts`, each array of tables standing at its last element."""
    table: Location = ()
    for place, part in enumerate(parts):
        table = (*table, part)
        if new and place == len(parts) - 1:
            counts[table] = counts.get(table, -1) + 1
        if table in counts:
            table = (*table, counts[table])
    return table
