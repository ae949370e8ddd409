"""The demo school: an import document with people, sheets, a form and its registrations.

Everybody in it is invented. The same `now` gives the same school, byte for byte.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from datetime import datetime, time, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.seed_classroom import demo_classes, demo_teachers
from itn_sync.sandbox.seed_form import (
    CONSENT,
    TITLE_COPIES_FOLDER,
    WEEKDAYS,
    registration_form,
)
from itn_sync.sandbox.seed_units import (
    bouncing,
    registers,
    unit_classes,
    unit_teachers,
)
from itn_sync.sandbox.world import rfc3339

TRACKING_SHEET = "1SuiviAccompagnementDemo00000000000000000001"
CONFIDENTIAL_SHEET = "1ConfidentielAmenagementsDemo000000000000001"
WORKER = "itn-sync@ecole.example"

_BRUSSELS = ZoneInfo("Europe/Brussels")

_PEOPLE = {
    WORKER: "itn-sync (synchronisation)",
    "secretariat@ecole.example": "Secrétariat",
    "secretariat.namur@ecole.example": "Secrétariat de Namur",
    "secretariat.bruxelles@ecole.example": "Secrétariat de Bruxelles",
    "referent.va@ecole.example": "Référente valorisation des acquis",
    "referent.va2@ecole.example": "Référent valorisation des acquis (2)",
    "referent.ar@ecole.example": "Référente aménagements raisonnables",
    "referent.numerique@ecole.example": "Référent numérique",
    "coordination@ecole.example": "Personne de référence",
    "direction@ecole.example": "Direction",
    "coordination.cess@ecole.example": "Coordination CESS",
    "coordination.cap.namur@ecole.example": "Coordination CAP Namur",
    "coordination.cap.bruxelles@ecole.example": "Coordination CAP Bruxelles",
    "coordination.elec@ecole.example": "Coordination électricien-automaticien",
    "coordination.techno@ecole.example": "Coordination technopédagogie",
}
_TRACKING_WRITERS = (
    "secretariat@ecole.example",
    "secretariat.namur@ecole.example",
    "secretariat.bruxelles@ecole.example",
    "referent.va@ecole.example",
    "referent.va2@ecole.example",
    "referent.numerique@ecole.example",
    "referent.ar@ecole.example",
    "coordination@ecole.example",
    "direction@ecole.example",
)
_CONFIDENTIAL_WRITERS = ("referent.ar@ecole.example", "direction@ecole.example")

_SECRETARIAT_ALIAS = {"sendAsEmail": "secretariat@ecole.example", "displayName": "Secrétariat"}

_QUESTION_OF_FIELD = {
    "last_name": "1a000001",
    "first_name": "1a000002",
    "email": "1a000003",
    "phone": "1a000004",
    "birth_date": "1a000005",
    "site": "1a000006",
    "section": "1a000007",
    "titles": "1a000008",
    "va_details": "1a00000a",
    "ar_details": "1a00000c",
    "digital_ease": "1a00000e",
    "heard_from": "1a000016",
    "question": "1a000017",
    "call_at": "1a000019",
    "rating": "1a00001a",
}
_QUESTION_OF_NEED = {
    "va": "1a000009",
    "ar": "1a00000b",
    "digital": "1a00000d",
    "planning": "1a00000f",
}
_QUESTION_OF_DAY = {day: f"1a0000{n:02x}" for n, day in enumerate(WEEKDAYS, start=0x11)}
_CONSENT_QUESTION = "1a000018"


def demo_school(now: datetime) -> Json:
    """The import document of the demo school, its registrations made in the three weeks to `now`.

    Keys: `people`, `files`, `spreadsheets`, `forms`, `classroom`, `mailboxes`, `bouncing`, as each
    room's importer documents them. The registers are empty: the worker makes their tabs.
    """
    people = _PEOPLE | demo_teachers() | unit_teachers()
    return {
        "people": [{"email": email, "name": name} for email, name in people.items()],
        "files": [_title_copies_folder()],
        "spreadsheets": [
            _spreadsheet(TRACKING_SHEET, "Suivi des étudiants", _TRACKING_WRITERS),
            _spreadsheet(
                CONFIDENTIAL_SHEET,
                "Aménagements raisonnables – confidentiel",
                _CONFIDENTIAL_WRITERS,
            ),
            *(_spreadsheet(*register) for register in registers()),
        ],
        "forms": [registration_form(WORKER, "secretariat@ecole.example", _responses(now))],
        "classroom": [*demo_classes(now, _registered_names()), *unit_classes(now, WORKER)],
        "mailboxes": [{"address": WORKER, "sendAs": [_SECRETARIAT_ALIAS]}],
        "bouncing": bouncing(),
    }


def _registered_names() -> dict[str, tuple[str, str]]:
    """First and last names by address; of two at one address, the first to register."""
    latest_first = reversed(_registrations())
    return {entry["email"]: (entry["first_name"], entry["last_name"]) for entry in latest_first}


def _title_copies_folder() -> Json:
    return {
        "id": TITLE_COPIES_FOLDER,
        "name": "Copies de titres (réponses au formulaire)",
        "mimeType": "application/vnd.google-apps.folder",
        "owner": WORKER,
    }


def _spreadsheet(spreadsheet_id: str, title: str, writers: tuple[str, ...]) -> Json:
    sheet = {"sheetId": 0, "title": "Feuille 1", "rowCount": 1000, "columnCount": 26, "values": []}
    return {
        "id": spreadsheet_id,
        "title": title,
        "owner": WORKER,
        "locale": "fr_BE",
        "timeZone": "Europe/Brussels",
        "sheets": [sheet],
        "permissions": [
            {"role": "writer", "type": "user", "emailAddress": writer} for writer in writers
        ],
    }


def _responses(now: datetime) -> list[Json]:
    registrations = _registrations()
    made = [_response(n, entry, now) for n, entry in enumerate(registrations, start=1)]
    return sorted(made, key=lambda response: str(response["createTime"]))


def _registrations() -> list[Json]:
    text = (
        resources.files("itn_sync.sandbox").joinpath("seed_registrations.toml").read_text("utf-8")
    )
    entries: list[Json] = tomllib.loads(text)["registration"]
    return entries


def _response(number: int, entry: Json, now: datetime) -> Json:
    created = _instant(now, entry["days_ago"], entry["at"])
    edited_days_ago = entry.get("edited_days_ago", 0) or entry["days_ago"]
    edited = _instant(now, edited_days_ago, entry["at"])
    return {
        "responseId": _response_id(number),
        "createTime": rfc3339(created),
        "lastSubmittedTime": rfc3339(edited),
        "respondentEmail": "",
        "answers": _answers(entry),
    }


def _instant(now: datetime, days_ago: int, at: time) -> datetime:
    day = now.astimezone(_BRUSSELS).date() - timedelta(days=days_ago)
    return datetime.combine(day, at, _BRUSSELS)


def _response_id(number: int) -> str:
    digest = hashlib.sha256(f"demo registration {number}".encode()).digest()
    return "ACYDBN" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _answers(entry: Json) -> dict[str, list[str]]:
    fields = {
        question: _as_values(entry[name])
        for name, question in _QUESTION_OF_FIELD.items()
        if entry.get(name)
    }
    needs = {
        question: ["Oui" if need in entry.get("needs", ()) else "Non"]
        for need, question in _QUESTION_OF_NEED.items()
    }
    days = {_QUESTION_OF_DAY[day]: moments for day, moments in entry.get("free", {}).items()}
    return fields | needs | days | {_CONSENT_QUESTION: [CONSENT]}


def _as_values(value: str | int | time | list[str]) -> list[str]:
    if isinstance(value, list):
        return value
    return [value.strftime("%H:%M") if isinstance(value, time) else str(value)]
