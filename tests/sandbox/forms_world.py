"""Forms as a school has them, small enough to read."""

from __future__ import annotations

from typing import Any

from itn_sync.sandbox.errors import Json


def question(question_id: str, title: str, kind: Json, *, required: bool = False) -> Json:
    """An Item with one question."""
    one: Json = {"questionId": question_id, **kind}
    if required:
        one["required"] = True
    return {"itemId": f"f{question_id[1:]}", "title": title, "questionItem": {"question": one}}


def choice(kind: str, *values: str, other: bool = False, **jumps: str) -> Json:
    """A choice question; `jumps` maps a value to where it leads."""
    options: list[Json] = [{"value": value} for value in values]
    for option in options:
        target = jumps.get(option["value"])
        if target:
            option["goToAction" if target.isupper() else "goToSectionId"] = target
    return {"choiceQuestion": {"type": kind, "options": options + [{"isOther": True}] * other}}


def grid(title: str, rows: dict[str, str], *columns: str, kind: str = "CHECKBOX") -> Json:
    """A grid item: `rows` maps question ids to row titles."""
    listed = [{"questionId": key, "rowQuestion": {"title": row}} for key, row in rows.items()]
    columns_: Json = {"type": kind, "options": [{"value": column} for column in columns]}
    group = {"questions": listed, "grid": {"columns": columns_}}
    return {"itemId": "fee00001", "title": title, "questionGroupItem": group}


EVERY_KIND: list[Json] = [
    {"itemId": "fee00000", "title": "Bienvenue", "textItem": {}},
    question("1a000001", "Nom", {"textQuestion": {}}, required=True),
    question("1a000002", "Remarque", {"textQuestion": {"paragraph": True}}),
    question("1a000003", "Implantation", choice("RADIO", "Namur", "Bruxelles")),
    question("1a000004", "Titres", choice("CHECKBOX", "CESS", "Master", other=True)),
    question("1a000005", "Section", choice("DROP_DOWN", "CAP", "CESS")),
    question("1a000006", "Aisance", {"scaleQuestion": {"low": 1, "high": 5}}),
    question("1a000007", "Avis", {"ratingQuestion": {"iconType": "STAR", "ratingScaleLevel": 5}}),
    question("1a000008", "Naissance", {"dateQuestion": {"includeYear": True}}),
    question("1a000009", "Fête", {"dateQuestion": {}}),
    question(
        "1a00000a", "Rendez-vous", {"dateQuestion": {"includeYear": True, "includeTime": True}}
    ),
    question("1a00000b", "Appel", {"timeQuestion": {}}),
    question("1a00000c", "Trajet", {"timeQuestion": {"duration": True}}),
    grid("Disponibilités", {"1a000011": "Lundi", "1a000012": "Mardi"}, "Après-midi", "Soirée"),
    question(
        "1a00001b", "Titre", {"fileUploadQuestion": {"types": ["PDF"], "maxFileSize": "1000"}}
    ),
]

FORM_ID = "1InscriptionDeTest000000000000000000000000001"


def form(items: list[Json] | None = None, **more: Any) -> Json:
    """An import item: a form of itn-sync's that the secretary edits."""
    return {
        "id": FORM_ID,
        "title": "Inscription",
        "owner": "itn-sync@ecole.example",
        "settings": {"emailCollectionType": "DO_NOT_COLLECT"},
        "permissions": [{"role": "writer", "emailAddress": "secretariat@ecole.example"}],
        "items": EVERY_KIND if items is None else items,
    } | more
