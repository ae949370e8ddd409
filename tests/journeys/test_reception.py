"""The secretariat's own contacts: typed into `Accueil`, followed up like any registration (S16)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from itn_sync.domain.tabs import Owner
from itn_sync.domain.tracking import RECEPTION
from itn_sync.sandbox.seed import TRACKING_SHEET, WORKER
from itn_sync.sandbox.server import serve
from tests.rehearsal import REFERENT_VA, SECRETARY, Line, Rehearsal, letters, staged

DAY = "2026-11-24"
STUDENT = "delvaux@etudiant.example"
NADIA = {
    "Date": "23/11/2026",
    "Canal": "Au bureau",
    "Nom": "Delvaux",
    "Prénom": "Nadia",
    "E-mail": STUDENT,
    "Implantation": "Namur",
    "Section": "CAP",
    "Demandes": "VA",
    "Accord donné": "Oui",
}


@pytest.fixture
def desk(school: Rehearsal) -> Rehearsal:
    """A school whose tabs exist."""
    on(school)
    return school


def on(school: Rehearsal, day: str = DAY, *options: str) -> Line:
    """The worker is started on that day."""
    return school.run("--now", f"{day}T10:00:00", *options)


def note(school: Rehearsal, row: int, **said: str) -> None:
    """The secretariat types a row by hand: Nadia Delvaux, but for what is `said`."""
    headings = [
        str(text).partition(" :")[0].partition(" (")[0] for text in school.grid("Accueil")[0]
    ]
    data = [
        {"range": f"Accueil!{letters(headings.index(title))}{row}", "values": [[value]]}
        for title, value in (NADIA | said).items()
    ]
    path = f"v4/spreadsheets/{TRACKING_SHEET}/values:batchUpdate"
    school.call(SECRETARY, "POST", path, valueInputOption="USER_ENTERED", data=data)


def test_somebody_who_came_to_the_desk_is_followed_up_like_anybody(desk: Rehearsal) -> None:
    note(desk, 2)
    report = on(desk)
    assert report["mails_sent"] == 2
    (contact,) = desk.rows("Accueil")
    assert contact["État"] == "Reprise comme inscription"
    assert contact["Identifiant"].startswith("ACC-")
    (registration,) = desk.rows("Inscriptions")
    assert registration["Identifiant"] == f"accueil/{contact['Identifiant']}"
    (case,) = desk.rows("Dossiers")
    assert (case["Origine"], case["E-mail du référent"]) == ("Accueil du secrétariat", REFERENT_VA)
    assert sorted({m["mailbox"] for m in desk.mails() if "INBOX" in m["labelIds"]}) == sorted(
        [REFERENT_VA, STUDENT]
    )
    assert on(desk)["mails_sent"] == 0
    assert desk.plan("--full", "--now", f"{DAY}T10:00:00")["empty"]


def test_a_quiet_run_reads_nothing_more_for_the_desk(desk: Rehearsal) -> None:
    note(desk, 2)
    on(desk)
    with desk.watched() as calls:
        on(desk)
    calls.pop("oauth.token")
    assert calls == {"forms.forms.responses.list": 1, "sheets.spreadsheets.get": 2}


def test_a_corrected_row_is_an_edit(desk: Rehearsal) -> None:
    note(desk, 2)
    on(desk)
    desk.write_cell("Accueil", ("E-mail", STUDENT), "Téléphone", "081 02")
    assert on(desk)["mails_sent"] == 1
    assert desk.rows("Dossiers")[0]["Dernière modification"] == "Téléphone : (vide) → 081 02"


def test_a_plan_says_what_the_run_will_do_and_types_nothing(desk: Rehearsal) -> None:
    note(desk, 2)
    before = desk.grid("Accueil")
    planned = desk.plan("--now", f"{DAY}T09:00:00")
    assert desk.grid("Accueil") == before
    result = desk.worker("apply", "--expect", planned["fingerprint"], "--now", f"{DAY}T10:00:00")
    assert result.exit_code == 0, result.output
    assert len(desk.rows("Inscriptions")) == 1


def test_a_row_that_is_deleted_leaves_its_registration_marked(desk: Rehearsal) -> None:
    note(desk, 2)
    on(desk)
    span = {"sheetId": RECEPTION.sheet_id, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    desk.change_sheet({"deleteDimension": {"range": span}})
    report = on(desk)
    assert desk.rows("Inscriptions")[0]["État"] == "Supprimée du formulaire"
    assert report["mails_sent"] == 0


def test_sorting_the_tab_changes_nothing(desk: Rehearsal) -> None:
    note(desk, 2)
    note(desk, 3, Nom="Bodart", **{"E-mail": "bodart@etudiant.example"})
    on(desk)
    sort(desk)
    assert on(desk)["mails_sent"] == 0
    assert len(desk.rows("Inscriptions")) == 2


def test_sorting_only_the_desks_own_columns_makes_nobody_somebody_else(desk: Rehearsal) -> None:
    note(desk, 2)
    note(desk, 3, Nom="Bodart", **{"E-mail": "bodart@etudiant.example"}, Demandes="Planning")
    on(desk)
    before = registered(desk)
    people = [n for n, column in enumerate(RECEPTION.columns) if column.owner is Owner.PEOPLE]
    sort(desk, SECRETARY, startColumnIndex=people[0], endColumnIndex=people[-1] + 1)
    assert on(desk)["mails_sent"] == 0
    assert registered(desk) == before
    ids = {row["Nom"]: row["Identifiant"] for row in desk.rows("Accueil")}
    assert ids == {name: key.partition("/")[2] for key, name in before.items()}
    assert desk.rows("Anomalies") == []
    assert desk.plan("--now", f"{DAY}T11:00:00")["empty"]


def registered(school: Rehearsal) -> dict[str, str]:
    """Whose registration each one is."""
    return {row["Identifiant"]: row["Nom"] for row in school.rows("Inscriptions")}


def test_somebody_typed_over_a_row_is_an_anomaly_that_says_how_to_mend_it(desk: Rehearsal) -> None:
    note(desk, 2)
    on(desk)
    note(desk, 2, Nom="Bodart", **{"E-mail": "bodart@etudiant.example"})
    assert on(desk)["mails_sent"] == 0
    assert registered(desk).popitem()[1] == "Delvaux"
    (anomaly,) = desk.rows("Anomalies")
    assert "Bodart" in anomaly["Où"]
    assert "sur une ligne vide" in anomaly["Comment corriger"]
    note(desk, 2)
    note(desk, 3, Nom="Bodart", **{"E-mail": "bodart@etudiant.example"})
    assert on(desk)["mails_sent"] == 2
    assert desk.rows("Anomalies")[0]["État"] == "Corrigée"
    assert sorted(registered(desk).values()) == ["Bodart", "Delvaux"]


def test_a_person_who_also_filled_in_the_form_is_flagged(desk: Rehearsal) -> None:
    desk.answer("Delvaux", va="Oui")
    note(desk, 2)
    on(desk)
    flags = [row["Doublon possible"] for row in desk.rows("Inscriptions")]
    assert len(flags) == 2
    assert all(flag.startswith("Même e-mail") for flag in flags)


def test_a_cell_nobody_understands_is_a_line_in_anomalies_until_it_is_mended(
    desk: Rehearsal,
) -> None:
    note(desk, 2, Section="Boulangerie")
    on(desk)
    (line,) = desk.rows("Anomalies")
    assert line["Où"].endswith("colonne «Section»")
    desk.write_cell("Accueil", ("E-mail", STUDENT), "Section", "CAP")
    on(desk)
    assert desk.rows("Anomalies")[0]["État"] == "Corrigée"


def test_a_contact_without_agreement_stays_at_the_desk(desk: Rehearsal) -> None:
    note(desk, 2, **{"Accord donné": "Non"})
    assert on(desk)["mails_sent"] == 0
    assert desk.rows("Inscriptions") == []
    assert desk.rows("Accueil")[0]["État"] == "Simple contact (sans accord)"


def run_while(school: Rehearsal, deed: Callable[[Rehearsal], None]) -> None:
    """A run that `deed` overtakes while it writes the ids of rows that were typed."""
    school.fault({"method": "sheets.spreadsheets.batchUpdate", "latencyMs": 500, "times": 1})
    with ThreadPoolExecutor(1) as elsewhere:
        running = elsewhere.submit(on, school)
        while not school.struck() and not running.done():
            time.sleep(0.01)
        deed(school)
        running.result()
    assert school.struck() == 1


def sort(school: Rehearsal, user: str = WORKER, **columns: int) -> None:
    """By name, so that what came last stands first; all columns, or those from and to."""
    area = {"sheetId": RECEPTION.sheet_id, "startRowIndex": 1, "startColumnIndex": 0} | columns
    specs = [{"dimensionIndex": 4, "sortOrder": "ASCENDING"}]
    school.change_sheet({"sortRange": {"range": area, "sortSpecs": specs}}, user=user)


def insert_a_row(school: Rehearsal) -> None:
    """Above all others."""
    span = {"sheetId": RECEPTION.sheet_id, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    school.change_sheet({"insertDimension": {"range": span}})


@pytest.mark.parametrize("deed", [sort, insert_a_row])
def test_rows_that_move_while_they_get_their_ids_stay_who_they_are(
    desk: Rehearsal, deed: Callable[[Rehearsal], None]
) -> None:
    note(desk, 2)
    on(desk)
    before = desk.rows("Accueil")[0]["Identifiant"]
    note(desk, 3, Nom="Bodart", **{"E-mail": "bodart@etudiant.example"})
    run_while(desk, deed)
    contacts = {row["Nom"]: row["Identifiant"] for row in desk.rows("Accueil") if row["Nom"]}
    assert contacts["Delvaux"] == before
    registered = {row["Nom"]: row["Identifiant"] for row in desk.rows("Inscriptions")}
    assert registered == {name: f"accueil/{identity}" for name, identity in contacts.items()}
    assert set(desk.sent().values()) == {1}
    assert len(desk.sent()) == 4


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Rehearsal]:
    """The same school on a Workspace of its own, where nobody kills anything."""
    with serve(tmp_path / "twin-workspace") as running, staged(running, tmp_path / "twin") as other:
        yield other


def crowd_at(school: Rehearsal) -> None:
    on(school)
    for n in range(6):
        email = f"etudiant{n}@etudiant.example"
        note(school, n + 2, Nom=f"Delvaux{n}", Demandes="VA, AR", **{"E-mail": email})


def run_and_kill(school: Rehearsal, calls: int) -> bool:
    """Kill a run when it has made so many calls; False when it ended before."""
    school.control("DELETE", "requests")
    worker = school.process("run", "--now", f"{DAY}T10:00:00")
    log = school.sandbox.tenant.log
    while worker.poll() is None and log.summary()["total"] < calls:
        time.sleep(0.001)
    worker.kill()
    worker.communicate()
    return worker.returncode != 0


def test_killed_at_any_moment_a_run_ends_as_if_undisturbed(
    school: Rehearsal, twin: Rehearsal
) -> None:
    dice = random.Random(20261124)  # noqa: S311  (a repeatable rehearsal)
    for place in (school, twin):
        crowd_at(place)
    on(twin)
    moments = (3, 4, 5, 6, 8, dice.randint(9, 30))
    assert sum(run_and_kill(school, calls) for calls in moments) >= 4
    on(school)
    assert set(school.sent().values()) == {1}
    assert school.final_state() == twin.final_state()
    assert school.grid("Accueil") == twin.grid("Accueil")
