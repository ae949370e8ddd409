"""A small school for the tests of the pages, and ways to fill it over HTTP."""

from __future__ import annotations

from typing import Any

import requests

from itn_sync.sandbox.server import RunningSandbox

WORKER = "itn-sync@ecole.example"
SECRETARIAT = "secretariat@ecole.example"
READER = "direction@ecole.example"
FORM = "1FormulairePages00000000000000000000000000001"
SHEET = "1FeuillePages0000000000000000000000000000001"
TAB = 7

Json = dict[str, Any]


def fill(sandbox: RunningSandbox, **kinds: list[Json]) -> None:
    """Import a document into the sandbox."""
    requests.post(f"{sandbox.url}sandbox/v1/import", json=kinds, timeout=10).raise_for_status()


def page(sandbox: RunningSandbox, path: str, **sent: Any) -> requests.Response:
    """What a browser gets at that address."""
    return requests.get(sandbox.url + path.lstrip("/"), timeout=10, **sent)


def post(sandbox: RunningSandbox, path: str, **sent: Any) -> requests.Response:
    """What a browser gets after it posts a form."""
    return requests.post(sandbox.url + path.lstrip("/"), timeout=10, **sent)


def question(question_id: str, title: str, *, required: bool = False, **kind: Json) -> Json:
    """A question item."""
    content = {"questionId": question_id, "required": required, **kind}
    return {"title": title, "questionItem": {"question": content}}


def choice(kind: str, *options: str, other: bool = False) -> Json:
    """A choice question's content."""
    listed: list[Json] = [{"value": option} for option in options]
    return {"type": kind, "options": listed + [{"isOther": True}] * other}


def every_kind() -> list[Json]:
    """One item of every kind."""
    row = {"questionId": "0000000a", "rowQuestion": {"title": "Lundi"}}
    columns = choice("CHECKBOX", "Après-midi", "Soirée")
    return [
        {"title": "Bienvenue", "description": "Lisez d'abord ceci.", "textItem": {}},
        question("00000001", "Nom", required=True, textQuestion={}),
        question("00000002", "Votre demande", textQuestion={"paragraph": True}),
        question("00000003", "Implantation", choiceQuestion=choice("RADIO", "Namur", other=True)),
        question("00000004", "Titres", choiceQuestion=choice("CHECKBOX", "CESS", other=True)),
        question("00000005", "Section", choiceQuestion=choice("DROP_DOWN", "CAP", "CESS")),
        question("00000006", "Aisance", scaleQuestion={"low": 1, "high": 5, "lowLabel": "Peu"}),
        question("00000007", "Avis", ratingQuestion={"ratingScaleLevel": 5, "iconType": "STAR"}),
        question("00000008", "Naissance", dateQuestion={"includeYear": True}),
        question("00000009", "Heure", timeQuestion={}),
        {"title": "Suite", "pageBreakItem": {}},
        {
            "title": "Disponibilités",
            "questionGroupItem": {"questions": [row], "grid": {"columns": columns}},
        },
        question("0000000b", "Copie", fileUploadQuestion={"maxFiles": 1}),
        question("0000000c", "Anniversaire", dateQuestion={}),
    ]


def form(items: list[Json], **more: Any) -> Json:
    """The import item of the form."""
    base = {"id": FORM, "title": "Inscription <b>d'essai</b>", "owner": WORKER, "items": items}
    return base | {"settings": {"emailCollectionType": "DO_NOT_COLLECT"}} | more


def spreadsheet(values: list[list[Any]]) -> Json:
    """The import item of a spreadsheet that the secretariat writes and the direction reads."""
    tab = {"sheetId": TAB, "title": "Dossiers d'essai", "rowCount": 60, "columnCount": 8}
    return {
        "id": SHEET,
        "title": "Suivi",
        "owner": WORKER,
        "locale": "fr_BE",
        "timeZone": "Europe/Brussels",
        "sheets": [tab | {"values": values}],
        "permissions": [
            {"role": "writer", "type": "user", "emailAddress": SECRETARIAT},
            {"role": "reader", "type": "user", "emailAddress": READER},
        ],
    }
