"""A whole school in rehearsal: an embedded Workspace, a home folder, the worker, and people.

Nothing is read from the worker's ledger: what happened is seen where people would see it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.transport.requests import AuthorizedSession
from typer.testing import CliRunner, Result

from itn_sync.cli import app
from itn_sync.config_files import packaged
from itn_sync.sandbox.forms.submissions import delete_response
from itn_sync.sandbox.gmail.inspect import mailbox
from itn_sync.sandbox.seed import CONFIDENTIAL_SHEET, TRACKING_SHEET, WORKER, demo_school
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from itn_sync.sandbox.seed_units import registers
from itn_sync.sandbox.server import RunningSandbox, serve
from tests.answers import NOBODY_SPECIAL, QUESTIONS, response
from tests.sandbox.conftest import credentials, scopes_of

SECRETARY = "secretariat@ecole.example"
REFERENT_AR = "referent.ar@ecole.example"
REFERENT_VA = "referent.va@ecole.example"
KEY_HEADER = "X-ITN-Sync-Key"
APIS = ("forms", "sheets", "drive", "gmail", "classroom")
SPREADSHEETS = {"AR": CONFIDENTIAL_SHEET}
"""By tab title; every other tab is in the tracking spreadsheet."""

MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""Where the Workspace's clock, and so the worker's, starts: a Tuesday, at ten in Belgium."""

Line = dict[str, Any]


@dataclass
class Rehearsal:
    """One school; `home` is its folder, `sandbox` its Workspace."""

    sandbox: RunningSandbox
    home: Path
    _lines: dict[str, requests.Session] = field(default_factory=dict)

    # The worker

    def worker(self, *words: str) -> Result:
        """`itn-sync <words> --home HOME`, inside this process."""
        return CliRunner().invoke(app, [*words, "--home", str(self.home)])

    def run(self, *options: str) -> Line:
        """A run that must end well; its report."""
        result = self.worker("run", "--json", *options)
        assert result.exit_code == 0, result.output
        report: Line = json.loads(result.stdout)
        return report

    def plan(self, *options: str) -> Line:
        """What a run would do."""
        planned: Line = json.loads(self.worker("plan", "--json", *options).stdout)
        return planned

    def process(self, *words: str) -> subprocess.Popen[str]:
        """The same as a process of its own, which can be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "itn_sync", *words, "--home", str(self.home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    # Students

    def answer(self, name: str, *, minutes_ago: float = 60, **said: str) -> str:
        """An answer of the student `name`, new or edited; the registration's id."""
        now = self.now()
        values = {"last_name": name, "email": f"{name.lower()}@etudiant.example"} | said
        sent = now - timedelta(minutes=minutes_ago)
        self.submit([response(f"answer-{name.lower()}", sent, **values)])
        return f"inscription/answer-{name.lower()}"

    def edit(self, name: str, **said: str) -> None:
        """The student submits again, now; what is not `said` is as `answer` has it."""
        self.answer(name, minutes_ago=0, **said)

    def submit(self, responses: Sequence[Line]) -> None:
        """Responses to the registration form, kept as they are."""
        self.control("POST", "import", forms=[{"id": REGISTRATION_FORM, "responses": responses}])

    def post_form(self, **said: str) -> requests.Response:
        """What a student's browser posts."""
        values = {f"entry.{QUESTIONS[k]}": v for k, v in (NOBODY_SPECIAL | said).items()}
        address = f"{self.sandbox.url}forms/d/e/{REGISTRATION_FORM}/formResponse"
        posted = requests.post(address, data=values, timeout=20)
        posted.raise_for_status()
        return posted

    def delete_answer(self, registration: str) -> None:
        """The form's owner deletes a response in Forms."""
        with self.sandbox.tenant.world.transaction(write=True) as state:
            delete_response(state, REGISTRATION_FORM, registration.partition("/")[2])

    # People in the spreadsheets

    def call(self, user: str, http_method: str, path: str, **body: Any) -> Line:
        """An API call as a person of the school."""
        if user not in self._lines:
            scopes = [s for api in APIS for s in scopes_of(api)]
            account = service_account(self.sandbox.credentials, tuple(sorted(set(scopes))))
            self._lines[user] = AuthorizedSession(account.with_subject(user))  # type: ignore[no-untyped-call]  # (google-auth)
        address = f"{self.sandbox.url}{path}"
        answer = self._lines[user].request(http_method, address, json=body or None, timeout=30)
        answer.raise_for_status()
        found: Line = answer.json() if answer.content else {}
        return found

    def grid(self, tab: str, spreadsheet: str = "") -> list[list[Any]]:
        """The values of a tab, headings first, as programs read them."""
        sheet = spreadsheet or SPREADSHEETS.get(tab, TRACKING_SHEET)
        render = "valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=SERIAL_NUMBER"
        path = f"v4/spreadsheets/{sheet}/values/'{tab}'!A1:BZ5000?{render}"
        values: list[list[Any]] = self.call(WORKER, "GET", path).get("values", [])
        return values

    def rows(self, tab: str) -> list[Line]:
        """The rows of a tab by heading; "" where blank."""
        headings, *lines = self.grid(tab) or [[]]
        return [dict(zip(headings, [*line, *[""] * 80], strict=False)) for line in lines]

    def row(self, tab: str, heading: str, value: object) -> Line:
        """The one row that has `value` under `heading`."""
        (found,) = [row for row in self.rows(tab) if row[heading] == value]
        return found

    def write_cell(
        self, tab: str, who: tuple[str, object], heading: str, value: object, user: str = SECRETARY
    ) -> None:
        """A person types `value` under `heading` in the row whose `who[0]` is `who[1]`."""
        headings, *lines = self.grid(tab)
        place = headings.index(who[0])
        number = next(n for n, line in enumerate(lines, 2) if line[place : place + 1] == [who[1]])
        cell = f"'{tab}'!{letters(headings.index(heading))}{number}"
        sheet = SPREADSHEETS.get(tab, TRACKING_SHEET)
        path = f"v4/spreadsheets/{sheet}/values/{cell}?valueInputOption=USER_ENTERED"
        self.call(user, "PUT", path, values=[[value]])

    def change_sheet(self, *requests_: Line, user: str = WORKER, tab: str = "") -> None:
        """A `batchUpdate` as a person (the owner by default)."""
        sheet = SPREADSHEETS.get(tab, TRACKING_SHEET)
        self.call(user, "POST", f"v4/spreadsheets/{sheet}:batchUpdate", requests=requests_)

    # Mailboxes

    def mails(self) -> list[Line]:
        """Every message of ours in every mailbox of the Workspace, drafts too."""
        with self.sandbox.tenant.world.transaction(write=False) as state:
            boxes = state.execute("SELECT DISTINCT mailbox FROM gmail_message").fetchall()
            found = [mailbox(state, box["mailbox"]) for box in boxes]
        return [
            message | {"mailbox": box["address"]}
            for box in found
            for message in (*box["messages"], *box["drafts"])
            if KEY_HEADER in message["headers"]
        ]

    def sent(self) -> Counter[tuple[str, str]]:
        """How often each mail went out, by key and recipient, as the sender's mailbox has it."""
        return Counter(
            (m["headers"][KEY_HEADER], m["to"].rpartition("<")[2].rstrip(">"))
            for m in self.mails()
            if "SENT" in m["labelIds"]
        )

    def received(self) -> Counter[tuple[str, str]]:
        """How often each mail came in, by key and the mailbox it came into."""
        return Counter(
            (m["headers"][KEY_HEADER], m["mailbox"])
            for m in self.mails()
            if "INBOX" in m["labelIds"]
        )

    def drafts(self) -> list[Line]:
        """Our drafts that lie about."""
        return [m for m in self.mails() if "DRAFT" in m["labelIds"]]

    def inbox(self, address: str) -> list[Line]:
        """What came from us to one person, newest first."""
        return [m for m in self.mails() if m["mailbox"] == address and "INBOX" in m["labelIds"]]

    # The Workspace

    def control(self, http_method: str, path: str, **body: Any) -> Line:
        """A control endpoint of the sandbox."""
        address = f"{self.sandbox.url}sandbox/v1/{path}"
        answer = requests.request(http_method, address, json=body or None, timeout=60)
        answer.raise_for_status()
        found: Line = answer.json()
        return found

    def fault(self, *faults: Line) -> None:
        """Arm these faults, and no others."""
        self.control("PUT", "faults", faults=list(faults))

    def struck(self) -> int:
        """How many calls a fault has struck."""
        return sum(one["consumed"] for one in self.control("GET", "faults")["faults"])

    def calls(self) -> dict[str, int]:
        """How many calls of each method since the log was last cleared."""
        found: dict[str, int] = self.control("GET", "requests")["byMethod"]
        return found

    def now(self) -> datetime:
        """The Workspace's clock."""
        return datetime.fromisoformat(self.control("GET", "clock")["now"])

    def go_to(self, instant: datetime) -> None:
        """Set the Workspace's clock, which every command but `check` goes by."""
        self.control("POST", "clock", now=instant.isoformat())

    @contextmanager
    def watched(self) -> Iterator[dict[str, int]]:
        """The calls made inside, filled in at the end."""
        self.control("DELETE", "requests")
        found: dict[str, int] = {}
        yield found
        found.update(self.calls())

    def final_state(self) -> Mapping[str, object]:
        """All that people see in the end: every tab by id, every mail by key and recipient."""
        tabs = ("Inscriptions", "Dossiers", "Anomalies", "Envois", "AR")
        books = {tab: _by_id(self.rows(tab)) for tab in tabs}
        return books | {"sent": self.sent(), "received": self.received()}

    def close(self) -> None:
        """Hang up every person's line."""
        for line in self._lines.values():
            line.close()


@lru_cache
def service_account(file: Path, scopes: tuple[str, ...]) -> Any:
    """The service account's credentials; reading the key once saves seconds."""
    return credentials(file, WORKER, scopes)


def _by_id(rows: list[Line]) -> dict[str, Line]:
    """Rows by their first column, without the minute of a sending."""
    found: dict[str, Line] = {}
    for row in rows:
        identity = str(next(iter(row.values())))
        assert identity not in found, f"two rows {identity}"
        found[identity] = {key: value for key, value in row.items() if key != "Le"}
    return found


def letters(index: int) -> str:
    """Zero-based column index → A1 letters."""
    high, low = divmod(index, 26)
    return (letters(high - 1) if high else "") + chr(ord("A") + low)


@contextmanager
def staged(sandbox: RunningSandbox, home: Path) -> Iterator[Rehearsal]:
    """The demo school without its registrations, on a sandbox emptied for it."""
    requests.post(f"{sandbox.url}sandbox/v1/reset", timeout=20).raise_for_status()
    requests.delete(f"{sandbox.url}sandbox/v1/requests", timeout=20).raise_for_status()
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(sandbox.data / "google.toml", home / "google.toml")
    without_attendance(home)
    school = Rehearsal(sandbox, home)
    school.go_to(MORNING)
    document = demo_school(MORNING)
    for form in document["forms"]:
        form["responses"] = []
    followed = {spreadsheet for spreadsheet, *_ in registers()}
    document["spreadsheets"] = [s for s in document["spreadsheets"] if s["id"] not in followed]
    school.control("POST", "import", **document)
    yield school
    school.close()


def without_attendance(home: Path) -> None:
    """No UEs and no registers: a test that is about attendance names its own."""
    (home / "config").mkdir(parents=True, exist_ok=True)
    shipped = (packaged("config") / "workspace.toml").read_text("utf-8")
    before, _, rest = shipped.partition("[registers]\n")
    _named, _, after = rest.partition("\n\n")
    (home / "config" / "workspace.toml").write_text(before + after, encoding="utf-8")
    (home / "config" / "units.toml").write_text("# No UEs.\n", encoding="utf-8")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One sandbox for the tests of a file."""
    with serve(tmp_path_factory.mktemp("workspace")) as running:
        yield running


@pytest.fixture
def school(workspace: RunningSandbox, tmp_path: Path) -> Iterator[Rehearsal]:
    """A school without registrations, fresh for each test."""
    with staged(workspace, tmp_path / "home") as rehearsal:
        yield rehearsal
