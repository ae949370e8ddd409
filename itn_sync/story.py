"""What a run does, in the words of the school: one French line per row and mail, and why.

Only columns of the shared spreadsheet are read, never one that may be confidential.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from itn_sync.domain.actions import KeepRegister, SendMail, WriteDocument
from itn_sync.domain.plan import Plan, RowChange
from itn_sync.domain.reception import FORM as DESK
from itn_sync.domain.report_tabs import ANOMALIES, MAILS
from itn_sync.domain.school import KIND_LABEL, Kind
from itn_sync.domain.sendlog import MESSAGE_LABEL
from itn_sync.domain.serials import serial_date
from itn_sync.domain.tracking import (
    ACCOMMODATIONS,
    CASES,
    COUNCILS,
    RECEPTION,
    REGISTRATIONS,
    TAB_BY_KEY,
)
from itn_sync.domain.tracking_attendance import ABSENCES, STUDENTS, WARNINGS
from itn_sync.report import Report

LISTS: Mapping[str, str] = {
    MAILS.key: "Chacun peut y voir quel message est parti, à qui et pourquoi.",
    STUDENTS.key: "Les inscriptions, Classroom et les registres y sont comparés.",
    ABSENCES.key: "Les périodes et les taux sont relus dans les registres.",
}
"""Tabs with a row for everybody, whose rows are told together, and what there is to see."""

_FEW = 3
"""So many rows of such a tab are still told by their reasons."""


@dataclass(frozen=True)
class Line:
    """One thing that a run does: planned first, then `done`; `key` tells it from the others."""

    key: str
    text: str
    why: str
    done: bool = False
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Ending:
    """How a run ended; `mend` says what to do where it did not end well."""

    text: str
    mend: str = ""

    @property
    def is_good(self) -> bool:
        """True when there is nothing left to do."""
        return not self.mend


def planned_lines(plan: Plan) -> Iterator[Line]:
    """Everything the plan holds, in the order in which it will be done."""
    yield from row_lines(plan.rows)
    for kept in plan.registers:
        yield register_line(kept)
    for mail in plan.mails:
        yield mail_line(mail)
    for document in plan.documents:
        yield document_line(document)


def row_lines(changes: Iterable[RowChange]) -> Iterator[Line]:
    """One line per row; the rows of a tab that lists everybody are one line together."""
    together: dict[str, list[str]] = {}
    for change in changes:
        if change.tab in LISTS:
            together.setdefault(change.tab, []).append(change.why)
        else:
            text, why = _WORDS[change.tab](change)
            yield Line(f"{change.tab}/{change.id}", text, why)
    for tab, reasons in together.items():
        told = tab != MAILS.key and len(reasons) <= _FEW
        why = " ; ".join(reasons) if told else LISTS[tab]
        yield Line(tab, f"Onglet «{TAB_BY_KEY[tab].title}» tenu à jour", why)


def mail_line(mail: SendMail) -> Line:
    """A mail by its kind and the person who gets it."""
    label = MESSAGE_LABEL.get(mail.template, mail.template)
    text = f"Message à {mail.recipient_name or mail.recipient} : {label.lower()}"
    return Line(f"mail/{mail.key}", text, mail.why)


def document_line(document: WriteDocument) -> Line:
    """A letter or a certificate by its title, which names whom it is for."""
    return Line(f"document/{document.key}", f"Document : {document.title}", document.why)


def register_line(kept: KeepRegister) -> Line:
    """What is added to a register of attendance."""
    return Line(f"register/{kept.unit}", "Registre des présences tenu à jour", kept.why)


def ending(report: Report) -> Ending:
    """What the run did, counted."""
    counts = (
        _count(report.rows_created, "ligne ajoutée", "lignes ajoutées"),
        _count(report.rows_changed, "ligne mise à jour", "lignes mises à jour"),
        _count(report.mails_sent, "message envoyé", "messages envoyés"),
        _count(report.drafts_left, "brouillon à envoyer", "brouillons à envoyer"),
        _count(report.documents_made, "document fait", "documents faits"),
        _count(report.registers_kept, "registre tenu à jour", "registres tenus à jour"),
    )
    done = ", ".join(filter(None, counts))
    if report.is_complete:
        text = f"C’est fait : {done}." if done else "Rien à faire : tout est à jour."
        return Ending(text + _later(len(report.later)))
    left = len(report.failures) + len(report.waiting) + len(report.held)
    return Ending(
        f"Fait en partie ({done or 'rien encore'}) ; {_count(left, 'point', 'points')} en suspens.",
        "Relancez la synchronisation : elle reprend où elle s’est arrêtée. Si un point reste en "
        "suspens, l’onglet «Anomalies» ou le terminal de la démo dit ce qu’il faut corriger.",
    )


def _later(number: int) -> str:
    waiting = _count(number, "message attend", "messages attendent")
    return f" {waiting} les heures de bureau (voir l’onglet «{MAILS.title}»)." if number else ""


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {several if number > 1 else one}" if number else ""


def _registration(change: RowChange) -> tuple[str, str]:
    if not change.creates:
        return "Inscription mise à jour", _news(change)
    name = f"{_cell(change, 'first_name')} {_cell(change, 'last_name')}".strip()
    source = "L’accueil a noté" if change.id.startswith(f"{DESK}/") else "Le formulaire dit"
    asked = change.why.partition(" : ")[2]
    return f"Nouvelle inscription{_of(name)}{_place(change)}", f"{source} : {asked}"


def _case(change: RowChange) -> tuple[str, str]:
    if not change.creates:
        return f"Dossier {change.id} mis à jour", _news(change)
    owner = _cell(change, "owner")
    given = f"attribué à {owner}" if owner else "sans référent pour le moment"
    kind = _cell(change, "kind")
    what = "Suivi" if kind == KIND_LABEL[Kind.ATTENDANCE] else "Demande"
    text = f"{what}{_of(_cell(change, 'student'))} : {kind}"
    why = f"Rôle concerné : {_cell(change, 'owner_why')}{_place(change)}"
    return f"{text} → dossier {change.id} {given}", f"{why}{_limit(change)}"


def _warning(change: RowChange) -> tuple[str, str]:
    state, reason = _cell(change, "state").lower(), _cell(change, "reason") or change.why
    if not change.creates:
        return f"Avertissement {change.id} : {state or 'mis à jour'}", change.why
    text = f"{_cell(change, 'step')}{_of(_cell(change, 'student'))}, {_cell(change, 'unit')}"
    return f"{text} → {state}", reason


def _council(change: RowChange) -> tuple[str, str]:
    done = "transmis au" if change.creates else "mis à jour pour le"
    return f"Dossier {change.id} {done} conseil des études", change.why


def _accommodation(change: RowChange) -> tuple[str, str]:
    done = "ajoutée à" if change.creates else "mise à jour dans"
    text = f"Dossier {change.id} : ligne {done} la feuille confidentielle"
    return text, "Ce que l’étudiant demande ne se lit que là."


def _contact(change: RowChange) -> tuple[str, str]:
    return f"Accueil : {change.why}", "Le secrétariat l’a noté dans cet onglet."


def _anomaly(change: RowChange) -> tuple[str, str]:
    if not change.creates:
        return f"Anomalie revue : {change.why}", "La situation a changé depuis le dernier passage."
    return f"À corriger : {_cell(change, 'what')}", f"Que faire : {_cell(change, 'mend')}"


_WORDS: dict[str, Callable[[RowChange], tuple[str, str]]] = {
    REGISTRATIONS.key: _registration,
    CASES.key: _case,
    WARNINGS.key: _warning,
    COUNCILS.key: _council,
    RECEPTION.key: _contact,
    ACCOMMODATIONS.key: _accommodation,
    ANOMALIES.key: _anomaly,
}


def _news(change: RowChange) -> str:
    """The action's own reason, and what an edit changed where the row says so."""
    return " ; ".join([change.why, *_cell(change, "changes").splitlines()])


def _place(change: RowChange) -> str:
    named = ", ".join(filter(None, (_cell(change, "section"), _cell(change, "site"))))
    return f" ({named})" if named else ""


def _of(name: str) -> str:
    """` d’Élodie`, ` de Noé`; nothing for nobody."""
    vowel = unicodedata.normalize("NFD", name)[:1].upper() in set("AEIOU")
    return f" d’{name}" if vowel else f" de {name}" if name else ""


def _cell(change: RowChange, column: str) -> str:
    """The text that is to be written there; "" for anything but text, a confidential one too."""
    value = change.cells.get(column)
    return value if isinstance(value, str) else ""


def _limit(change: RowChange) -> str:
    due = change.cells.get("due")
    if not isinstance(due, float):
        return ""
    return f" ; premier contact avant le {serial_date(due):%d/%m/%Y}"
