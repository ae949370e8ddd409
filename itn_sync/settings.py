"""Everything the school decides, read once per run: `load` gives frozen settings or says why not.

Environment: `ITN_SYNC_GOOGLE` (a file in place of `google.toml`), `ITN_SYNC_ROOT_URL`,
`ITN_SYNC_CREDENTIALS`, `ITN_SYNC_LEDGER_URL`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from itn_sync.config_absence_checks import absence_mistakes
from itn_sync.config_absences import policy_of
from itn_sync.config_checks import forms_mistakes, school_mistakes
from itn_sync.config_credentials import Credential, CredentialKind
from itn_sync.config_files import ConfigError, Mistake, find, packaged
from itn_sync.config_overlay import Entrance, Read, entrance_of, from_environment, read_shape
from itn_sync.config_service import Service, service_of
from itn_sync.config_shapes import (
    FormsFile,
    LedgerShape,
    RulesFile,
    SchoolFile,
    WorkspaceFile,
)
from itn_sync.config_unit_checks import (
    mark_mistakes,
    place_mistakes,
    register_mistakes,
    unit_mistakes,
)
from itn_sync.config_unit_values import (
    OwnRegister,
    marks_of,
    own_registers_of,
    registers_of,
    units_of,
)
from itn_sync.config_units import UnitsFile
from itn_sync.config_values import forms_of, school_of
from itn_sync.domain.absence_policy import AbsencePolicy
from itn_sync.domain.forms import FormMapping
from itn_sync.domain.ground import OfficeHours, Patience
from itn_sync.domain.pace import Clock
from itn_sync.domain.school import Kind, School
from itn_sync.domain.tabs import Book
from itn_sync.domain.units import Mark, Unit

__all__ = ["Accounts", "ConfigError", "OwnRegister", "Rules", "Settings", "Workspace", "load"]

_FIRST_CONTACT_SCHOOL_DAYS = 5
_SQLITE = "sqlite:///"
_LEDGER_VARIABLES = {"url": "ITN_SYNC_LEDGER_URL"}


@dataclass(frozen=True)
class Rules:
    """Deadlines and the safety valve; question 3 of the school's list explains the five days."""

    first_contact_school_days: Mapping[Kind, int]
    max_mails_per_run: int
    max_missing_share: float
    max_missing_count: int
    max_warnings_per_run: int
    full_list_every_hours: int
    overlap_minutes: int
    late_request_seconds: int
    clock: Clock
    patience: Patience
    office_hours: OfficeHours
    evidence: Mapping[Kind, tuple[str, ...]]
    absences: AbsencePolicy


@dataclass(frozen=True)
class Accounts:
    """The address that the worker acts as, per need (separate credentials per need)."""

    reader: str
    sheets: str
    mailer: str


@dataclass(frozen=True)
class Workspace:
    """Where the school's Google Workspace is and which of its things the worker keeps."""

    root_url: str
    credentials: Path
    """A service account's key, for every need that has no `credentials_by_need`."""
    credentials_by_need: Mapping[str, Credential]
    accounts: Accounts
    mail_from: str
    mail_from_name: str
    reply_to: str
    absences_from: str
    """Whom mails about absences are from: the mailer, or an accepted alias of its mailbox."""
    folders: Mapping[str, str]
    """The folders that documents are made in, by key; those not named are made when needed."""
    spreadsheets: Mapping[Book, str]
    confidential_readers: tuple[str, ...]
    ledger_url: str

    @property
    def link_root(self) -> str:
        """Where links that people click begin."""
        return "https://docs.google.com/" if self.is_google else self.root_url

    @property
    def is_google(self) -> bool:
        """True when a run would act on Google itself, not on a sandbox."""
        host = urlsplit(self.root_url).hostname or ""
        return host == "googleapis.com" or host.endswith(".googleapis.com")

    def credential(self, need: str) -> Credential:
        """How the worker is let in for `reader`, `sheets` or `mailer`."""
        key = Credential(CredentialKind.SERVICE_ACCOUNT, self.credentials)
        return self.credentials_by_need.get(need, key)


@dataclass(frozen=True)
class Settings:
    """One school's settings, whole and checked."""

    home: Path
    school: School
    forms: tuple[FormMapping, ...]
    rules: Rules
    workspace: Workspace
    service: Service
    template_folders: tuple[Path, ...]
    """Where messages are looked up: the school's own wordings, then the packaged ones."""
    units: tuple[Unit, ...]
    """The year's UEs; none where attendance is not followed."""
    registers: Mapping[tuple[str, str], str]
    """The spreadsheets with our registers, by section and site."""
    own_registers: Mapping[str, OwnRegister]
    """The school's own registers, by UE: they take the place of ours."""
    marks: tuple[Mark, ...]
    classroom_pattern: str
    """The name of the Classroom course of a UE that names none (`domain/courses.py`)."""


def load(home: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of the school whose folder is `home`.

    Each file is looked up in `home/config`, else among the packaged ones. Raises ConfigError with
    every mistake of every file.
    """
    home = home.resolve()
    mistakes: list[Mistake] = []
    school = read_shape(mistakes, find(home, "school.toml"), SchoolFile)
    forms = read_shape(mistakes, find(home, "forms.toml"), FormsFile)
    rules = read_shape(mistakes, find(home, "rules.toml"), RulesFile)
    workspace = read_shape(mistakes, find(home, "workspace.toml"), WorkspaceFile)
    units = read_shape(mistakes, find(home, "units.toml"), UnitsFile)
    entrance = entrance_of(mistakes, home, environ, workspace)
    ledger = from_environment(mistakes, environ, LedgerShape, _LEDGER_VARIABLES)
    if school:
        mistakes.extend(school_mistakes(*school))
    if school and forms:
        mistakes.extend(forms_mistakes(*forms, school_of(school[1])))
    mistakes.extend(_attendance_mistakes(school, units, rules, workspace))
    if mistakes or not (school and forms and rules and workspace and units):
        raise ConfigError(tuple(mistakes), home)
    return Settings(
        home=home,
        school=school_of(school[1]),
        forms=forms_of(forms[1]),
        rules=_rules(rules[1], entrance),
        workspace=_workspace(
            workspace[1], entrance, _ledger_url(ledger or workspace[1].ledger, home)
        ),
        service=service_of(workspace[1].admin, workspace[1].service, workspace[1].schedule),
        template_folders=(home / "templates", packaged("templates")),
        units=units_of(units[1]),
        registers=registers_of(workspace[1].registers),
        own_registers=own_registers_of(units[1]),
        marks=marks_of(rules[1].mark),
        classroom_pattern=units[1].classroom.pattern,
    )


def _attendance_mistakes(
    school: Read[SchoolFile] | None,
    units: Read[UnitsFile] | None,
    rules: Read[RulesFile] | None,
    workspace: Read[WorkspaceFile] | None,
) -> Iterator[Mistake]:
    known = school_of(school[1]) if school else None
    if rules:
        yield from mark_mistakes(rules[0], rules[1].mark)
    if units and rules:
        yield from register_mistakes(*units, rules[1].mark)
    if rules and units and known:
        yield from absence_mistakes(rules[0], rules[1].absences, known, units_of(units[1]))
    if units and known:
        yield from unit_mistakes(*units, known)
    if workspace and known:
        yield from place_mistakes(workspace[0], workspace[1].registers, known)


def _rules(rules: RulesFile, entrance: Entrance) -> Rules:
    days = dict.fromkeys(Kind, _FIRST_CONTACT_SCHOOL_DAYS) | rules.first_contact_school_days
    late = entrance.late_request_seconds
    return Rules(
        first_contact_school_days=days,
        max_mails_per_run=rules.valve.max_mails_per_run,
        max_missing_share=rules.valve.max_missing_share,
        max_missing_count=rules.valve.max_missing_count,
        max_warnings_per_run=rules.valve.max_warnings_per_run,
        full_list_every_hours=rules.reading.full_list_every_hours,
        overlap_minutes=rules.reading.overlap_minutes,
        late_request_seconds=rules.late_request_seconds if late is None else late,
        clock=Clock(**rules.clock.model_dump()),
        patience=Patience(**rules.escalation.model_dump()),
        office_hours=OfficeHours(**rules.office_hours.model_dump()),
        evidence=rules.evidence,
        absences=policy_of(rules.absences),
    )


def _workspace(file: WorkspaceFile, entrance: Entrance, ledger_url: str) -> Workspace:
    return Workspace(
        root_url=entrance.root_url,
        credentials=entrance.credentials,
        credentials_by_need=entrance.credentials_by_need,
        accounts=Accounts(**file.accounts.model_dump()),
        mail_from=file.mail.from_address,
        mail_from_name=file.mail.from_name,
        reply_to=file.mail.reply_to,
        absences_from=file.mail.absences_from or file.mail.from_address,
        folders={key: value for key, value in file.folders.model_dump().items() if value},
        spreadsheets={
            Book.TRACKING: file.spreadsheets.tracking,
            Book.CONFIDENTIAL: file.spreadsheets.confidential,
        },
        confidential_readers=file.spreadsheets.confidential_readers,
        ledger_url=ledger_url,
    )


def _ledger_url(ledger: LedgerShape, home: Path) -> str:
    """SQLAlchemy's URL, a relative file placed in `home`."""
    return f"{_SQLITE}{home / ledger.url.removeprefix(_SQLITE)}"
