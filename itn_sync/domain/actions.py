"""What a run wants done, as values; each says why in one French sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from itn_sync.domain.seen import SETTLED, Cell, Deed, DeedState, Seen


@dataclass(frozen=True)
class WriteRow:
    """The row `id` of `tab` should hold `cells` (worker's columns, by key).

    `initial` fills people's columns when the row is created, and never again.
    """

    tab: str
    id: str
    cells: Mapping[str, Cell]
    why: str
    initial: Mapping[str, Cell] = field(default_factory=dict)
    plan: str = ""


@dataclass(frozen=True)
class SendMail:
    """One mail, once for ever under `key`.

    `template` names a folder of `templates/`, `context` what it may say: nothing confidential.
    """

    key: str
    recipient: str
    recipient_name: str
    template: str
    context: Mapping[str, Any]
    why: str
    row: tuple[str, str] = ("", "")
    """The tab and row id that the mail links to."""
    supersedes: tuple[str, ...] = ()
    """Earlier keys which this mail makes pointless if they have not gone out yet."""
    plan: str = ""
    at_once: bool = False
    """It answers somebody's own click; any other mail goes out in office hours only."""
    waits: str = ""
    """Why it does not go out in this run, as people read it; "" when it does."""
    sender: str = ""
    """The mailer or an accepted alias of its mailbox; "" for the school's usual one."""
    sender_name: str = ""
    reply_to: str = ""
    cc: tuple[str, ...] = ()
    """Who gets a copy; one that is no address is left out."""
    follows: str = ""
    """The key of an earlier mail: this one joins its conversation."""
    by_hand: bool = False
    """It is left as a draft that a person sends; while it is wanted so, no run sends it."""

    def is_due(self, deed: Deed | None) -> bool:
        """Whether a run has something to do for it."""
        if deed is None:
            return True
        rests = self.by_hand and deed.state is DeedState.LEFT
        return deed.state not in SETTLED and not rests


@dataclass(frozen=True)
class WriteDocument:
    """One Google Doc, once for ever under `key`, which told.py's `is_document` knows.

    `template` names a folder of `templates/` with a `document.html`, `folder` the folder of
    `[folders]` in workspace.toml. `context` gets `reference` and `made_on` added.
    """

    key: str
    template: str
    title: str
    context: Mapping[str, Any]
    why: str
    folder: str = "letters"
    recipient: str = ""
    """Whom it is for, as `Envois` shows it."""
    row: tuple[str, str] = ("", "")
    plan: str = ""

    def is_due(self, deed: Deed | None) -> bool:
        """Whether a run has something to do for it."""
        return deed is None or deed.state not in SETTLED


@dataclass(frozen=True)
class KeepRegister:
    """The register of a UE should have these students, and say who has left.

    Nothing that teachers have noted is touched: `added` are new rows (id, last name, first name),
    `situations` what is said of a student, by id.
    """

    unit: str
    added: tuple[tuple[str, str, str], ...] = ()
    situations: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class NotSent:
    """A mail that would be due but cannot go out; kept in the send log with its reason."""

    key: str
    recipient: str
    template: str
    why: str
    reason: str
    supersedes: tuple[str, ...] = ()
    """As for a mail: what it would have made pointless is pointless all the same."""


def taken_back(key: str, seen: Seen, *, template: str, why: str, reason: str) -> Iterator[NotSent]:
    """The end of a mail that was begun, has not gone out, and is pointless by now."""
    deed = seen.deeds.get(key)
    if deed and deed.state not in SETTLED:
        yield NotSent(key, "", template, why, reason, supersedes=(key,))
