"""One step that a student's absences reached: what becomes of it now (S126, S64).

The rule of harm: nothing goes out that is not true at the instant of sending, that a person wants
to wait, or that has gone out before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from itn_sync.domain.seen import DeedState
from itn_sync.domain.states_attendance import (
    DRAFT,
    FAILED,
    HELD,
    IGNORE,
    IGNORED,
    LETTER,
    OUTRUN,
    POSTPONED,
    REGULARISED,
    SEND,
    SENT,
    SETTLING,
    TAKEN_BACK,
    TO_DECIDE,
    TO_SEND,
    WAIT,
)


class Mode(StrEnum):
    """Who sends a section's warnings: a person's decision, a person's hand, or the worker."""

    REVIEW = "review"
    DRAFT = "draft"
    AUTO = "auto"


class Action(StrEnum):
    """What is to be done about a step."""

    NOTHING = "nothing"
    MAIL = "mail"
    DRAFT = "draft"
    LETTER = "letter"
    TAKE_BACK = "take back"


@dataclass(frozen=True)
class Facts:
    """All that the decision stands on."""

    reached: bool
    now: datetime
    to_student: bool = True
    """False for what staff are told: nobody decides on it, and no letter takes its place."""
    outrun: bool = False
    """A higher step of the same kind was reached, or the warning that a notice announces."""
    gone: str = ""
    """Why these absences are nobody's matter any more; "" for who still follows the UE."""
    mode: Mode = Mode.REVIEW
    decision: str = ""
    """What people chose, folded to one of DECISIONS; "" for nothing or nonsense."""
    motive: str = ""
    has_address: bool = True
    bounced: bool = False
    reached_on: datetime | None = None
    """When a run first saw it so; None in that run itself."""
    settling: timedelta = timedelta()
    mail: DeedState | None = None
    letter: DeedState | None = None


@dataclass(frozen=True)
class Fate:
    """The state to show, what to do, and why in words."""

    state: str
    action: Action
    why: str = ""


_GONE = frozenset({DeedState.DONE, DeedState.SENDING, DeedState.HELD})


def fate_of(facts: Facts) -> Fate:
    """What becomes of a step; the cases read in order of strength."""
    if facts.letter is DeedState.DONE:
        return _told(facts, LETTER)
    if facts.mail in _GONE:
        return _after_mail(facts)
    if stopped := _stopped(facts):
        return stopped
    if facts.mail in {DeedState.FAILED, DeedState.WITHDRAWN}:
        return _given_up(facts)
    return _to_be_told(facts)


def _told(facts: Facts, state: str) -> Fate:
    if facts.reached or facts.gone:
        return Fate(state, Action.NOTHING, facts.gone)
    return Fate(REGULARISED, Action.NOTHING, "justificatif ou correction après l'envoi")


def _after_mail(facts: Facts) -> Fate:
    """It went out, or may have gone: never again by mail; a refused address gets a letter."""
    if facts.mail is DeedState.HELD:
        return Fate(HELD, Action.NOTHING, "envoi incertain : voir l'onglet Anomalies")
    if facts.mail is DeedState.SENDING and _stopped(facts):
        return Fate(
            SETTLING, Action.TAKE_BACK, "un envoi interrompu est retiré s'il n'est pas parti"
        )
    if facts.mail is DeedState.SENDING:
        return Fate(TO_SEND, Action.MAIL)
    if facts.bounced and not _stopped(facts):
        return Fate(TO_SEND, Action.LETTER, "l'adresse a refusé le message : un courrier est fait")
    return _told(facts, SENT)


def _stopped(facts: Facts) -> Fate | None:
    """Why nothing may go out now, if so: it is not true, or a person does not want it."""
    if facts.gone:
        return Fate(TAKEN_BACK, Action.TAKE_BACK, facts.gone)
    if not facts.reached:
        return Fate(TAKEN_BACK, Action.TAKE_BACK, "l'étape n'est plus atteinte")
    if facts.outrun:
        return Fate(OUTRUN, Action.TAKE_BACK, "une étape plus haute est atteinte ou déjà dite")
    if facts.decision == IGNORE and facts.motive:
        return Fate(IGNORED, Action.TAKE_BACK, f"ignoré ({facts.motive})")
    if facts.decision in {WAIT, IGNORE}:
        why = "un motif est nécessaire pour ignorer" if facts.decision == IGNORE else ""
        return Fate(POSTPONED, Action.TAKE_BACK, why or "une personne a demandé d'attendre")
    return None


def _given_up(facts: Facts) -> Fate:
    """Gmail refused it, or a person deleted the draft: people are asked again."""
    if facts.mail is DeedState.FAILED and not facts.to_student:
        return Fate(FAILED, Action.NOTHING, "l'adresse est refusée")
    if facts.mail is DeedState.FAILED:
        return Fate(TO_SEND, Action.LETTER, "l'adresse est refusée : un courrier est fait")
    return Fate(IGNORED, Action.NOTHING, "le brouillon a été supprimé par une personne")


def _to_be_told(facts: Facts) -> Fate:
    if facts.decision == SEND:
        return _send(facts, Action.MAIL)
    if facts.mode is Mode.REVIEW:
        return Fate(TO_DECIDE, Action.TAKE_BACK, "choisir une décision")
    if facts.reached_on is None or facts.now < facts.reached_on + facts.settling:
        return Fate(SETTLING, Action.TAKE_BACK, "le registre est relu avant tout envoi")
    return _send(facts, Action.DRAFT if facts.mode is Mode.DRAFT else Action.MAIL)


def _send(facts: Facts, action: Action) -> Fate:
    if facts.letter is DeedState.BEGUN:
        return Fate(TO_SEND, Action.LETTER, "un courrier est commencé")
    if not facts.has_address:
        return Fate(TO_SEND, Action.LETTER, "pas d'adresse e-mail : un courrier est fait")
    if action is Action.DRAFT:
        return Fate(DRAFT, action, "un brouillon attend le secrétariat dans Gmail")
    return Fate(TO_SEND, action)
