"""What every message says in a preview and in a check: an invented student, everything filled in.

One place for both; tests/test_samples.py holds it against what the rules really pass on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from itn_sync.samples_absences import documents_about_absences, mails_about_absences

Context = Mapping[str, Any]
Samples = dict[str, list[Context]]

_LINKS = {
    "reference": "MSG-7K3Q2M9X",
    "row_link": "https://docs.google.com/spreadsheets/d/1Exemple/edit#gid=71002&range=A12",
    "confidential_link": "",
}
_CONFIDENTIAL = "https://docs.google.com/spreadsheets/d/1Confidentiel/edit#gid=71101&range=A3"
_CASE = {
    "number": "VA-7K3Q2M9X",
    "kind": "va",
    "kind_label": "Valorisation des acquis (VA)",
    "student": "Élodie Exemple",
    "email": "elodie@etudiant.example",
    "phone": "+32470000000",
    "site": "Namur",
    "section": "CESS",
    "details": "UE Mathématiques 1\nUE Français",
    "opened": date(2026, 11, 23),
    "due": date(2026, 12, 1),
    "overdue": False,
}
_AR = {"number": "AR-7K3Q2M9X", "kind": "ar", "kind_label": "Aménagement raisonnable (AR)"}
_REQUEST = {
    "number": "VA-7K3Q2M9X",
    "kind_label": "Valorisation des acquis (VA)",
    "owner_name": "Référente VA",
    "owner_email": "referent.va@ecole.example",
    "due": date(2026, 12, 1),
    "overdue": False,
    "details": "UE Mathématiques 1",
}
_LINE = {
    "number": "VA-7K3Q2M9X",
    "student": "Élodie Exemple",
    "kind_label": "Valorisation des acquis (VA)",
    "owner_name": "Référente VA",
    "next_step": "Prendre un premier contact",
}


def samples(school_name: str, contact_name: str, contact_email: str) -> Samples:
    """Contexts by message: the usual one first, then those that say what the usual one does not.

    The school's name and its contact for support are those of every signature.
    """
    signature = {
        "school_name": school_name,
        "contact_name": contact_name,
        "contact_email": contact_email,
    }
    return {
        name: [{**context, **signature} for context in variants]
        for name, variants in (
            _to_owners()
            | _of_follow_up()
            | _to_students()
            | _to_the_admin()
            | mails_about_absences()
        ).items()
    }


def document_samples(school_name: str, contact_name: str, contact_email: str) -> Samples:
    """The same for what is printed: contexts of `document.html`."""
    signature = {
        "school_name": school_name,
        "contact_name": contact_name,
        "contact_email": contact_email,
    }
    documents = documents_about_absences()
    return {name: [{**one, **signature} for one in found] for name, found in documents.items()}


def _to_owners() -> dict[str, list[Context]]:
    usual = _LINKS | {
        "case": _CASE,
        "confidential_row": None,
        "owner_name": "Référente VA",
        "owner_why": "Référent VA",
        "changes": ["Section : CAP → CESS"],
    }
    overdue = usual | {"case": _CASE | {"overdue": True}, "changes": []}
    secret = usual | {
        "case": _CASE | _AR | {"details": "", "phone": "", "site": "", "section": ""},
        "confidential_row": ("accommodations", "AR-7K3Q2M9X"),
        "confidential_link": _CONFIDENTIAL,
    }
    moved = {"new_owner_name": "Second référent VA"}
    return {
        "case_opened": [usual, overdue, secret],
        "case_changed": [usual, overdue, secret],
        "case_withdrawn": [usual, secret],
        "case_handed_over": [usual | moved, secret | {"new_owner_name": ""}],
    }


def _of_follow_up() -> dict[str, list[Context]]:
    late = _LINKS | {
        "case": _CASE,
        "confidential_row": None,
        "recipient_name": "Référente VA",
        "owner_name": "Référente VA",
        "due": date(2026, 12, 1),
        "late": 1,
    }
    later = late | {"late": 4, "owner_name": "", "confidential_link": _CONFIDENTIAL}
    digest = _LINKS | {
        "recipient_name": "Personne de référence",
        "late": [_LINE],
        "open": [_LINE | {"number": "VA-2M9X7K3Q", "student": "Basile Exemple"}],
        "closed": [_LINE | {"number": "VA-9X7K3Q2M", "student": "Chloé Exemple", "next_step": ""}],
    }
    return {
        "case_late": [late, later],
        "case_escalated": [late | {"recipient_name": "Personne de référence"}, later],
        "digest": [digest, digest | {"late": [], "closed": []}],
    }


def _to_students() -> dict[str, list[Context]]:
    understood = _LINKS | {
        "first_name": "Élodie",
        "site": "Namur",
        "section": "CESS",
        "section_info": "Les cours se donnent en soirée.",
        "requests": [_REQUEST],
        "question": "Puis-je commencer en janvier ?",
        "changed": False,
    }
    nothing = {"first_name": "", "site": "", "section": "", "section_info": "", "question": ""}
    about_case = _LINKS | {"case": _CASE, "confidential_row": None}
    closed = about_case | {"outcome": "Dispense accordée pour l'UE Français.", "unanswered": False}
    return {
        "acknowledgement": [
            understood,
            understood | {"changed": True, "requests": [_REQUEST | {"overdue": True}]},
            understood | nothing | {"requests": []},
        ],
        "case_evidence": [about_case | {"pieces": ("Curriculum vitae", "Copie des titres")}],
        "case_closed": [closed, closed | {"outcome": "", "unanswered": True}],
    }


def _to_the_admin() -> dict[str, list[Context]]:
    refused = {
        "cause": "credentials",
        "detail": "the service account may not act as itn-sync@ecole.example",
        "failures": 3,
        "since": "23/11/2026 à 07:00",
        "last_success": "22/11/2026 à 19:00",
        "home": "/srv/itn-sync",
        "reference": "MSG-7K3Q2M9X",
    }
    others = ("settings", "unsafe", "google", "held", "incomplete", "crash")
    at_first = {"failures": 1, "last_success": ""}
    return {"alert": [refused, *(refused | at_first | {"cause": cause} for cause in others)]}
