"""Mails and documents of a run without its rules: the deeds alone, on a sandbox over real HTTP.

`python -m tests.posting HOME` does what `HOME/deeds.json` says in a process that can be killed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from itn_sync.access import SEND_MAIL, WRITE_DOCUMENTS, enter, resource
from itn_sync.delivery import PostOffice
from itn_sync.documents import Registrar
from itn_sync.domain.actions import NotSent, SendMail, WriteDocument
from itn_sync.domain.seen import Row, Table
from itn_sync.domain.tabs import Book
from itn_sync.gateways.documents import Binder
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.sheet_snapshot import Snapshot
from itn_sync.ledger import Ledger
from itn_sync.ledger_rows import DeedTrace
from itn_sync.mailing import Correspondent
from itn_sync.messages import Messages
from itn_sync.report import Report
from itn_sync.settings import load

ROW = ("dossiers", "VA-1")
LEA = "lea@etudiant.example"
LATE = timedelta(seconds=1)
_BODY = "Bonjour {{ name }},\n\n{{ text }}\n\nRéf. {{ reference }}\n"
_LETTER = "<html><body><h1>{{ title }}</h1><p>{{ text }}</p><p>{{ reference }}</p></body></html>"


def a_mail(key: str = "warning/math1/ETU-1/10", **more: Any) -> SendMail:
    """A mail to Léa."""
    context = {"name": "Léa", "text": "10 périodes sur 80.", "subject": "Vos absences"}
    given = {"template": "hello", "context": context, "why": "12,5 %", "row": ROW, **more}
    return SendMail(**{"key": key, "recipient": LEA, "recipient_name": "Léa Été", **given})


def a_document(key: str = "letter/math1/ETU-1/10", **more: Any) -> WriteDocument:
    """A letter to Léa."""
    context = {"title": "Vos absences", "text": "10 périodes sur 80."}
    given = {"template": "letter", "title": "Courrier – Léa Été", "context": context, **more}
    return WriteDocument(**{"key": key, "why": "12,5 %", "row": ROW, **given})


@dataclass
class Desk:
    """A school's outgoing post: each `send` or `write` is a run of its own."""

    home: Path
    environ: Mapping[str, str]
    told: list[str] = field(default_factory=list)
    reserved_allowed: bool = True
    """As in a rehearsal."""

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, under the lease."""
        url = load(self.home, self.environ).workspace.ledger_url
        with closing(Ledger(url)) as ledger, ledger.lease():
            yield ledger

    @contextmanager
    def correspondent(self) -> Iterator[Correspondent]:
        """Who sends, in one run."""
        settings = load(self.home, self.environ)
        with enter(settings) as google, self.ledger() as ledger:
            box = Mailbox(resource(google, settings.workspace, SEND_MAIL))
            table = Table({ROW[1]: Row(ROW[1], {}, 2)})
            yield Correspondent(
                PostOffice(box, ledger, _now, LATE, self.reserved_allowed),
                Messages([self.home / "templates"]),
                settings.workspace,
                {Book.TRACKING: Snapshot({ROW[0]: table}, {})},
                lambda tab, row: f"https://sheet.example/{tab}/{row}",
                time.sleep,
                Report(),
                lambda event: self.told.append(str(event)),
            )

    def send(self, *mails: SendMail, not_sent: tuple[NotSent, ...] = ()) -> Report:
        """A run that wants these mails."""
        with self.correspondent() as sender:
            due = [m for m in mails if m.is_due(sender.office.ledger.deeds().get(m.key))]
            sender.send(tuple(due), not_sent)
            return sender.report

    @contextmanager
    def registrar(self) -> Iterator[Registrar]:
        """Who writes documents, in one run."""
        settings = load(self.home, self.environ)
        with enter(settings) as google, self.ledger() as ledger:
            yield Registrar(
                Binder(resource(google, settings.workspace, WRITE_DOCUMENTS)),
                ledger,
                Messages([self.home / "templates"]),
                settings.workspace.folders,
                frozenset({"secretariat@ecole.example"}),
                _now,
                LATE,
                time.sleep,
                Report(),
                lambda event: self.told.append(str(event)),
            )

    def write(self, *documents: WriteDocument) -> tuple[Report, set[str]]:
        """A run that wants these documents; the keys that it did not settle."""
        with self.registrar() as registrar:
            due = [d for d in documents if d.is_due(registrar.ledger.deeds().get(d.key))]
            return registrar.report, registrar.write(tuple(due))

    def trace(self, key: str) -> DeedTrace:
        """What the ledger knows of a deed."""
        with self.ledger() as ledger:
            found = ledger.trace(key)
        assert found is not None
        return found

    def in_a_process(
        self, mails: tuple[SendMail, ...] = (), documents: tuple[WriteDocument, ...] = ()
    ) -> subprocess.Popen[bytes]:
        """The same run as a process."""
        deeds = {"mails": [*map(asdict, mails)], "documents": [*map(asdict, documents)]}
        (self.home / "deeds.json").write_text(json.dumps(deeds), "utf-8")
        command = [sys.executable, "-m", "tests.posting", str(self.home)]
        return subprocess.Popen(command, env={**_path(), **self.environ})


def desk(home: Path, root_url: str, credentials: Path, *, workspace: str = "") -> Desk:
    """A school's folder with two templates; `workspace` is added to its workspace.toml."""
    for file, text in {
        "hello/subject.txt": "{{ subject }}",
        "hello/body.txt": _BODY,
        "hello/body.html": _BODY,
        "letter/document.html": _LETTER,
    }.items():
        path = home / "templates" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if workspace:
        shipped = Path("config/workspace.toml").read_text("utf-8")
        (home / "config").mkdir(exist_ok=True)
        (home / "config" / "workspace.toml").write_text(shipped + workspace, "utf-8")
    return Desk(home, {"ITN_SYNC_ROOT_URL": root_url, "ITN_SYNC_CREDENTIALS": str(credentials)})


def _now() -> datetime:
    return datetime.now(UTC)


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parent.parent)}


def _do(home: Path) -> None:
    from os import environ  # noqa: PLC0415  (the process alone reads it)

    deeds = json.loads((home / "deeds.json").read_text("utf-8"))
    post = Desk(home, environ)
    post.send(*(SendMail(**_frozen(mail)) for mail in deeds["mails"]))
    if deeds["documents"]:
        post.write(*(WriteDocument(**_frozen(one)) for one in deeds["documents"]))


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()}


if __name__ == "__main__":
    _do(Path(sys.argv[1]))
