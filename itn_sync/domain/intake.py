"""Everything wanted for the registrations that a run has read: rows, mails, anomalies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from itn_sync.domain.actions import KeepRegister, NotSent, SendMail, WriteDocument, WriteRow
from itn_sync.domain.anomalies import anomaly_rows
from itn_sync.domain.attendance import attended
from itn_sync.domain.case_problems import case_problems
from itn_sync.domain.cases import accommodation_row, case_row
from itn_sync.domain.casework import casework
from itn_sync.domain.duplicates import duplicate_texts
from itn_sync.domain.ground import Ground
from itn_sync.domain.notices import Notice, acknowledgement, case_notices
from itn_sync.domain.reception import FORM as DESK
from itn_sync.domain.reception import LABEL as DESK_LABEL
from itn_sync.domain.reception_tab import contact_problems, contact_rows
from itn_sync.domain.registration import Registration, gaps, read_registration
from itn_sync.domain.requests import cases_of
from itn_sync.domain.revisions import Revision, revise
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Cell, Problem, Row, Seen, Table
from itn_sync.domain.sendlog import mail_rows, pointless_mails
from itn_sync.domain.serials import date_serial, french_moment, instant_serial
from itn_sync.domain.states import ACTIVE, DELETED, NO_CONSENT, WITHDRAWN
from itn_sync.domain.told import acknowledged_key, last_version
from itn_sync.domain.tracking import CASES, REGISTRATIONS

_WATCHED = ("state", "email", "site", "section", "requests", "question")


@dataclass(frozen=True)
class Wanted:
    """What should be true after this run, and what people must mend.

    `concerns` says which response a mail belongs to, so that a response is settled only when all
    its mails are.
    """

    rows: tuple[WriteRow, ...]
    mails: tuple[SendMail, ...]
    not_sent: tuple[NotSent, ...]
    problems: tuple[Problem, ...]
    concerns: Mapping[str, str]
    documents: tuple[WriteDocument, ...] = ()
    registers: tuple[KeepRegister, ...] = ()
    previews: Mapping[str, SendMail] = field(default_factory=dict)
    """Mails of `Avertissements` as they would go, by row id: the row shows them."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Every mail due, whether or not it can go out."""
        return (*self.mails, *self.not_sent)


def decide(ground: Ground, form_labels: Mapping[str, str]) -> Wanted:
    """The whole decision; same ground, same answer."""
    registrations = [read_registration(r, ground.school) for r in ground.seen.responses]
    labels = {DESK: DESK_LABEL, **form_labels}
    rows = list(contact_rows(ground))
    notices: list[Notice] = []
    concerns: dict[str, str] = {}
    for registration in registrations:
        label = labels.get(registration.form, registration.form)
        own_rows, own_notices = _intake(registration, ground, label)
        rows += own_rows
        notices += own_notices
        concerns |= {notice.key: registration.key for notice in own_notices}
    deleted = tuple(_deleted(ground.seen))
    gone = frozenset(row.id for row in deleted)
    rows += _without_registration(ground.seen, gone - {r.key for r in registrations})
    classes = attended(tuple(_as_wanted(REGISTRATIONS.key, rows, ground.seen)), ground)
    rows += classes.rows
    notices += classes.notices
    cases = tuple(_as_wanted(CASES.key, rows, ground.seen))
    touches, reminders = casework(cases, ground)
    rows += touches
    notices += reminders
    rows += _duplicates(ground.seen, registrations, gone)
    rows += deleted
    problems = (
        *classes.problems,
        *ground.seen.problems,
        *contact_problems(ground),
        *_problems(registrations, ground),
        *case_problems(cases, ground.school, ground.today),
    )
    notices = [_in_hours(notice, ground) for notice in notices]
    rows += anomaly_rows(problems, _without_answers(ground.seen, gone), ground.today)
    rows += mail_rows([*notices, *classes.documents], ground.seen)
    rows += pointless_mails(notices, ground.seen, gone | {r.key for r in registrations})
    return Wanted(
        rows=tuple(rows),
        mails=tuple(n for n in notices if isinstance(n, SendMail)),
        not_sent=tuple(n for n in notices if isinstance(n, NotSent)),
        problems=problems,
        concerns=concerns,
        documents=classes.documents,
        registers=classes.registers,
        previews=classes.previews,
    )


def _in_hours(notice: Notice, ground: Ground) -> Notice:
    """Nobody is disturbed at night or on a closed day by what they do not wait for."""
    if isinstance(notice, NotSent) or notice.at_once or ground.is_office_hour:
        return notice
    return replace(notice, waits=f"partira le {french_moment(ground.next_opening)}")


def _without_registration(seen: Seen, gone: frozenset[str]) -> Iterator[WriteRow]:
    """The cases of answers that were deleted: nobody works on them, or writes to their student."""
    for row in seen.table(CASES.key).rows.values():
        if row.text("registration") in gone:
            why = f"{row.text('student')} : réponse supprimée"
            yield WriteRow(CASES.key, row.id, {"state": WITHDRAWN}, why=why)


def _as_wanted(tab: str, wanted: Iterable[WriteRow], seen: Seen) -> Iterator[Row]:
    """Every row of `tab` as this run will leave it: people's cells as they are, ours as wanted."""
    rows = dict(seen.table(tab).rows)
    for change in (row for row in wanted if row.tab == tab):
        known = rows.get(change.id)
        cells = {**known.cells, **change.cells} if known else {**change.initial, **change.cells}
        rows[change.id] = Row(change.id, cells, known.number if known else 0)
    yield from rows.values()


def _problems(registrations: Iterable[Registration], ground: Ground) -> Iterator[Problem]:
    """What answers to forms leave open; the desk's own rows are looked at cell by cell."""
    for registration in registrations:
        if registration.form != DESK:
            yield from gaps(registration, ground.school, ground.today)


def _intake(
    registration: Registration, ground: Ground, label: str
) -> tuple[list[WriteRow], list[Notice]]:
    cells, revision = _registration_cells(registration, ground.seen)
    cases = cases_of(registration, ground)
    rows = [
        WriteRow(
            REGISTRATIONS.key,
            registration.key,
            cells,
            why=f"{registration.student} : {registration.requests or 'aucune demande'}",
            plan="S17",
        ),
        *(case_row(case, label) for case in cases),
        *(accommodation_row(case) for case in cases if case.kind is Kind.AR),
    ]
    notices = [notice for case in cases for notice in case_notices(case, ground)]
    if registration.consent:
        notices.append(acknowledgement(registration, cases, revision.version, ground))
    return rows, notices


def _registration_cells(registration: Registration, seen: Seen) -> tuple[dict[str, Cell], Revision]:
    born = registration.birth_date
    shown: dict[str, Cell] = {
        "state": ACTIVE if registration.consent else NO_CONSENT,
        "last_name": registration.last_name,
        "first_name": registration.first_name,
        "email": registration.email,
        "phone": registration.phone,
        "birth_date": date_serial(born) if born else None,
        "site": registration.site.name if registration.site else registration.site_text,
        "section": registration.section.name if registration.section else registration.section_text,
        "titles": registration.titles,
        "requests": registration.requests,
        "heard_from": registration.heard_from,
        "question": registration.question,
        "others": registration.others,
        "consent": "Oui" if registration.consent else "Non",
    }
    prior = seen.table(REGISTRATIONS.key).rows.get(registration.key)
    submitted = instant_serial(registration.submitted)
    edited = prior is not None and submitted > prior.number_in("submitted") + 1e-8
    revision = revise(
        REGISTRATIONS,
        prior,
        shown,
        watched=_WATCHED,
        edited=edited,
        first=last_version(partial(acknowledged_key, registration.key), seen),
    )
    mine: dict[str, Cell] = {
        "id": registration.key,
        "submitted": submitted,
        "changes": revision.changes,
        "version": float(revision.version),
    }
    return shown | mine, revision


def _duplicates(
    seen: Seen, registrations: list[Registration], gone: frozenset[str]
) -> Iterator[WriteRow]:
    """The flag of every registration, old ones too: a newcomer may be an old one's double."""
    rows = seen.table(REGISTRATIONS.key).rows
    known = Table({key: row for key, row in rows.items() if key not in gone})
    for key, text in duplicate_texts(known, registrations).items():
        why = text or "plus de doublon possible"
        yield WriteRow(REGISTRATIONS.key, key, {"duplicate": text}, why=why)


def _without_answers(seen: Seen, gone: frozenset[str]) -> Seen:
    """An answer that was deleted has nothing left to mend."""
    return replace(seen, observed=seen.observed | {f"response/{key}" for key in gone})


def _deleted(seen: Seen) -> Iterator[WriteRow]:
    """Answers that are in the sheet but no longer in their form: marked, never removed."""
    for row in seen.table(REGISTRATIONS.key).rows.values():
        form, _, response_id = row.id.partition("/")
        listed = seen.complete_forms.get(form)
        if listed is not None and response_id not in listed:
            yield WriteRow(
                REGISTRATIONS.key,
                row.id,
                {"state": DELETED},
                why=f"{row.text('first_name')} {row.text('last_name')} : réponse supprimée",
            )
