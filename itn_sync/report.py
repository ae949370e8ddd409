"""What a run does and did, for whoever watches it or reads of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from itn_sync.domain.actions import KeepRegister, SendMail, WriteDocument
from itn_sync.domain.codes import reference
from itn_sync.domain.plan import Plan, RowChange


@dataclass(frozen=True)
class Note:
    """Something to know while waiting."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Planned:
    """What the run is about to do; nothing is done yet."""

    plan: Plan

    def __str__(self) -> str:
        return f"{len(self.plan.rows)} rows and {len(self.plan.mails)} mails to see to"


@dataclass(frozen=True)
class RowsWritten:
    """These rows are as wanted now; `links` opens each of them, by tab and id."""

    changes: tuple[RowChange, ...]
    links: Mapping[tuple[str, str], str]

    def __str__(self) -> str:
        return f"wrote {len(self.changes)} rows"


@dataclass(frozen=True)
class MailSent:
    """This mail is out, as message `message_id` of the mailbox `sender`."""

    mail: SendMail
    sender: str
    message_id: str

    def __str__(self) -> str:
        return f"sent {reference(self.mail.key)} {self.mail.template}"


@dataclass(frozen=True)
class MailLeft:
    """This mail waits as a draft for the person who is to send it."""

    mail: SendMail

    def __str__(self) -> str:
        return f"left {reference(self.mail.key)} {self.mail.template} as a draft"


@dataclass(frozen=True)
class DocumentMade:
    """This document is made; `link` opens it."""

    document: WriteDocument
    link: str

    def __str__(self) -> str:
        return f"made {reference(self.document.key)} {self.document.template}"


@dataclass(frozen=True)
class RegisterKept:
    """This register has its newcomers, and says who has left."""

    kept: KeepRegister

    def __str__(self) -> str:
        return f"kept the register of {self.kept.unit}"


Event = Note | Planned | RowsWritten | RegisterKept | MailSent | MailLeft | DocumentMade
"""Each says itself in one English line for a progress display."""

Tell = Callable[[Event], None]
"""Hears each thing as it happens."""


@dataclass
class Report:
    """Counts of what was done; `failures`, `waiting` and `held` are why an exit code is not 0."""

    rows_created: int = 0
    rows_changed: int = 0
    mails_sent: int = 0
    drafts_left: int = 0
    """Drafts that a person is to send; once left, they hold nothing up."""
    documents_made: int = 0
    registers_kept: int = 0
    waiting: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    """References of mails that go out by themselves at the next office hour."""
    held: list[str] = field(default_factory=list)
    """References of mails that may have gone out or not, from this run or an earlier one."""

    @property
    def is_complete(self) -> bool:
        """True when everything that was planned is done and no mail is held."""
        return not (self.failures or self.waiting or self.held)
