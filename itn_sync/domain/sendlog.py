"""`Envois`: one row per recipient of each mail, with its state, why, and why not (F32, S64)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from itn_sync.domain.actions import NotSent, SendMail, WriteDocument, WriteRow
from itn_sync.domain.codes import reference
from itn_sync.domain.report_tabs import MAILS
from itn_sync.domain.seen import SETTLED, Cell, Deed, DeedState, Problem, Seen
from itn_sync.domain.serials import instant_serial
from itn_sync.domain.states import (
    BY_HAND,
    HELD,
    MADE,
    NOT_SENT,
    REPLACED,
    SENT,
    TO_SEND,
    WAITING,
)
from itn_sync.domain.told import (
    fact_and_version,
    is_document,
    is_to_admin,
    is_to_student,
    subject_of,
)
from itn_sync.domain.tracking import CASES

SCOPE = "mail"
"""The ledger is read whole in every run, so what it no longer says is mended."""

MESSAGE_LABEL = {
    "case_opened": "Nouvelle demande",
    "case_changed": "Demande modifiée",
    "case_withdrawn": "Demande retirée",
    "case_handed_over": "Dossier transféré",
    "case_late": "Rappel : premier contact",
    "case_escalated": "Demande en retard",
    "case_evidence": "Pièces manquantes",
    "case_closed": "Demande close",
    "digest": "Résumé de la semaine",
    "acknowledgement": "Accusé de réception",
    "absence_warning": "Avertissement (absences)",
    "absence_notice": "Absences : préavis à l'équipe",
    "absence_alert": "Absences : limite légale",
    "register_reminder": "Rappel : présences à encoder",
    "absence_letter": "Courrier",
    "attestation": "Attestation de fréquentation",
}

_STATE_SHOWN = {
    DeedState.BEGUN: WAITING,
    DeedState.DRAFTED: WAITING,
    DeedState.LEFT: TO_SEND,
    DeedState.SENDING: WAITING,
    DeedState.DONE: SENT,
    DeedState.HELD: HELD,
    DeedState.FAILED: NOT_SENT,
    DeedState.WITHDRAWN: BY_HAND,
    DeedState.SUPERSEDED: REPLACED,
}

_STATE_MEANT = {
    SENT: DeedState.DONE,
    MADE: DeedState.DONE,
    BY_HAND: DeedState.WITHDRAWN,
    REPLACED: DeedState.SUPERSEDED,
    NOT_SENT: None,
}

_NEVER_BEGUN: Mapping[str, Cell] = {
    "state": REPLACED,
    "at": None,
    "reason": "",
}


_POINTLESS: Mapping[str, Cell] = {
    "state": NOT_SENT,
    "at": None,
    "reason": "devenu inutile avant de partir",
}


def logged_state(shown: str) -> DeedState | None:
    """The state of a deed that only the log remembers; None for one that may still be tried.

    Whether one that was waiting went out cannot be known, so a person looks.
    """
    return _STATE_MEANT.get(shown, DeedState.HELD)


Logged = SendMail | NotSent | WriteDocument
"""What `Envois` has rows of."""


def mail_rows(actions: Iterable[Logged], seen: Seen) -> Iterator[WriteRow]:
    """A row per mail or document wanted now, and the state of all that is already in the log."""
    wanted = {action.key: action for action in actions}
    log = seen.table(MAILS.key).rows
    for action in wanted.values():
        deed = seen.deeds.get(action.key)
        if deed and deed.state in SETTLED and action.key in log:
            yield WriteRow(MAILS.key, action.key, _outcome(deed), why=f"Envoi {deed.reference}")
        else:
            yield _row(action, deed)
    mails = (action for action in wanted.values() if not isinstance(action, WriteDocument))
    replaced = {key for action in mails for key in action.supersedes}
    for row in seen.table(MAILS.key).rows.values():
        deed = seen.deeds.get(row.id)
        if deed and row.id not in wanted:
            yield WriteRow(MAILS.key, row.id, _outcome(deed), why=f"Envoi {deed.reference}")
        elif row.id in replaced and row.text("state") == WAITING:
            yield WriteRow(MAILS.key, row.id, _NEVER_BEGUN, why=f"Envoi {reference(row.id)}")


def pointless_mails(
    actions: Iterable[SendMail | NotSent], seen: Seen, registrations: Collection[str]
) -> Iterator[WriteRow]:
    """Mails that waited for office hours and that nothing asks for any more.

    Of these `registrations` everything that is wanted is among the `actions`.
    """
    spoken_of = {key for action in actions for key in (action.key, *action.supersedes)}
    cases = seen.table(CASES.key).rows.values()
    over = {*registrations, *(c.id for c in cases if c.text("registration") in registrations)}
    for row in seen.table(MAILS.key).rows.values():
        begun = row.id in seen.deeds or row.id in spoken_of
        if row.text("state") == WAITING and not begun and subject_of(row.id) in over:
            yield WriteRow(MAILS.key, row.id, _POINTLESS, why=f"Envoi {reference(row.id)}")


def _row(action: Logged, deed: Deed | None) -> WriteRow:
    cells: dict[str, Cell] = {
        "id": action.key,
        "reference": reference(action.key),
        "message": MESSAGE_LABEL[action.template],
        "recipient": action.recipient,
        "why": action.why,
    }
    return WriteRow(MAILS.key, action.key, cells | _state(action, deed), why=action.why)


def _state(action: Logged, deed: Deed | None) -> dict[str, Cell]:
    if isinstance(action, SendMail) and action.waits and not (deed and deed.state in SETTLED):
        return {"state": WAITING, "at": None, "reason": action.waits}
    if deed is not None:
        return _outcome(deed)
    if isinstance(action, NotSent):
        return {"state": NOT_SENT, "at": None, "reason": action.reason}
    return {"state": WAITING, "at": None, "reason": ""}


def _outcome(deed: Deed) -> dict[str, Cell]:
    """The state as people read it; of a document that is made, its address says more."""
    done, document = deed.state is DeedState.DONE, is_document(deed.key)
    return {
        "state": MADE if done and document else _STATE_SHOWN[deed.state],
        "at": instant_serial(deed.at) if done else None,
        "reason": "" if done and not document else deed.reason,
    }


def mail_problems(deeds: Mapping[str, Deed]) -> Iterator[Problem]:
    """Mails that a person must see to: held, or impossible to send. They are named, not quoted."""
    for deed in unsettled_by_people(deeds):
        held = deed.state is DeedState.HELD
        yield Problem(
            key=f"{SCOPE}/{deed.reference}",
            scope=SCOPE,
            where=f"Envois, référence {deed.reference}",
            what=_uncertain(deed) if held else _undelivered(deed),
            mend=_look_for_it(deed) if held else _correct_it(deed),
        )


def unsettled_by_people(deeds: Mapping[str, Deed]) -> tuple[Deed, ...]:
    """Held and failed mails, but for those that a later version of the same news replaced."""
    newest: dict[str, int] = {}
    for fact, version in map(fact_and_version, deeds):
        newest[fact] = max(version, newest.get(fact, 0))
    return tuple(
        deed
        for deed in deeds.values()
        if deed.state in (DeedState.HELD, DeedState.FAILED) and _is_newest(deed, newest)
    )


def held_references(deeds: Mapping[str, Deed]) -> tuple[str, ...]:
    """The mails of which nobody can tell whether they went out, by reference."""
    return tuple(d.reference for d in unsettled_by_people(deeds) if d.state is DeedState.HELD)


def _is_newest(deed: Deed, newest: Mapping[str, int]) -> bool:
    fact, version = fact_and_version(deed.key)
    return newest[fact] == version


def _uncertain(deed: Deed) -> str:
    return f"L'envoi {deed.reference} est incertain : rien ne dit si le message est parti."


def _look_for_it(deed: Deed) -> str:
    return (
        f"Chercher {deed.reference} dans les messages envoyés. S'il y est, l'administrateur lance "
        f"«itn-sync settle {deed.reference} --sent» ; sinon "
        f"«itn-sync settle {deed.reference} --again», et le prochain passage l'envoie."
    )


def _undelivered(deed: Deed) -> str:
    if is_document(deed.key):
        return f"Le document {deed.reference} n'a pas pu être fait : {deed.reason}."
    return f"Le message {deed.reference} n'a pas pu partir : {deed.reason}."


def _correct_it(deed: Deed) -> str:
    if is_document(deed.key):
        return (
            "L'administrateur regarde si le Drive d'itn-sync est accessible et a de la place, "
            f"puis lance «itn-sync settle {deed.reference} --again»."
        )
    if is_to_student(deed.key):
        mend = "Demander une bonne adresse à l'étudiant, qui corrige sa réponse au formulaire."
    elif is_to_admin(deed.key):
        mend = "Corriger l'adresse de [admin] dans config/workspace.toml."
    else:
        mend = "Corriger l'adresse du destinataire dans config/school.toml."
    return (
        f"{mend} Si l'adresse est bonne, l'administrateur lance "
        f"«itn-sync settle {deed.reference} --again»."
    )
