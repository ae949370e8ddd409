"""What each configuration file may hold; anything else is refused (see `config/*.toml`)."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from itn_sync.domain.forms import FIELDS, KINDS
from itn_sync.domain.school import Kind, Role

GOOGLE = "https://www.googleapis.com/"
LEDGER = "sqlite:///itn-sync.db"
EVIDENCE: dict[Kind, tuple[str, ...]] = {
    Kind.VA: (
        "Curriculum vitae",
        "Copie des titres ou attestations",
        "Preuve de l'expérience utile",
    ),
    Kind.AR: ("Document probant",),
}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


# each ValueError reads `what is wrong; how to mend it`
def _email(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f'"{text}" is not an e-mail address; correct it') from error
    return found.normalized


def _drive_id(text: str) -> str:
    if not re.fullmatch(r"[\w-]{10,}", text, re.ASCII):
        raise ValueError("this is not a Google id; copy the part of the link after /d/")
    return text


def _root_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        raise ValueError("this address is not safe; write it with https://")
    if url.scheme not in {"http", "https"} or not text.endswith("/"):
        raise ValueError(f"this is not a root address; write it like {GOOGLE}")
    return text


def _field(text: str) -> str:
    if text not in FIELDS:
        raise ValueError(f'unknown field "{text}"; write one of {", ".join(FIELDS)}')
    return text


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(f'unknown kind of question "{text}"; write one of {", ".join(KINDS)}')
    return text


def _ledger_url(text: str) -> str:
    named = re.fullmatch(r"sqlite:///([^?]+)", text)
    if named is None or named[1] == ":memory:":
        raise ValueError(f"the ledger can only be an SQLite file; write it like {LEDGER}")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Email = Annotated[Text, AfterValidator(_email)]
DriveId = Annotated[Text, AfterValidator(_drive_id)]
RootUrl = Annotated[Text, AfterValidator(_root_url)]
FieldName = Annotated[Text, AfterValidator(_field)]
QuestionKind = Annotated[Text, AfterValidator(_kind)]
LedgerUrl = Annotated[Text, AfterValidator(_ledger_url)]
Count = Annotated[int, Field(strict=True, ge=0)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SiteShape(_Shape):
    """`[[site]]` of school.toml."""

    key: Text
    name: Text
    aliases: tuple[Text, ...] = ()


class SectionShape(_Shape):
    """`[[section]]` of school.toml."""

    key: Text
    name: Text
    sites: Annotated[tuple[Text, ...], Field(min_length=1)]
    aliases: tuple[Text, ...] = ()
    information: str = ""


class PersonShape(_Shape):
    """`[[person]]` of school.toml."""

    key: Text
    name: Text
    email: Email


class RoleShape(_Shape):
    """`[[role]]` of school.toml."""

    role: Role
    persons: tuple[Text, ...]
    sites: tuple[Text, ...] = ()
    sections: tuple[Text, ...] = ()


class AbsenceShape(_Shape):
    """`[[absence]]` of school.toml."""

    person: Text
    first: date
    last: date
    substitute: str = ""


class ClosureShape(_Shape):
    """`[[closure]]` of school.toml."""

    name: Text
    first: date
    last: date


class SchoolFile(_Shape):
    """school.toml."""

    name: Text
    site: tuple[SiteShape, ...]
    section: tuple[SectionShape, ...]
    person: tuple[PersonShape, ...]
    role: tuple[RoleShape, ...]
    absence: tuple[AbsenceShape, ...] = ()
    closure: tuple[ClosureShape, ...] = ()


class QuestionShape(_Shape):
    """`[[form.question]]` of forms.toml."""

    id: Text
    title: Text
    kind: QuestionKind
    field: FieldName
    required: Annotated[bool, Field(strict=True)] = False
    confidential: Annotated[bool, Field(strict=True)] = False
    meanings: dict[str, Text] = {}


class FormShape(_Shape):
    """`[[form]]` of forms.toml."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
    form_id: DriveId
    label: Text
    question: Annotated[tuple[QuestionShape, ...], Field(min_length=1)]


class FormsFile(_Shape):
    """forms.toml."""

    form: tuple[FormShape, ...]


class ValveShape(_Shape):
    """`[valve]` of rules.toml."""

    max_mails_per_run: Count = 1000
    max_missing_share: Share = 0.1
    max_missing_count: Count = 3


class ReadingShape(_Shape):
    """`[reading]` of rules.toml."""

    full_list_every_hours: Count = 24
    overlap_minutes: Count = 15


class ClockShape(_Shape):
    """`[clock]` of rules.toml: school days, and how many tries."""

    answer: Count = 5
    soon: Count = 1
    very_late: Count = 5
    attempts: Annotated[int, Field(strict=True, ge=1, le=3)] = 3


class EscalationShape(_Shape):
    """`[escalation]` of rules.toml, in school days."""

    coordinator: Count = 3
    direction: Count = 3


class OfficeHoursShape(_Shape):
    """`[office_hours]` of rules.toml."""

    first: time = time(8)
    last: time = time(18)


class RulesFile(_Shape):
    """rules.toml."""

    first_contact_school_days: dict[Kind, Count] = {}
    valve: ValveShape = ValveShape()
    reading: ReadingShape = ReadingShape()
    late_request_seconds: Count = 600
    clock: ClockShape = ClockShape()
    escalation: EscalationShape = EscalationShape()
    office_hours: OfficeHoursShape = OfficeHoursShape()
    evidence: dict[Kind, tuple[Text, ...]] = EVIDENCE


class GoogleShape(_Shape):
    """`[google]` of workspace.toml, or of google.toml where what is absent stays as it was."""

    root_url: RootUrl | None = None
    credentials: Path | None = None
    late_request_seconds: Count | None = None


class GoogleFile(_Shape):
    """google.toml, as `itn-sync sandbox` writes it."""

    google: GoogleShape


class AccountsShape(_Shape):
    """`[accounts]` of workspace.toml."""

    reader: Email
    sheets: Email
    mailer: Email


class MailShape(_Shape):
    """`[mail]` of workspace.toml."""

    from_address: Email
    from_name: Text
    reply_to: Email


class SpreadsheetsShape(_Shape):
    """`[spreadsheets]` of workspace.toml."""

    tracking: DriveId
    confidential: DriveId
    confidential_readers: tuple[Email, ...]


class LedgerShape(_Shape):
    """`[ledger]` of workspace.toml."""

    url: LedgerUrl = LEDGER


class WorkspaceFile(_Shape):
    """workspace.toml."""

    google: GoogleShape
    accounts: AccountsShape
    mail: MailShape
    spreadsheets: SpreadsheetsShape
    ledger: LedgerShape = LedgerShape()
