"""What a mail may say of a case whose row is all that a run knows of it."""

from __future__ import annotations

from typing import Any

from itn_sync.domain.codes import kind_of
from itn_sync.domain.ground import Ground
from itn_sync.domain.ownership import Place
from itn_sync.domain.school import KIND_LABEL, ROLE_LABEL, Kind, Person, Role, School
from itn_sync.domain.seen import Row
from itn_sync.domain.serials import serial_date
from itn_sync.domain.tracking import ACCOMMODATIONS


def place_of(row: Row, school: School) -> Place:
    """Where the request of a row of `Dossiers` was made."""
    site, section = school.site(row.text("site")), school.section(row.text("section"))
    return site.key if site else "", section.key if section else ""


def case_context(row: Row, ground: Ground) -> dict[str, Any]:
    """The `case` of templates/_commun/dossier, its confidential row, and the signature."""
    kind = kind_of(row.id)
    due = serial_date(row.number_in("due"))
    case = {key: row.text(key) for key in ("student", "email", "phone", "site", "section")}
    return {
        "case": case
        | {
            "number": row.id,
            "kind": kind.value,
            "kind_label": KIND_LABEL[kind],
            "details": "" if kind is Kind.AR else row.text("details"),
            "opened": serial_date(row.number_in("opened")),
            "due": due,
            "overdue": due < ground.today,
        },
        "confidential_row": (ACCOMMODATIONS.key, row.id) if kind is Kind.AR else None,
    } | signature(ground.school, place_of(row, ground.school))


def signature(school: School, place: Place) -> dict[str, Any]:
    """Whom every mail names for questions about support: the personne de référence (S4)."""
    contact = next(iter(school.holders(Role.COORDINATOR, *place)), None)
    contact = contact or Person("", ROLE_LABEL[Role.COORDINATOR], "")
    return {
        "school_name": school.name,
        "contact_name": contact.name,
        "contact_email": contact.email,
    }
