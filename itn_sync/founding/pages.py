"""A new school's own files: the packaged ones with its name, domain and accounts in them.

What is already there is never touched: whoever runs it again gets what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from itn_sync.config_files import packaged
from itn_sync.founding.blanks import blank

_PACKAGED_DOMAIN = "@ecole.example"

_IGNORED = """\
# Keys, tokens and the ledger are nobody else's: they do not go into a repository.
credentials*.json
client*.json
token*.json
google.toml
itn-sync.db*
"""

_ABOUT_WORDINGS = """\
# The school's own wordings

Each message is a folder with `subject.txt`, `body.txt` and `body.html`. To change one, make the
same folder here and put only the files that differ in it; the others come with itn-sync.

`itn-sync mail preview case_opened --home ..` shows a message, `itn-sync check --home ..` tells
whether every message can still be written.
"""


@dataclass(frozen=True)
class Answers:
    """What only the school can say; `credentials` is the path of a service account's key."""

    school_name: str
    domain: str
    account: str
    root_url: str
    credentials: str


def missing_pages(home: Path) -> tuple[str, ...]:
    """The configuration files that the school has no copy of yet."""
    names = ("school.toml", "forms.toml", "rules.toml", "workspace.toml")
    return tuple(name for name in names if not (home / "config" / name).exists())


def write_pages(home: Path, answers: Answers | None) -> Iterator[str]:
    """Write what is missing, and tell of each file; `answers` may be None when no config is."""
    edits = _edits(answers) if answers else {}
    for name, edit in edits.items():
        yield _written(home / "config" / name, _page(name, answers, edit), home)
    yield _written(home / "config" / "units.toml", without_units(), home)
    yield _written(home / "templates" / "README.md", _ABOUT_WORDINGS, home)
    yield _written(home / ".gitignore", _IGNORED, home)


def _written(path: Path, text: str, home: Path) -> str:
    name = path.relative_to(home)
    if path.exists():
        return f"kept     {name} (it is there already)"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return f"written  {name}"


def _page(name: str, answers: Answers | None, edit: Callable[[Any], None]) -> str:
    text = (packaged("config") / name).read_text("utf-8")
    if answers:
        text = text.replace(_PACKAGED_DOMAIN, f"@{answers.domain}")
    page = tomlkit.parse(text)
    edit(page)
    return tomlkit.dumps(page)


def _edits(answers: Answers) -> dict[str, Callable[[Any], None]]:
    return {
        "school.toml": lambda page: _change(page, {"name": answers.school_name}),
        "forms.toml": _blank_forms,
        "rules.toml": lambda _: None,
        "workspace.toml": lambda page: _edit_workspace(page, answers),
    }


def _blank_forms(page: Any) -> None:
    for form in page["form"]:
        form["form_id"] = blank("registration-form")


def _edit_workspace(page: Any, answers: Answers) -> None:
    google = {"root_url": answers.root_url, "credentials": answers.credentials}
    for key, value in google.items():
        if page["google"][key] != value:  # its comment no longer fits
            page["google"].item(key).trivia.comment = ""
            page["google"].item(key).trivia.comment_ws = ""
    _change(page["google"], google)
    _change(page["accounts"], dict.fromkeys(("reader", "sheets", "mailer"), answers.account))
    said = {"from_address": answers.account, "from_name": answers.school_name}
    _change(page["mail"], said)
    page["mail"].pop("absences_from", None)  # the account writes as nobody else yet
    page.pop("folders", None)
    books = {book: blank(f"{book}-spreadsheet") for book in ("tracking", "confidential")}
    _change(page["spreadsheets"], books)
    page.pop("registers", None)  # `itn-sync attendance create` writes the school's own


def without_units() -> str:
    """The packaged units.toml with its first UE as a comment: a school has its own."""
    lines = (packaged("config") / "units.toml").read_text("utf-8").splitlines()
    heads = [number for number, line in enumerate(lines) if line == "[[unit]]"]
    first, second = (*heads, len(lines), len(lines))[:2]
    end = 1 + max((n for n, line in enumerate(lines) if line and line[0] != "#"), default=0)
    example = [f"# {line}" if line else "#" for line in lines[first:second]]
    while example and example[-1] == "#":
        example.pop()
    return "\n".join([*lines[:first], *example, *lines[end:], ""])


def _change(table: Any, values: dict[str, str]) -> None:
    """Set values in place; tomlkit keeps each line's comment and order."""
    for key, value in values.items():
        table[key] = value


def read_page(path: Path) -> TOMLDocument:
    """A configuration file as it stands, comments and all."""
    return tomlkit.parse(path.read_text("utf-8"))


def write_page(path: Path, page: TOMLDocument) -> None:
    """The file with its changed values, in one step: a crash leaves the old one or the new."""
    fresh = path.with_suffix(".new")
    fresh.write_text(tomlkit.dumps(page), encoding="utf-8")
    fresh.replace(path)
