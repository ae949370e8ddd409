"""Answers to the registration form, as students give them: all invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from itn_sync.sandbox.seed_form import CONSENT
from itn_sync.sandbox.world import rfc3339

QUESTIONS = {
    "last_name": "1a000001",
    "first_name": "1a000002",
    "email": "1a000003",
    "phone": "1a000004",
    "birth_date": "1a000005",
    "site": "1a000006",
    "section": "1a000007",
    "va": "1a000009",
    "va_details": "1a00000a",
    "ar": "1a00000b",
    "ar_details": "1a00000c",
    "digital": "1a00000d",
    "planning": "1a00000f",
    "question": "1a000017",
    "consent": "1a000018",
    "call_at": "1a000019",
    "rating": "1a00001a",
}
NOBODY_SPECIAL = {
    "last_name": "Durieux",
    "first_name": "Alix",
    "email": "alix.durieux@etudiant.example",
    "phone": "+32470123456",
    "birth_date": "1998-03-14",
    "site": "Namur",
    "section": "CAP",
    "va": "Non",
    "ar": "Non",
    "digital": "Non",
    "planning": "Non",
    "consent": CONSENT,
}

Line = dict[str, Any]


def response(response_id: str, sent: datetime, **said: str) -> Line:
    """A response for `Rehearsal.submit`, sent at `sent`; a field said as "" is left out."""
    values = {k: v for k, v in (NOBODY_SPECIAL | said).items() if v}
    return {
        "responseId": response_id,
        "createTime": rfc3339(sent),
        "lastSubmittedTime": rfc3339(sent),
        "answers": {QUESTIONS[name]: [value] for name, value in values.items()},
    }


def crowd(count: int, sent: datetime) -> list[Line]:
    """`count` registrations of different people, seven requests to every three of them."""
    return [_one_of_a_crowd(number, sent) for number in range(count)]


def _one_of_a_crowd(number: int, sent: datetime) -> Line:
    yes = {True: "Oui", False: "Non"}
    return response(
        f"crowd-{number:04d}",
        sent - timedelta(seconds=7 * number),
        last_name=f"Étudiant{_spelt(number)}",
        first_name=f"Prénom{_spelt(number // 7)}",
        email=f"etudiant{number}@etudiant.example",
        birth_date=f"{1970 + number % 30}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        site=("Namur", "Bruxelles")[number % 2],
        va=yes[number % 2 == 0],
        va_details="Communication" if number % 2 == 0 else "",
        ar=yes[number % 3 == 0],
        ar_details=f"Aménagement secret {number}" if number % 3 == 0 else "",
        digital=yes[number % 4 == 0],
        planning=yes[number % 3 == 1],
        question="Quand commencent les cours ?" if number % 5 == 0 else "",
    )


def _spelt(number: int) -> str:
    """A number in letters, so that names differ as names do."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")
