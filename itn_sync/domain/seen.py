"""What a run has read, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from itn_sync.domain.privacy import Confidential
from itn_sync.domain.units import NO_CLASSES, Classes

Cell = str | float | bool | Confidential | None
"""One cell: text, a number (dates are serial numbers), a tick, a confidential text, or nothing."""


@dataclass(frozen=True)
class Problem:
    """Something a person must mend.

    `key` is stable (`form/inscription/question/1a000006`) and begins with its `scope`, the thing
    whose next reading tells whether it was mended. Texts are French: secretaries read them.
    """

    key: str
    scope: str
    where: str
    what: str
    mend: str


@dataclass(frozen=True)
class Answer:
    """What was answered to one question: its title as the student saw it, and the values."""

    title: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Response:
    """One response to a form, by field name; questions without a field stay in `others`.

    `confidential` holds the fields that only the confidential sheet may show.
    """

    form: str
    id: str
    created: datetime
    submitted: datetime
    answers: Mapping[str, tuple[str, ...]]
    confidential: Mapping[str, Confidential] = field(default_factory=dict)
    others: tuple[Answer, ...] = ()
    respondent_email: str = ""

    @property
    def key(self) -> str:
        """`<form>/<response id>`: what a registration is known by everywhere."""
        return f"{self.form}/{self.id}"

    def text(self, name: str) -> str:
        """The answer to field `name` as one line of text, "" when absent."""
        return " · ".join(self.answers.get(name, ()))


@dataclass(frozen=True)
class Row:
    """One row of a tab: its id and its cells by column key (absent ones are blank)."""

    id: str
    cells: Mapping[str, Cell]
    number: int = 0
    """The row number as people see it (2 is the first row under the heading)."""

    def text(self, column: str) -> str:
        """The cell as text, "" when blank."""
        value = self.cells.get(column)
        return "" if value is None else str(value)

    def number_in(self, column: str) -> float:
        """The cell as a number, 0 when it holds none."""
        value = self.cells.get(column)
        return float(value) if isinstance(value, int | float) else 0.0


@dataclass(frozen=True)
class Table:
    """The rows of one tab by id, in sheet order."""

    rows: Mapping[str, Row] = field(default_factory=dict)


class DeedState(StrEnum):
    """How far a deed has come (design: deeds, exactly once)."""

    BEGUN = "begun"
    DRAFTED = "drafted"
    LEFT = "left"
    """The draft is a person's to send: it waits in the mailbox, and holds nothing up."""
    SENDING = "sending"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


SETTLED = frozenset(
    {
        DeedState.DONE,
        DeedState.HELD,
        DeedState.FAILED,
        DeedState.WITHDRAWN,
        DeedState.SUPERSEDED,
    }
)
"""The states that no run leaves again."""


@dataclass(frozen=True)
class Deed:
    """What the ledger knows of one deed: never its content."""

    key: str
    reference: str
    state: DeedState
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Seen:
    """All that decisions are made of."""

    responses: tuple[Response, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    observed: frozenset[str] = frozenset()
    """Scopes read whole in this run: an open anomaly of such a scope not raised again is mended."""
    classes: Classes = NO_CLASSES
    """The UEs with their rosters and registers, as far as they could be read."""
    bounced: Mapping[str, str] = field(default_factory=dict)
    """By the key of a mail: the address that refused it."""
    complete_forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Forms whose responses were all listed in this run, with the ids that exist."""

    def table(self, tab: str) -> Table:
        """The rows of `tab`; an empty table when the tab does not exist yet."""
        return self.tables.get(tab, Table())
