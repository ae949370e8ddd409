"""From nothing to a first run: `init`, `forms inspect`, `mail preview` (F30)."""

from __future__ import annotations

import json
import tomllib
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner, Result

from itn_sync.cli import app
from itn_sync.sandbox.seed import CONFIDENTIAL_SHEET, TRACKING_SHEET
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from tests.rehearsal import MORNING, SECRETARY, Line, Rehearsal

OWNER = "accompagnement@ecole.example"
FILES = ["forms.toml", "rules.toml", "school.toml", "units.toml", "workspace.toml"]


@pytest.fixture
def school(school: Rehearsal) -> Rehearsal:
    """The rehearsal school with the clock of this machine, which `check` looks at."""
    school.go_to(datetime.now(UTC))
    return school


def itn_sync(*words: str, answers: str = "") -> Result:
    """The command, inside this process; `answers` are typed at its questions."""
    return CliRunner().invoke(app, list(words), input=answers)


def init(school: Rehearsal, folder: Path, *options: str) -> Result:
    """`itn-sync init` on the rehearsal's Workspace, asking nothing."""
    said = {
        "--name": "École d'essai",
        "--domain": "ecole.example",
        "--account": OWNER,
        "--credentials": str(school.sandbox.credentials),
        "--root-url": school.sandbox.url,
    }
    flags = (word for pair in said.items() for word in pair)
    return itn_sync("init", str(folder), "--yes", *flags, *options)


def config(folder: Path, name: str) -> dict[str, Any]:
    """A configuration file of the new school."""
    return tomllib.loads((folder / "config" / name).read_text("utf-8"))


def findings(folder: Path) -> list[Line]:
    """What a check of the new school has to say against it."""
    shown = json.loads(itn_sync("check", "--json", "--home", str(folder)).stdout)
    return [finding for finding in shown["findings"] if finding["grade"] != "ok"]


def test_a_new_folder_has_the_schools_names_in_it(school: Rehearsal, tmp_path: Path) -> None:
    assert init(school, tmp_path / "new").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "new" / "config").iterdir()) == FILES
    workspace = config(tmp_path / "new", "workspace.toml")
    assert workspace["accounts"]["mailer"] == OWNER
    assert workspace["mail"]["from_name"] == "École d'essai"
    assert config(tmp_path / "new", "school.toml")["name"] == "École d'essai"
    assert "credentials*.json" in (tmp_path / "new" / ".gitignore").read_text("utf-8")
    assert "# --- Sections." in (tmp_path / "new/config/school.toml").read_text("utf-8")


def test_it_asks_what_it_was_not_told(tmp_path: Path) -> None:
    answers = "École nouvelle\nnouvelle.example\n\n\n"
    result = itn_sync("init", str(tmp_path / "new"), answers=answers)
    assert result.exit_code == 0, result.output
    workspace = config(tmp_path / "new", "workspace.toml")
    assert workspace["accounts"]["reader"] == "itn-sync@nouvelle.example"
    assert workspace["google"]["credentials"] == "credentials.json"
    people = config(tmp_path / "new", "school.toml")["person"]
    assert {person["email"].partition("@")[2] for person in people} == {"nouvelle.example"}


def test_without_questions_it_says_what_it_lacks(tmp_path: Path) -> None:
    result = itn_sync("init", str(tmp_path), "--yes", "--name", "École")
    assert result.exit_code == 2
    assert "--domain must be given" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_kept_and_what_is_missing_is_added(
    school: Rehearsal, tmp_path: Path
) -> None:
    mine = tmp_path / "config" / "rules.toml"
    mine.parent.mkdir()
    mine.write_text("late_request_seconds = 5\n", encoding="utf-8")
    result = init(school, tmp_path)
    assert "kept     config/rules.toml (it is there already)" in result.stdout
    assert mine.read_text("utf-8") == "late_request_seconds = 5\n"
    assert (tmp_path / "config" / "school.toml").exists()


def test_until_its_things_are_made_a_check_says_what_is_not_named(
    school: Rehearsal, tmp_path: Path
) -> None:
    init(school, tmp_path)
    told = findings(tmp_path)
    assert {finding["topic"] for finding in told} == {"configuration"}
    assert len(told) == 3
    assert all("itn-sync init with --create" in finding["mend"] for finding in told)


def test_from_nothing_to_a_student_who_is_answered(school: Rehearsal, tmp_path: Path) -> None:
    result = init(school, tmp_path, "--create")
    assert result.exit_code == 0, result.output
    assert findings(tmp_path) == []
    school.go_to(MORNING)
    forms = config(tmp_path, "forms.toml")["form"]
    fill_in(school, forms[0])
    run = itn_sync("run", "--json", "--home", str(tmp_path))
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["mails_sent"] == 2
    assert len(school.inbox("zoe@etudiant.example")) == 1


def fill_in(school: Rehearsal, form: Line) -> None:
    """A student answers the new form in a browser."""
    said = {
        "last_name": "Exemple",
        "first_name": "Zoé",
        "email": "zoe@etudiant.example",
        "birth_date": "1999-02-28",
        "site": "Namur",
        "section": "CAP",
        "va": "Oui",
        "ar": "Non",
        "digital": "Non",
        "planning": "Non",
    }
    questions = {question["field"]: question for question in form["question"]}
    said["consent"] = next(iter(questions["consent"]["meanings"]))
    values = {f"entry.{questions[field]['id']}": value for field, value in said.items()}
    address = f"{school.sandbox.url}forms/d/e/{form['form_id']}/formResponse"
    requests.post(address, data=values, timeout=20).raise_for_status()


def test_a_second_creation_makes_and_writes_nothing(school: Rehearsal, tmp_path: Path) -> None:
    init(school, tmp_path, "--create")
    before = {name: (tmp_path / "config" / name).read_bytes() for name in FILES}
    with school.watched() as calls:
        assert init(school, tmp_path, "--create").exit_code == 0
    assert {name: (tmp_path / "config" / name).read_bytes() for name in FILES} == before
    made = {"drive.files.create", "forms.forms.create", "forms.forms.batchUpdate"}
    assert made.isdisjoint(calls)


@pytest.mark.parametrize(
    "method",
    [
        "drive.files.create",
        "sheets.spreadsheets.batchUpdate",
        "drive.permissions.create",
        "drive.files.update",
        "forms.forms.batchUpdate",
        "forms.forms.setPublishSettings",
    ],
)
def test_a_creation_that_broke_off_is_completed(
    school: Rehearsal, tmp_path: Path, method: str
) -> None:
    school.fault({"method": method, "status": 400, "times": 1, "when": "after"})
    broken = init(school, tmp_path, "--create")
    if method != "drive.permissions.create":  # told, and the rest goes on
        assert broken.exit_code == 1
    assert init(school, tmp_path, "--create").exit_code == 0
    assert findings(tmp_path) == []
    books = config(tmp_path, "workspace.toml")["spreadsheets"]
    query = "mimeType='application/vnd.google-apps.spreadsheet' and 'me' in owners"
    found = school.call(OWNER, "GET", f"drive/v3/files?q={query}")["files"]
    assert {file["id"] for file in found} == {books["tracking"], books["confidential"]}


def test_what_exists_already_is_not_touched(school: Rehearsal, tmp_path: Path) -> None:
    init(school, tmp_path)
    for name, things in (
        ("workspace.toml", {"tracking": TRACKING_SHEET, "confidential": CONFIDENTIAL_SHEET}),
        ("forms.toml", {"registration-form": REGISTRATION_FORM}),
    ):
        path = tmp_path / "config" / name
        text = path.read_text("utf-8")
        for thing, known in things.items():
            text = text.replace(f"fill-in-the-id-of-{thing}-spreadsheet", known)
            text = text.replace(f"fill-in-the-id-of-{thing}", known)
        path.write_text(text, encoding="utf-8")
    result = init(school, tmp_path, "--create")
    assert result.stdout.count("kept     spreadsheet") == 2
    assert "kept     form inscription" in result.stdout
    assert result.exit_code == 0


def test_somebody_who_cannot_be_shared_with_is_named(school: Rehearsal, tmp_path: Path) -> None:
    refusal = {"status": 400, "reason": "invalidSharingRequest", "message": "No such account."}
    school.fault({"method": "drive.permissions.create", "times": 1, **refusal})
    result = init(school, tmp_path, "--create")
    (line,) = [one for one in result.stdout.splitlines() if one.startswith("refused")]
    assert "tracking cannot be shared with coordination@ecole.example (No such account.)" in line
    assert result.exit_code == 1


def test_delegation_that_is_too_small_for_a_creation_is_told(
    school: Rehearsal, tmp_path: Path
) -> None:
    granted = school.control("GET", "delegation")["scopes"]
    lesser = [scope for scope in granted if not scope.endswith("/drive.file")]
    school.control("PUT", "delegation", scopes=lesser)
    result = init(school, tmp_path, "--create")
    assert result.exit_code == 2
    assert "grant client" in result.stderr
    assert "auth/drive.file" in result.stderr.replace("\n", "")


# Looking at forms and mails


def test_the_inspected_form_is_mapped_as_the_shipped_one(school: Rehearsal) -> None:
    result = school.worker("forms", "inspect", REGISTRATION_FORM)
    assert "#   1a000007  Section (dropdown, required): CESS | CAP |" in result.stdout
    (mapped,) = tomllib.loads(result.stdout)["form"]
    (shipped,) = tomllib.loads(Path("config/forms.toml").read_text("utf-8"))["form"]
    by_id = {question["id"]: question for question in mapped["question"]}
    assert by_id == {question["id"]: question for question in shipped["question"]}
    assert (mapped["form_id"], mapped["label"]) == (shipped["form_id"], shipped["label"])
    assert "#   1a000019  À quelle heure peut-on vous joindre ? (time)" in result.stdout


def test_a_form_that_is_not_there_is_told(school: Rehearsal) -> None:
    result = school.worker("forms", "inspect", "1CeFormulaireNexistePasDuTout0000000000001")
    assert result.exit_code == 1
    assert "404" in result.stderr


def test_a_mail_is_shown_in_the_terminal(school: Rehearsal) -> None:
    shown = school.worker("mail", "preview", "case_opened").stdout
    assert shown.startswith("Objet : Nouvelle demande d'accompagnement, Namur")
    assert "Élodie Exemple" in shown
    assert "ITN Promotion sociale" in shown


def test_the_schools_own_wording_is_what_is_shown(school: Rehearsal) -> None:
    own = school.home / "templates" / "case_opened"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("À vous !", encoding="utf-8")
    assert school.worker("mail", "preview", "case_opened").stdout.startswith("Objet : À vous !\n")


def test_another_sample_says_what_the_first_does_not(school: Rehearsal) -> None:
    shown = school.worker("mail", "preview", "acknowledgement", "--variant", "3").stdout
    assert "Vous n'avez pas demandé d'accompagnement particulier" in shown


def test_a_mail_is_written_to_a_file(school: Rehearsal) -> None:
    page = school.home / "mail.html"
    school.worker("mail", "preview", "digest", "--html", str(page))
    assert "<!doctype html>" in page.read_text("utf-8")


def test_a_mail_opens_in_the_browser(school: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    school.worker("mail", "preview", "digest", "--browser")
    (address,) = opened
    page = Path(address.removeprefix("file://"))
    assert "En retard (1)" in page.read_text("utf-8")
    page.unlink()


@pytest.mark.parametrize("words", [["case_open"], ["digest", "--variant", "9"]])
def test_an_unknown_message_or_sample_is_told(school: Rehearsal, words: list[str]) -> None:
    result = school.worker("mail", "preview", *words)
    assert result.exit_code == 2
    assert "case_opened" in result.stderr or "--variant 1 to 2" in result.stderr


def test_a_broken_wording_is_told_with_its_line(school: Rehearsal) -> None:
    own = school.home / "templates" / "digest"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("Bonjour\n{{ personne }}", encoding="utf-8")
    result = school.worker("mail", "preview", "digest")
    assert result.exit_code == 2
    assert "digest/body.txt:2" in result.stderr


def test_the_owner_of_what_was_made_is_the_account_and_others_are_editors(
    school: Rehearsal, tmp_path: Path
) -> None:
    init(school, tmp_path, "--create")
    books = config(tmp_path, "workspace.toml")["spreadsheets"]
    form = config(tmp_path, "forms.toml")["form"][0]["form_id"]
    assert roles(school, books["confidential"]) == {
        OWNER: "owner",
        "direction@ecole.example": "writer",
        "referent.ar@ecole.example": "writer",
    }
    assert roles(school, books["tracking"])[SECRETARY] == "writer"
    assert roles(school, form) == {OWNER: "owner"}


def roles(school: Rehearsal, file: str) -> dict[str, str]:
    """Who may do what with a file."""
    path = f"drive/v3/files/{file}/permissions?fields=permissions(emailAddress,role,type)"
    held = school.call(OWNER, "GET", path)["permissions"]
    assert {permission["type"] for permission in held} == {"user"}
    return {permission["emailAddress"]: permission["role"] for permission in held}
