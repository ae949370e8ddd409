"""Letters taken out of Drive for the printer: one .docx each, and all of them on one page to print.

They leave as people have left them: a correction made in the Doc is in what is posted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from itn_sync.domain.seen import Table
from itn_sync.domain.told import is_letter
from itn_sync.gateways.documents import DOCX, HTML, Binder
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.ledger_rows import DeedTrace
from itn_sync.marks import mark_of

TOGETHER = "courriers.html"
_WARNINGS = "avertissements"
_NOT_IN_A_NAME = re.compile(r"[^\w \-–,.()’']+")
_LONGEST_NAME = 80
_IMPORT = re.compile(r"@import\s+(?:url\([^)]*\))?[^;]*;")


@dataclass(frozen=True)
class Letter:
    """One letter: what it is called, and its file in Drive."""

    title: str
    file_id: str


@dataclass(frozen=True)
class Told:
    """What was written, or what was not and why (`wrong`)."""

    text: str
    wrong: bool = False


def posted(tables: Mapping[str, Table]) -> frozenset[str]:
    """What `Avertissements` says of the letters that people have noted as posted."""
    rows = tables.get(_WARNINGS, Table()).rows.values()
    return frozenset(row.text("letter") for row in rows if row.text("posted"))


def letters_made(
    traces: Sequence[DeedTrace], binder: Binder, gone: Collection[str] = ()
) -> Iterator[Letter | Told]:
    """The letters of the ledger that are still in Drive, oldest first, but for those `gone`.

    `gone` are ids or addresses of files. Raises CredentialsRefused.
    """
    for trace in traces:
        if not is_letter(trace.deed.key):
            continue
        try:
            file_id = trace.message_id or binder.found(mark_of(trace.deed.key))
            if file_id and any(file_id in one for one in gone):
                continue
            standing = binder.standing(file_id) if file_id else None
        except CredentialsRefused:
            raise
        except GatewayError as error:
            yield Told(f"{trace.deed.reference} cannot be read: {error}", wrong=True)
            continue
        if standing is None or standing.trashed:
            yield Told(f"{trace.deed.reference} was thrown away in Drive: left out")
        else:
            yield Letter(standing.name, file_id)


def export_letters(binder: Binder, letters: Sequence[Letter], folder: Path) -> Iterator[Told]:
    """Write the letters into `folder`, telling of each file. Raises CredentialsRefused, OSError."""
    if not letters:
        return
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for number, letter in enumerate(letters, 1):
        try:
            document = binder.taken(letter.file_id, DOCX)
            pages.append(_page(binder.taken(letter.file_id, HTML).decode(), f"courrier-{number}"))
        except CredentialsRefused:
            raise
        except GatewayError as error:
            yield Told(f"«{letter.title}» could not be exported: {error}", wrong=True)
            continue
        path = folder / f"{number:03} {_file_name(letter.title)}.docx"
        path.write_bytes(document)
        yield Told(str(path))
    if pages:
        (folder / TOGETHER).write_text(_together(pages), encoding="utf-8")
        yield Told(
            f"{folder / TOGETHER}: {_counted(len(pages))} to print, each on a page of its own"
        )


def _file_name(title: str) -> str:
    """A name that every system takes."""
    shown = " ".join(_NOT_IN_A_NAME.sub(" ", title).split())
    return shown[:_LONGEST_NAME].strip(" .") or "courrier"


def _page(html: str, name: str) -> str:
    """One exported letter as a section; its styles, whose names every Doc uses, stay inside it."""
    from bs4 import BeautifulSoup  # noqa: PLC0415  (slow to import; only an export needs it)

    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(["script", "iframe", "object", "link"]):
        tag.decompose()
    styles = "\n".join(_IMPORT.sub("", style.get_text()) for style in soup.find_all("style"))
    for style in soup.find_all("style"):
        style.decompose()
    body = soup.body
    inner = body.decode_contents() if body else str(soup)
    classes = " ".join(body.get_attribute_list("class")) if body and body.get("class") else ""
    return (
        f'<section id="{name}"><style>#{name} {{\n{styles}\n}}</style>'
        f'<div class="{escape(classes)}">{inner}</div></section>'
    )


def _together(pages: Sequence[str]) -> str:
    return _FRAME.format("\n".join(pages))


_FRAME = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<title>Courriers</title>
<style>
@page {{ size: A4; margin: 20mm }}
body {{ margin: 0; font: 10.5pt/1.35 Arial, Helvetica, sans-serif }}
section > div {{ padding: 0 !important; max-width: none !important }}
section + section {{ break-before: page }}
@media screen {{ section {{ max-width: 170mm; margin: 20mm auto }} }}
</style>
</head>
<body>
{}
</body>
</html>
"""


def _counted(letters: int) -> str:
    return f"{letters} letter{'s' if letters > 1 else ''}"
