"""`itn-sync check` names every mistake, with its place and its mend, and changes nothing (F30).

Each mistake below is made alone in a school where all is well; then several at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from itn_sync.config_files import packaged
from itn_sync.sandbox.seed import CONFIDENTIAL_SHEET, TRACKING_SHEET, WORKER
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from tests.rehearsal import REFERENT_VA, Line, Rehearsal

STRANGER = "curieux@ecole.example"
PERSON = '[[person]]\nkey = "{0}"\nname = "{0}"\nemail = "{0}@ecole.example"\n\n'
ROLES = (
    "referent_va",
    "referent_ar",
    "referent_numerique",
    "secretariat",
    "personne_de_reference",
    "coordination_section",
    "direction",
)


@pytest.fixture
def school(school: Rehearsal) -> Rehearsal:
    """The rehearsal school with the clock of this machine, which `check` looks at."""
    school.go_to(datetime.now(UTC))
    return school


@dataclass(frozen=True)
class Mistake:
    """What somebody did wrong, and what the line about it must say."""

    make: Callable[[Rehearsal], None]
    topic: str
    says: tuple[str, ...]
    grade: str


MISTAKES: list[Mistake] = []


def mistake(
    topic: str, *says: str, grade: str = "error"
) -> Callable[[Callable[[Rehearsal], None]], Callable[[Rehearsal], None]]:
    """Register a function that makes a mistake; `says` are words of the line and its mend."""

    def register(make: Callable[[Rehearsal], None]) -> Callable[[Rehearsal], None]:
        MISTAKES.append(Mistake(make, topic, says, grade))
        return make

    return register


def edit(school: Rehearsal, name: str, before: str, after: str) -> None:
    """The school's own copy of a configuration file, with one passage changed."""
    path = school.home / "config" / name
    text = (path if path.exists() else packaged("config") / name).read_text("utf-8")
    assert before in text
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def wording(school: Rehearsal, file: str, text: str) -> None:
    """One of the school's own templates."""
    path = school.home / "templates" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def share(school: Rehearsal, file: str, **permission: str) -> None:
    """The owner shares a file."""
    school.call(WORKER, "POST", f"drive/v3/files/{file}/permissions", **permission)


def spreadsheet_settings(school: Rehearsal, **properties: str) -> None:
    """The owner changes Fichier › Paramètres of the shared spreadsheet."""
    change = {"properties": properties, "fields": ",".join(properties)}
    school.change_sheet({"updateSpreadsheetProperties": change})


def change_form(school: Rehearsal, question: str, **changes: Any) -> None:
    """The owner edits a question in Google Forms."""
    form = school.call(WORKER, "GET", f"v1/forms/{REGISTRATION_FORM}")
    place, item = next(
        (n, one) for n, one in enumerate(form["items"]) if question in json.dumps(one)
    )
    request = {
        "item": item | changes,
        "location": {"index": place},
        "updateMask": ",".join(changes),
    }
    path = f"v1/forms/{REGISTRATION_FORM}:batchUpdate"
    school.call(WORKER, "POST", path, requests=[{"updateItem": request}])


# Configuration


@mistake("configuration", "config/school.toml:", "this is not TOML", "correct that line")
def a_bracket_is_missing(school: Rehearsal) -> None:
    edit(school, "school.toml", "[[site]]", "[[site]")


@mistake("configuration", "config/school.toml:", "not TOML", "correct that line")
def a_key_stands_twice(school: Rehearsal) -> None:
    edit(school, "school.toml", 'key = "namur"', 'key = "namur"\nkey = "namur"')


@mistake("configuration", "site[1].aliasses", "unknown key", 'write "aliases"')
def a_key_is_unknown(school: Rehearsal) -> None:
    edit(school, "school.toml", "aliases = ", "aliasses = ")


@mistake("configuration", "person[0].email", "is not an e-mail address", "correct it")
def an_address_is_none(school: Rehearsal) -> None:
    edit(school, "school.toml", '"secretariat@ecole.example"', '"secretariat.ecole.example"')


@mistake("configuration", "person[1].key", '"secretariat" is already taken', "choose another")
def two_persons_have_one_key(school: Rehearsal) -> None:
    edit(school, "school.toml", 'key = "secretariat_namur"', 'key = "secretariat"')


@mistake("configuration", 'unknown person "referent_vae"', "add it under [[person]]")
def a_role_names_nobody_we_know(school: Rehearsal) -> None:
    edit(school, "school.toml", '["referent_va", ', '["referent_vae", ')


@mistake("configuration", "tracking and confidential are the same", "make a second spreadsheet")
def health_goes_where_everybody_reads(school: Rehearsal) -> None:
    edit(school, "workspace.toml", CONFIDENTIAL_SHEET, TRACKING_SHEET)


@mistake("configuration", "question 1a00000c", "where everybody reads", "confidential = true")
def an_ar_request_is_not_marked_as_confidential(school: Rehearsal) -> None:
    edit(school, "forms.toml", "confidential = true\n\n", "\n")


@mistake("configuration", "has not been named yet", "itn-sync init with --create")
def a_spreadsheet_was_never_filled_in(school: Rehearsal) -> None:
    edit(school, "workspace.toml", TRACKING_SHEET, "fill-in-the-id-of-tracking-spreadsheet")


@mistake("configuration", "[admin].email", "nobody hears", "add an address", grade="warning")
def nobody_hears_of_trouble(school: Rehearsal) -> None:
    edit(school, "workspace.toml", 'email = "admin@ecole.example"', "")


# Staffing


@mistake("staffing", "Référent AR", "Personne ne tient ce rôle", "[[role]]", grade="warning")
def a_role_is_held_by_nobody(school: Rehearsal) -> None:
    edit(school, "school.toml", 'persons = ["referent_ar"]', "persons = []")


@mistake("staffing", "Absence : Référente VA", "substitute", grade="warning")
def nobody_stands_in(school: Rehearsal) -> None:
    edit(school, "school.toml", '["referent_va", "referent_va2"]', '["referent_va"]')
    away = '[[absence]]\nperson = "referent_va"\nfirst = 2020-01-01\nlast = 2100-01-01\n\n'
    edit(school, "school.toml", "[[closure]]", f"{away}[[closure]]")


@mistake("staffing", "holds every role alone", "name other persons", grade="warning")
def one_person_holds_every_role(school: Rehearsal) -> None:
    text = (packaged("config") / "school.toml").read_text("utf-8")
    before, _, rest = text.partition("[[person]]")
    calendar = rest[rest.index("[[closure]]") :]
    roles = "".join(f'[[role]]\nrole = "{role}"\npersons = ["seule"]\n\n' for role in ROLES)
    path = school.home / "config" / "school.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(before + PERSON.format("seule") + roles + calendar, encoding="utf-8")


# Credentials and the machine


@mistake("credentials", "nowhere.json cannot be read", "put there")
def the_key_file_is_absent(school: Rehearsal) -> None:
    replace_key(school, None)


@mistake("credentials", "key.json", "put there")
def the_key_file_is_of_another_kind(school: Rehearsal) -> None:
    replace_key(school, '{"type": "authorized_user", "client_id": "1", "refresh_token": "2"}')


@mistake("credentials", "key.json", "put there")
def the_key_file_is_something_else(school: Rehearsal) -> None:
    replace_key(school, "not a key")


def replace_key(school: Rehearsal, text: str | None) -> None:
    """google.toml names another key file, which holds `text` or is not there."""
    key = school.home / ("nowhere.json" if text is None else "key.json")
    if text is not None:
        key.write_text(text, encoding="utf-8")
    file = school.home / "google.toml"
    wanted = f'credentials = "{key}"'
    file.write_text(re.sub(r"credentials = .*", wanted, file.read_text("utf-8")), encoding="utf-8")


@mistake("credentials", "key.json", "others on this machine", "chmod 600", grade="warning")
def others_may_read_the_key(school: Rehearsal) -> None:
    replace_key(school, school.sandbox.credentials.read_text("utf-8"))
    (school.home / "key.json").chmod(0o644)


@mistake("credentials", "missing: https://www.googleapis.com/auth/gmail.metadata)", "Admin console")
def delegation_lacks_a_scope(school: Rehearsal) -> None:
    granted = school.control("GET", "delegation")["scopes"]
    scopes = [scope for scope in granted if not scope.endswith("/gmail.metadata")]
    school.control("PUT", "delegation", scopes=scopes)


@mistake("credentials", "gmail, as", "no active account")
def an_account_is_of_another_domain(school: Rehearsal) -> None:
    edit(school, "workspace.toml", f'mailer = "{WORKER}"', 'mailer = "itn-sync@ailleurs.example"')


@mistake("clock", "behind the Workspace's", "NTP")
def the_clock_is_slow(school: Rehearsal) -> None:
    school.control("POST", "clock", advance=900)


@mistake("workspace", "nothing answers at http://127.0.0.1:9/", "[google].root_url")
def the_address_is_wrong(school: Rehearsal) -> None:
    file = school.home / "google.toml"
    text = file.read_text("utf-8").replace(school.sandbox.url, "http://127.0.0.1:9/")
    file.write_text(text, encoding="utf-8")


@mistake("workspace", "gmail, as", "no token is to be had just now", "try again")
def google_gives_no_tokens_today(school: Rehearsal) -> None:
    school.fault({"method": "oauth.token", "status": 503})


# Forms


@mistake("form", "does not exist, or is not shared", "form_id in config/forms.toml")
def a_form_id_is_wrong(school: Rehearsal) -> None:
    edit(school, "forms.toml", REGISTRATION_FORM, "1CeFormulaireNexistePasDuTout0000000000001")


@mistake("form", "cannot be read", "share it with", "secretariat.namur@ecole.example")
def a_form_is_not_shared(school: Rehearsal) -> None:
    edit(
        school,
        "workspace.toml",
        f'reader = "{WORKER}"',
        'reader = "secretariat.namur@ecole.example"',
    )


@mistake("form", "question «Nom»", "n'est plus dans le formulaire", 'id = "1a0000ff"')
def a_question_is_unknown(school: Rehearsal) -> None:
    edit(school, "forms.toml", 'id = "1a000001"', 'id = "1a0000ff"')


@mistake("form", "question «Prénom»", "Son titre est devenu", "adapter")
def a_question_was_renamed(school: Rehearsal) -> None:
    change_form(school, "1a000002", title="Petit nom")


@mistake("form", "Elle est devenue «paragraphe»", "Remettre ce type de question")
def a_question_was_retyped(school: Rehearsal) -> None:
    question = {"questionId": "1a000004", "textQuestion": {"paragraph": True}}
    change_form(school, "1a000004", questionItem={"question": question})


@mistake("form", "Le choix «Charleroi» est nouveau", "Ajouter")
def an_option_was_added(school: Rehearsal) -> None:
    options = [{"value": site} for site in ("Namur", "Bruxelles", "Charleroi")]
    question = {"questionId": "1a000006", "required": True}
    choice = {"choiceQuestion": {"type": "RADIO", "options": options}}
    change_form(school, "1a000006", questionItem={"question": question | choice})


@mistake("form", "Aucune question ne donne «consent»", "[[form.question]]")
def nothing_asks_for_consent(school: Rehearsal) -> None:
    edit(school, "forms.toml", 'field = "consent"', 'field = "heard_from"')


# Spreadsheets


@mistake("spreadsheet", "does not exist, or is not shared", "[spreadsheets].tracking")
def a_spreadsheet_id_is_wrong(school: Rehearsal) -> None:
    edit(school, "workspace.toml", TRACKING_SHEET, "1CetteFeuilleNexistePasDuTout00000000000001")


@mistake("spreadsheet", "tracking", "cannot be read", "share it with", STRANGER)
def the_worker_has_no_access(school: Rehearsal) -> None:
    edit(school, "workspace.toml", f'sheets = "{WORKER}"', f'sheets = "{STRANGER}"')


@mistake("spreadsheet", "may read it but not write", "editor")
def the_worker_may_only_read(school: Rehearsal) -> None:
    the_worker_has_no_access(school)
    share(school, TRACKING_SHEET, type="user", role="reader", emailAddress=STRANGER)


@mistake("spreadsheet", "it is in the bin", "restore it")
def a_spreadsheet_is_in_the_bin(school: Rehearsal) -> None:
    school.call(WORKER, "PATCH", f"drive/v3/files/{TRACKING_SHEET}", trashed=True)


@mistake("spreadsheet", "paramètres régionaux sont «en_US»", "Belgique (français)")
def a_spreadsheet_writes_decimals_with_a_point(school: Rehearsal) -> None:
    spreadsheet_settings(school, locale="en_US")


@mistake("spreadsheet", "fuseau horaire est «America/New_York»", "Bruxelles")
def a_spreadsheet_is_in_another_time_zone(school: Rehearsal) -> None:
    spreadsheet_settings(school, timeZone="America/New_York")


# Sharing


@mistake("sharing", "confidential", "toute personne qui a le lien", "Limité")
def secrets_are_open_by_link(school: Rehearsal) -> None:
    share(school, CONFIDENTIAL_SHEET, type="anyone", role="reader")


@mistake("sharing", "confidential", "tout le domaine ecole.example", "Limité")
def secrets_are_open_to_the_domain(school: Rehearsal) -> None:
    share(school, CONFIDENTIAL_SHEET, type="domain", role="reader", domain="ecole.example")


@mistake("sharing", "confidential", f"{STRANGER} peut l'ouvrir", "Retirer ce partage")
def a_stranger_reads_secrets(school: Rehearsal) -> None:
    share(school, CONFIDENTIAL_SHEET, type="user", role="reader", emailAddress=STRANGER)


@mistake("sharing", "tracking", "whoever has the link", "Limité")
def registrations_are_open_by_link(school: Rehearsal) -> None:
    share(school, TRACKING_SHEET, type="anyone", role="reader")


@mistake("sharing", "tracking", STRANGER, "take the share back", grade="warning")
def a_stranger_reads_registrations(school: Rehearsal) -> None:
    share(school, TRACKING_SHEET, type="user", role="reader", emailAddress=STRANGER)


@mistake("sharing", "form inscription", "whoever has the link", "Limité")
def answers_are_open_by_link(school: Rehearsal) -> None:
    share(school, REGISTRATION_FORM, type="anyone", role="reader")


@mistake("sharing", "form inscription", STRANGER, "take the share back", grade="warning")
def a_stranger_reads_answers(school: Rehearsal) -> None:
    share(school, REGISTRATION_FORM, type="user", role="writer", emailAddress=STRANGER)


@mistake("sharing", "form inscription", f"{STRANGER} cannot know", "by hand", grade="warning")
def nobody_can_tell_who_reads_answers(school: Rehearsal) -> None:
    the_worker_has_no_access(school)


@mistake("sharing", f"{REFERENT_VA} is the AR referent", "confidential_readers", grade="warning")
def the_ar_referent_cannot_read_what_is_asked(school: Rehearsal) -> None:
    edit(school, "school.toml", 'persons = ["referent_ar"]', 'persons = ["referent_va"]')


@mistake("sharing", "no access of their own: nouveau@ecole.example", "editors", grade="warning")
def a_referent_has_no_access(school: Rehearsal) -> None:
    edit(school, "school.toml", "[[person]]", f"{PERSON.format('nouveau')}[[person]]")
    edit(school, "school.toml", 'persons = ["referent_numerique"]', 'persons = ["nouveau"]')


# Mail


@mistake("mail", "is not an accepted alias", "Gmail's settings")
def the_sender_is_no_alias(school: Rehearsal) -> None:
    before = f'from_address = "{WORKER}"'
    edit(school, "workspace.toml", before, 'from_address = "inscription@ecole.example"')


@mistake("mail", "its mailbox does not answer", "Admin console")
def the_mailer_has_no_mailbox(school: Rehearsal) -> None:
    school.control("POST", "import", mailDisabled=[WORKER])


# Wordings


@mistake("templates", "templates/case_opened/body.txt:2", "case_opened", "correct the template")
def a_template_is_broken(school: Rehearsal) -> None:
    wording(school, "case_opened/body.txt", "Bonjour\n{% if %}")


@mistake("templates", "templates/digest/subject.txt:1", "'lat'", "correct the template")
def a_template_names_something_unknown(school: Rehearsal) -> None:
    wording(school, "digest/subject.txt", "{{ lat|length }} dossiers")


@mistake("templates", "'seldom'", "correct the template")
def a_template_is_wrong_where_it_seldom_goes(school: Rehearsal) -> None:
    wording(school, "case_closed/body.txt", "{% if unanswered %}{{ seldom }}{% endif %}")


@mistake("templates", "templates/case_open", "nobody ever reads", "case_opened", grade="warning")
def a_template_has_a_name_of_no_message(school: Rehearsal) -> None:
    wording(school, "case_open/body.txt", "Bonjour")


@mistake("templates", "case_late/sujet.txt", "no such part", "subject.txt", grade="warning")
def a_template_has_a_part_of_no_message(school: Rehearsal) -> None:
    wording(school, "case_late/sujet.txt", "Rappel")


# Ledger and lease


@mistake("ledger", "no ledger can be made here", "is no folder", "[ledger].url")
def the_ledger_has_no_place(school: Rehearsal) -> None:
    (school.home / "file").write_text("", encoding="utf-8")
    edit(school, "workspace.toml", "sqlite:///itn-sync.db", "sqlite:///file/itn-sync.db")


@mistake("ledger", "this is no ledger, or it is damaged", "itn-sync rebuild")
def the_ledger_is_damaged(school: Rehearsal) -> None:
    (school.home / "itn-sync.db").write_bytes(b"no database" * 100)


def name_of(mistake: Mistake) -> str:
    """For pytest's list."""
    return mistake.make.__name__


def checked(school: Rehearsal) -> tuple[int, list[Line]]:
    """The exit code, and the findings."""
    result = school.worker("check", "--json")
    shown = json.loads(result.stdout)
    assert shown["exit_code"] == result.exit_code
    return result.exit_code, shown["findings"]


def test_where_all_is_well_nothing_is_to_mend(school: Rehearsal) -> None:
    code, findings = checked(school)
    assert [finding for finding in findings if finding["grade"] != "ok"] == []
    assert code == 0
    topics = {"configuration", "staffing", "templates", "ledger", "clock", "credentials"}
    assert {f["topic"] for f in findings} == topics | {"form", "spreadsheet", "sharing", "mail"}


@pytest.mark.parametrize("made", MISTAKES, ids=name_of)
def test_a_mistake_is_named_with_its_mend(school: Rehearsal, made: Mistake) -> None:
    made.make(school)
    code, findings = checked(school)
    about = [f for f in findings if f["topic"] == made.topic and f["grade"] == made.grade]
    lines = [f"{f['where']}: {f['what']}; {f['mend']}" for f in about if f["mend"]]
    assert any(all(word in line for word in made.says) for line in lines), lines
    assert code == expected_code(findings)


def expected_code(findings: list[Line]) -> int:
    """2 where the settings are wrong, 1 where the Workspace is, 0 where a run works."""
    wrong = {finding["topic"] for finding in findings if finding["grade"] == "error"}
    return 2 if wrong & {"configuration", "credentials"} else int(bool(wrong))


def test_there_are_more_than_25_mistakes() -> None:
    assert len(MISTAKES) > 25
    assert len({name_of(made) for made in MISTAKES}) == len(MISTAKES)


TOGETHER = (
    a_role_is_held_by_nobody,
    a_template_is_broken,
    the_ledger_is_damaged,
    a_question_was_renamed,
    a_spreadsheet_id_is_wrong,
    secrets_are_open_by_link,
    delegation_lacks_a_scope,
)


def test_no_mistake_hides_another(school: Rehearsal) -> None:
    for make in TOGETHER:
        make(school)
    _, findings = checked(school)
    for made in (made for made in MISTAKES if made.make in TOGETHER):
        lines = [f"{f['where']}: {f['what']}; {f['mend']}" for f in findings]
        assert any(all(word in line for word in made.says) for line in lines), name_of(made)


def test_every_mistake_of_every_file_is_named_at_once(school: Rehearsal) -> None:
    an_address_is_none(school)
    edit(school, "rules.toml", "soon = 1", "soon = -1")
    a_template_is_broken(school)
    code, findings = checked(school)
    told = "\n".join(f"{finding['where']} {finding['what']}" for finding in findings)
    assert "config/school.toml" in told
    assert "config/rules.toml" in told
    assert "templates/case_opened/body.txt" in told
    assert "not looked at" in told
    assert code == 2


def test_addresses_of_examples_are_named_on_google_itself(
    school: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):  # nothing leaves this machine
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("ITN_SYNC_ROOT_URL", "https://www.googleapis.com/")
    code, findings = checked(school)
    told = {f["where"]: f["what"] for f in findings if f["topic"] == "configuration"}
    assert "no mail reaches" in told["config/workspace.toml, [mail].from_address"]
    assert any("[[person]] referent_va" in where for where in told)
    assert code == 2


def test_a_run_at_work_is_told(school: Rehearsal) -> None:
    school.run()
    with FileLock(school.home / "itn-sync.db.lease"):
        _, findings = checked(school)
    (lease,) = [finding for finding in findings if finding["topic"] == "lease"]
    assert lease["grade"] == "warning"
    assert "at work just now" in lease["what"]
    assert [f["what"] for f in checked(school)[1] if f["topic"] == "lease"] == ["no run is at work"]


def test_after_a_run_the_ledger_tells_what_it_knows(school: Rehearsal) -> None:
    school.answer("Zoe", va="Oui")
    sent = school.run()["mails_sent"]
    (ledger,) = [finding for finding in checked(school)[1] if finding["topic"] == "ledger"]
    assert ledger["what"] == f"it knows {sent} mails"


def test_a_check_changes_nothing(school: Rehearsal) -> None:
    before = files_of(school.home)
    with school.watched() as calls:
        checked(school)
    assert files_of(school.home) == before
    reading = {"get", "list"}
    assert {m for m in calls if m.rpartition(".")[2] not in reading} <= {"oauth.token"}
    assert "drive.permissions.list" in calls


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, with its content."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_people_read_one_line_per_mistake(school: Rehearsal) -> None:
    the_sender_is_no_alias(school)
    result = school.worker("check")
    mend, summary = result.stdout.splitlines()
    assert mend.startswith(f"error   mail: {WORKER}: inscription@ecole.example is not an accepted")
    assert re.fullmatch(r"\d+ things are right, 0 to look at, 1 to mend\.", summary)
    assert result.exit_code == 1


def test_verbose_shows_what_is_right(school: Rehearsal) -> None:
    lines = list(right_lines(school.worker("check", "--verbose").stdout))
    assert any("form: inscription" in line for line in lines)
    assert len(lines) > 10


def right_lines(text: str) -> Iterator[str]:
    """The lines of what is as it should be."""
    return (line for line in text.splitlines() if line.startswith("ok "))
