"""The invented absences that previews and checks are filled in with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from itn_sync.domain.attestation import Attended, attestation_context
from itn_sync.domain.units import Counts, Session

Context = Mapping[str, Any]

_LINKS = {
    "reference": "MSG-7K3Q2M9X",
    "row_link": "https://docs.google.com/spreadsheets/d/1Exemple/edit#gid=71008&range=A12",
    "confidential_link": "",
}
_FIRST = date(2026, 9, 7)
_MISSED = [
    {"day": _FIRST, "course": "Mathématiques", "periods": "4", "mark": "absence"},
    {"day": date(2026, 9, 21), "course": "Mathématiques", "periods": "4", "mark": "absence"},
    {"day": date(2026, 10, 1), "course": "Mathématiques", "periods": "2", "mark": "retard"},
]
_ABSENCES: dict[str, Any] = _LINKS | {
    "kind": "warning",
    "recipient_name": "Élodie Exemple",
    "student": "Élodie Exemple",
    "student_first_name": "Élodie",
    "student_email": "elodie@etudiant.example",
    "unit": "Mathématiques 1",
    "section": "CESS",
    "site": "Namur",
    "level": "secondaire",
    "percent": "12,5 %",
    "step_percent": "10 %",
    "in_a_row": 0,
    "unexcused": "10",
    "base": "80",
    "missed": _MISSED,
    "remaining": "6",
    "next_step": "20 %",
    "why": "10 périodes injustifiées sur 80, soit 12,5 %, en Mathématiques 1 (secondaire)",
    "paid_leave": True,
    "coordinator_name": "Coralie Exemple",
    "coordinator_email": "reference@ecole.example",
}
_NOTICE = {
    "kind": "notice",
    "recipient_name": "Secrétariat CESS",
    "percent": "8,7 %",
    "step_percent": "8 %",
    "unexcused": "7",
    "missed": [_MISSED[0], {**_MISSED[2], "periods": "3"}],
    "remaining": "1",
    "next_step": "10 %",
    "why": "7 périodes injustifiées sur 80, soit 8,7 %, en Mathématiques 1 (secondaire)",
    "paid_leave": False,
}
_LIMIT = {
    "kind": "limit",
    "recipient_name": "Direction",
    "percent": "20 %",
    "step_percent": "20 %",
    "unexcused": "16",
    "missed": [{**_MISSED[0], "day": _FIRST + timedelta(days=7 * n)} for n in range(4)],
    "remaining": "",
    "next_step": "",
    "why": "16 périodes injustifiées sur 80, soit 20 %, en Mathématiques 1 (secondaire)",
}
_LAST_STEP = {
    "remaining": "",
    "next_step": "",
    "paid_leave": False,
    "in_a_row": 3,
    "student_first_name": "",
    "student_email": "",
}
_TO_RECORD = [
    {
        "unit": "Mathématiques 1",
        "day": date(2026, 11, 23),
        "course": "Mathématiques",
        "periods": "4",
        "link": "https://docs.google.com/spreadsheets/d/1Presences/edit#gid=71",
    },
    {
        "unit": "Français 2",
        "day": date(2026, 11, 24),
        "course": "Français",
        "periods": "1,5",
        "link": "",
    },
]
_NOTED = (Counts.PRESENT, Counts.UNEXCUSED, Counts.CERTIFIED, Counts.LATE, Counts.OUT, None)


def mails_about_absences() -> dict[str, list[Context]]:
    """To the student, the team, the direction and the teachers."""
    reminder = _LINKS | {"row_link": "", "recipient_name": "Hélène Exemple"}
    return {
        "absence_warning": [_ABSENCES, _ABSENCES | _LAST_STEP],
        "absence_notice": [_ABSENCES | _NOTICE, _ABSENCES | _NOTICE | _LAST_STEP],
        "absence_alert": [_ABSENCES | _LIMIT],
        "register_reminder": [
            reminder | {"sessions": _TO_RECORD, "count": 2},
            reminder | {"sessions": _TO_RECORD[:1], "count": 1},
            reminder | {"sessions": _TO_RECORD, "count": 40},
        ],
    }


def documents_about_absences() -> dict[str, list[Context]]:
    """What is printed: usual, then with the most and the least that there may be to say."""
    made = {"reference": "MSG-7K3Q2M9X", "made_on": date(2026, 12, 1)}
    letter = {**_ABSENCES, **made}
    many = [
        {**_MISSED[n % 3], "day": _FIRST + timedelta(days=3 * n), "periods": "1,5"}
        for n in range(36)
    ]
    lines = [
        Attended(
            Session(_FIRST + timedelta(days=7 * n), "Mathématiques", 4),
            "Mathématiques 1",
            _NOTED[n % len(_NOTED)],
            1,
        )
        for n in range(12)
    ]
    period = _FIRST, date(2026, 11, 30)
    return {
        "absence_letter": [letter, letter | {"missed": many}, letter | _LAST_STEP],
        "attestation": [
            attestation_context("Élodie Exemple", lines, *period) | made,
            attestation_context("Élodie Exemple", [], *period) | made,
        ],
    }
