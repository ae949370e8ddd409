"""A watched run tells its story, and says in French why it stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from itn_sync import live
from itn_sync.domain.actions import KeepRegister, SendMail
from itn_sync.domain.plan import RowChange
from itn_sync.gateways.errors import Unavailable
from itn_sync.ledger import LeaseHeldError
from itn_sync.report import MailSent, Note, RegisterKept, RowsWritten
from itn_sync.sync import UnsafePlanError

ROOT = "http://127.0.0.1:9/"
HOME = Path("ecole")
ROW = RowChange("dossiers", "VA-1", {"student": "Ada"}, None, "Ada : VA")
LOGGED = RowChange("envois", "case/VA-1/told/1", {}, None, "Ada : VA")
MAIL = SendMail("case/VA-1/told/1", "va+1@ecole.example", "VA", "case_opened", {}, "Ada : VA")


def test_a_written_row_leads_to_its_line_in_the_sheet() -> None:
    links = {("dossiers", "VA-1"): f"{ROOT}row", ("envois", LOGGED.id): f"{ROOT}log"}
    row, log = live.lines_of(RowsWritten((ROW, LOGGED), links), ROOT)
    assert (row.done, row.link) == (True, f"{ROOT}row")
    assert (log.key, log.link) == ("envois", f"{ROOT}log")


def test_a_row_that_cannot_be_found_again_has_no_link() -> None:
    [row] = live.lines_of(RowsWritten((ROW,), {}), ROOT)
    assert row.link == ""


def test_a_sent_mail_leads_to_the_mailbox_of_its_reader() -> None:
    [line] = live.lines_of(MailSent(MAIL, "itn-sync@ecole.example", "18f"), ROOT)
    assert line.done
    assert line.link == f"{ROOT}courrier/itn-sync%40ecole.example/18f?pour=va%2B1%40ecole.example"


def test_a_register_is_ticked_off_once_it_is_kept() -> None:
    kept = KeepRegister("math1", why="Math 1 : 1 étudiant ajouté")
    [line] = live.lines_of(RegisterKept(kept), ROOT)
    assert (line.key, line.done, line.why) == ("register/math1", True, kept.why)


def test_a_note_for_the_terminal_is_no_line() -> None:
    assert list(live.lines_of(Note("writing 3 rows"), ROOT)) == []


@pytest.mark.parametrize(
    ("error", "text", "mend"),
    [
        (LeaseHeldError(), "déjà en cours", "Attendez"),
        (UnsafePlanError("200 mails"), "Par prudence", "itn-sync run --home ecole --force"),
        (Unavailable(503, "busy", "busy"), "erreur 503", "reprend où elle s’est arrêtée"),
        (Unavailable(0, "line", "cut"), "Google ne répond pas", "Relancez"),
        (RuntimeError("secret"), "inattendue", "terminal"),
    ],
)
def test_whatever_stops_a_run_is_told_with_its_remedy(
    error: Exception, text: str, mend: str
) -> None:
    told = live.failure(error, HOME)
    assert text in told.text
    assert mend in told.mend
    assert "secret" not in told.text + told.mend
    assert not told.is_good


def test_a_home_that_cannot_be_read_is_told_and_not_raised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "rules.toml").write_text("[règles", encoding="utf-8")
    ended = live.run(tmp_path, {}, lambda: datetime.now(UTC), lambda _: None)
    assert "configuration de l’école" in ended.text
    assert "rules.toml" in capsys.readouterr().err
