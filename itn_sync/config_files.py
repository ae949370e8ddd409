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
from pydantic_core import ErrorDetails

Location = tuple[str | int, ...]
Shape = TypeVar("Shape", bound=BaseModel)

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")

_WRONG = {
    "missing": ("cette clé manque", "l'ajouter"),
    "string_type": ("il faut un texte", "l'écrire entre guillemets"),
    "string_too_short": ("le texte est vide", "le remplir"),
    "int_type": ("il faut un nombre entier", "l'écrire sans guillemets ni virgule"),
    "float_type": ("il faut un nombre", "l'écrire sans guillemets, avec un point"),
    "bool_type": ("il faut true ou false", "l'écrire sans guillemets"),
    "greater_than_equal": ("le nombre est trop petit", "l'augmenter"),
    "less_than_equal": ("le nombre est trop grand", "le diminuer"),
    "tuple_type": ("il faut une liste", "l'écrire entre crochets"),
    "too_short": ("la liste est vide", "la remplir"),
    "dict_type": ("il faut une table", "l'écrire sous un titre entre crochets"),
    "model_type": ("il faut une table", "l'écrire sous un titre entre crochets"),
    "string_pattern_mismatch": (
        "cette clé a un caractère interdit",
        "n'y mettre que des minuscules, des chiffres, - et _",
    ),
    "path_type": ("il faut un chemin de fichier", "l'écrire entre guillemets"),
    "date_from_datetime_parsing": ("il faut une date", "l'écrire ainsi : 2026-10-19"),
    "date_type": ("il faut une date", "l'écrire ainsi : 2026-10-19"),
}


@dataclass(frozen=True)
class Mistake:
    """One mistake of one file: the place, what is wrong there and how to mend it (French).

    `line` is 0 for what stands in no file (an environment variable).
    """

    file: str
    line: int
    key: str
    what: str
    mend: str

    def __str__(self) -> str:
        line = f", ligne {self.line}" if self.line else ""
        return f"{self.file}{line}, « {self.key} » : {self.what} ; {self.mend}."


class ConfigError(Exception):
    """The configuration cannot be used: every mistake found in every file."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(frozen=True)
class ConfigFile:
    """A file that was read: its path, text and TOML content."""

    path: Path
    text: str
    content: Mapping[str, Any]

    def mistake(self, location: Location, what: str, mend: str) -> Mistake:
        """A mistake at `location` (`("site", 2, "name")`), with the line where that stands."""
        key = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in location)
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
        raise _refused(path, 1, f"le fichier ne se lit pas ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _refused(path, 1, "le fichier n'est pas en UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _refused(path, line, f"ce n'est pas du TOML ({error})") from error


def _refused(path: Path, line: int, what: str) -> ConfigError:
    return ConfigError((Mistake(str(path), line, path.name, what, "corriger le fichier"),))


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
        return file.mistake(location, "cette clé n'existe pas", _instead(shape, location))
    context = {name: str(value) for name, value in detail.get("ctx", {}).items()}
    if detail["type"] == "enum":
        return file.mistake(
            location,
            "valeur inconnue",
            f"choisir parmi {context['expected'].replace(' or ', ' ou ')}",
        )
    if detail["type"] == "value_error":
        what, _, mend = context["error"].partition(" ; ")
        return file.mistake(location, what, mend or "la corriger")
    return file.mistake(location, *_WRONG.get(detail["type"], (detail["msg"], "la corriger")))


def _instead(shape: type[BaseModel], location: Location) -> str:
    for part in location[:-1]:
        if isinstance(part, str):
            annotation = shape.model_fields[part].annotation
            shape = next(a for a in (*get_args(annotation), annotation) if isinstance(a, type))
    close = get_close_matches(str(location[-1]), shape.model_fields, n=1)
    known = f"« {close[0]} »" if close else ", ".join(shape.model_fields)
    return f"la retirer, ou écrire {known}"


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
