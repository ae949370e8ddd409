"""What each configuration file may hold; anything else is refused (see `config/*.toml`)."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints, model_validator

from itn_sync.config_absences import AbsencesShape
from itn_sync.config_credentials import CredentialsShape
from itn_sync.config_service import AdminShape, Schedule, ServiceShape
from itn_sync.config_types import (
    LEDGER,
    Count,
    DriveId,
    Email,
    FieldName,
    LedgerUrl,
    QuestionKind,
    RootUrl,
    Shape,
    Share,
    Text,
)
from itn_sync.config_units import MarkShape, RegisterIds
from itn_sync.domain.school import Kind, Role

EVIDENCE: dict[Kind, tuple[str, ...]] = {
    Kind.VA: (
        "Curriculum vitae",
        "Copie des titres ou attestations",
        "Preuve de l'expérience utile",
    ),
    Kind.AR: ("Document probant",),
}


class SiteShape(Shape):
    """`[[site]]` of school.toml."""

    key: Text
    name: Text
    aliases: tuple[Text, ...] = ()


class SectionShape(Shape):
    """`[[section]]` of school.toml."""

    key: Text
    name: Text
    sites: Annotated[tuple[Text, ...], Field(min_length=1)]
    aliases: tuple[Text, ...] = ()
    information: str = ""


class PersonShape(Shape):
    """`[[person]]` of school.toml."""

    key: Text
    name: Text
    email: Email


class RoleShape(Shape):
    """`[[role]]` of school.toml."""

    role: Role
    persons: tuple[Text, ...]
    sites: tuple[Text, ...] = ()
    sections: tuple[Text, ...] = ()


class AbsenceShape(Shape):
    """`[[absence]]` of school.toml."""

    person: Text
    first: date
    last: date
    substitute: str = ""


class ClosureShape(Shape):
    """`[[closure]]` of school.toml."""

    name: Text
    first: date
    last: date


class SchoolFile(Shape):
    """school.toml."""

    name: Text
    site: tuple[SiteShape, ...]
    section: tuple[SectionShape, ...]
    person: tuple[PersonShape, ...]
    role: tuple[RoleShape, ...]
    absence: tuple[AbsenceShape, ...] = ()
    closure: tuple[ClosureShape, ...] = ()


class QuestionShape(Shape):
    """`[[form.question]]` of forms.toml."""

    id: Text
    title: Text
    kind: QuestionKind
    field: FieldName
    required: Annotated[bool, Field(strict=True)] = False
    confidential: Annotated[bool, Field(strict=True)] = False
    meanings: dict[str, Text] = Field(default_factory=dict)


class FormShape(Shape):
    """`[[form]]` of forms.toml."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
    form_id: DriveId
    label: Text
    question: Annotated[tuple[QuestionShape, ...], Field(min_length=1)]


class FormsFile(Shape):
    """forms.toml."""

    form: tuple[FormShape, ...]


class ValveShape(Shape):
    """`[valve]` of rules.toml."""

    max_mails_per_run: Count = 1000
    max_missing_share: Share = 0.1
    max_missing_count: Count = 3
    max_warnings_per_run: Count = 50


class ReadingShape(Shape):
    """`[reading]` of rules.toml."""

    full_list_every_hours: Count = 24
    overlap_minutes: Count = 15


class ClockShape(Shape):
    """`[clock]` of rules.toml: school days, and how many tries."""

    answer: Count = 5
    soon: Count = 1
    very_late: Count = 5
    attempts: Annotated[int, Field(strict=True, ge=1, le=3)] = 3


class EscalationShape(Shape):
    """`[escalation]` of rules.toml, in school days."""

    coordinator: Count = 3
    direction: Count = 3


class OfficeHoursShape(Shape):
    """`[office_hours]` of rules.toml."""

    first: time = time(8)
    last: time = time(18)
    acknowledge_at_once: StrictBool = True

    @model_validator(mode="after")
    def _in_order(self) -> OfficeHoursShape:
        if self.first >= self.last:
            raise ValueError("office hours end before they begin; write `first` before `last`")
        return self


class RulesFile(Shape):
    """rules.toml."""

    first_contact_school_days: dict[Kind, Count] = Field(default_factory=dict)
    valve: ValveShape = ValveShape()
    reading: ReadingShape = ReadingShape()
    late_request_seconds: Count = 600
    clock: ClockShape = ClockShape()
    escalation: EscalationShape = EscalationShape()
    office_hours: OfficeHoursShape = OfficeHoursShape()
    evidence: dict[Kind, tuple[Text, ...]] = EVIDENCE
    mark: tuple[MarkShape, ...] = ()
    absences: AbsencesShape = AbsencesShape()


class GoogleShape(Shape):
    """`[google]` of workspace.toml, or of google.toml where what is absent stays as it was."""

    root_url: RootUrl | None = None
    credentials: Path | None = None
    late_request_seconds: Count | None = None


class GoogleFile(Shape):
    """google.toml, as `itn-sync sandbox` writes it."""

    google: GoogleShape
    credentials: CredentialsShape = CredentialsShape()


class AccountsShape(Shape):
    """`[accounts]` of workspace.toml."""

    reader: Email
    sheets: Email
    mailer: Email


class MailShape(Shape):
    """`[mail]` of workspace.toml."""

    from_address: Email
    from_name: Text
    reply_to: Email
    absences_from: Email | None = None


class SpreadsheetsShape(Shape):
    """`[spreadsheets]` of workspace.toml."""

    tracking: DriveId
    confidential: DriveId
    confidential_readers: tuple[Email, ...]


class FoldersShape(Shape):
    """`[folders]` of workspace.toml."""

    letters: DriveId | None = None


class LedgerShape(Shape):
    """`[ledger]` of workspace.toml."""

    url: LedgerUrl = LEDGER


class WorkspaceFile(Shape):
    """workspace.toml."""

    google: GoogleShape
    credentials: CredentialsShape = CredentialsShape()
    accounts: AccountsShape
    mail: MailShape
    spreadsheets: SpreadsheetsShape
    registers: RegisterIds = Field(default_factory=dict)
    folders: FoldersShape = FoldersShape()
    ledger: LedgerShape = LedgerShape()
    admin: AdminShape = AdminShape()
    service: ServiceShape = ServiceShape()
    schedule: Schedule = ()
