"""Settings: the shipped school loads; a mistake names file, line, key and remedy (design 6)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from itn_sync import settings
from itn_sync.config_files import Mistake, packaged
from itn_sync.domain.forms import FIELDS
from itn_sync.domain.school import Kind, Role
from itn_sync.domain.staffing import Vacancy, vacancies
from itn_sync.domain.tabs import Book
from itn_sync.settings import ConfigError, Settings


def shipped(name: str) -> str:
    return (packaged("config") / name).read_text(encoding="utf-8")


def write(home: Path, name: str, text: str) -> Path:
    path = home / "config" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(home: Path, name: str, *swaps: tuple[str, str]) -> Path:
    text = shipped(name)
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new, 1)
    return write(home, name, text)


def load(home: Path, **environ: str) -> Settings:
    return settings.load(home, environ)


def mistakes(home: Path, **environ: str) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigError) as caught:
        load(home, **environ)
    return caught.value.mistakes


def only(home: Path, **environ: str) -> Mistake:
    (mistake,) = mistakes(home, **environ)
    return mistake


def told(home: Path, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(home, **environ)
    return str(caught.value).splitlines()


def line_of(path: Path, text: str) -> int:
    return path.read_text(encoding="utf-8").split(text)[0].count("\n") + 1


# The shipped school


def test_an_empty_folder_gets_the_shipped_school(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert [site.key for site in found.school.sites] == ["namur", "bruxelles"]
    assert found.school.site("Etterbeek") == found.school.sites[1]
    assert [section.name for section in found.school.sections] == [
        "CESS",
        "CAP",
        "Électricien-automaticien",
        "Conseiller en technopédagogie",
    ]
    assert vacancies(found.school) == ()
    assert found.template_folders == (tmp_path / "templates", packaged("templates"))


def test_each_site_and_section_has_its_own_people(tmp_path: Path) -> None:
    school = load(tmp_path).school
    namur = school.holders(Role.SECRETARIAT, "namur", "cess")
    assert [p.email for p in namur] == [
        "secretariat.namur@ecole.example",
        "secretariat@ecole.example",
    ]
    (cap,) = school.holders(Role.SECTION_COORDINATION, "bruxelles", "cap")
    assert cap.email == "coordination.cap.bruxelles@ecole.example"
    va = school.holders(Role.REFERENT_VA, "namur", "cap")
    assert [p.email for p in va] == ["referent.va@ecole.example", "referent.va2@ecole.example"]


def test_the_shipped_school_names_nobody_real(tmp_path: Path) -> None:
    people = load(tmp_path).school.persons
    assert {p.email.rpartition("@")[2] for p in people} == {"ecole.example"}


def test_school_days_skip_holidays_of_belgium_and_of_the_school(tmp_path: Path) -> None:
    calendar = load(tmp_path).school.calendar
    closed = [date(2026, 11, 11), date(2026, 10, 19), date(2027, 1, 1), date(2027, 5, 7)]
    assert not any(map(calendar.is_school_day, closed))
    assert calendar.is_school_day(date(2026, 11, 23))
    assert not calendar.is_school_day(date(2040, 7, 21))


def test_the_shipped_form_fills_every_field_once_and_keeps_ar_details_apart(tmp_path: Path) -> None:
    (form,) = load(tmp_path).forms
    assert {q.field for q in form.questions} == set(FIELDS)
    assert [q.id for q in form.questions if q.confidential] == ["1a00000c"]
    section = next(q for q in form.questions if q.field == "section")
    assert section.meanings["Électricien-automaticien"] == "electricien_automaticien"


def test_the_shipped_workspace_is_google_and_its_ledger_stands_in_home(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found.workspace.is_google
    assert found.workspace.credentials == tmp_path / "config" / "credentials.json"
    assert found.workspace.ledger_url == f"sqlite:///{tmp_path / 'itn-sync.db'}"
    assert found.workspace.spreadsheets[Book.TRACKING].startswith("1SuiviAccompagnementDemo")
    assert found.workspace.accounts.mailer == "itn-sync@ecole.example"


def test_shipped_rules_are_also_the_defaults(tmp_path: Path) -> None:
    written = load(tmp_path).rules
    write(tmp_path, "rules.toml", "")
    assert load(tmp_path).rules == written
    assert written.first_contact_school_days == dict.fromkeys(Kind, 5)
    assert (written.max_mails_per_run, written.late_request_seconds) == (1000, 600)


# A school's own files


def test_a_file_of_the_school_hides_the_packaged_one_and_no_other(tmp_path: Path) -> None:
    write(tmp_path, "rules.toml", "[first_contact_school_days]\nar = 2\n")
    found = load(tmp_path)
    assert found.rules.first_contact_school_days[Kind.AR] == 2
    assert found.rules.first_contact_school_days[Kind.VA] == 5
    assert found.school.name == "ITN Promotion sociale"


def test_the_file_that_the_sandbox_writes_points_the_worker_at_it(tmp_path: Path) -> None:
    (tmp_path / "google.toml").write_text(
        '[google]\nroot_url = "http://127.0.0.1:8080/"\ncredentials = "keys/sa.json"\n'
        "late_request_seconds = 2\n"
    )
    found = load(tmp_path)
    assert found.workspace.root_url == "http://127.0.0.1:8080/"
    assert not found.workspace.is_google
    assert found.workspace.credentials == tmp_path / "keys" / "sa.json"
    assert found.rules.late_request_seconds == 2


def test_the_environment_names_another_google_file_and_wins_over_it(tmp_path: Path) -> None:
    other = tmp_path / "sandbox" / "google.toml"
    other.parent.mkdir()
    other.write_text('[google]\nroot_url = "http://127.0.0.1:8080/"\ncredentials = "sa.json"\n')
    found = load(tmp_path, ITN_SYNC_GOOGLE=str(other))
    assert found.workspace.root_url == "http://127.0.0.1:8080/"
    assert found.workspace.credentials == other.parent / "sa.json"
    found = load(
        tmp_path,
        ITN_SYNC_GOOGLE=str(other),
        ITN_SYNC_ROOT_URL="http://localhost:9/",
        ITN_SYNC_CREDENTIALS="/secret/key.json",
        ITN_SYNC_LEDGER_URL="sqlite:////srv/itn/ledger.db",
    )
    assert found.workspace.root_url == "http://localhost:9/"
    assert found.workspace.credentials == Path("/secret/key.json")
    assert found.workspace.ledger_url == "sqlite:////srv/itn/ledger.db"


def test_a_role_that_nobody_holds_is_told_and_not_refused(tmp_path: Path) -> None:
    changed(tmp_path, "school.toml", ('persons = ["referent_numerique"]', "persons = []"))
    assert vacancies(load(tmp_path).school) == (Vacancy(Role.REFERENT_DIGITAL),)


def test_an_absence_is_read_with_and_without_substitute(tmp_path: Path) -> None:
    absence = "\n[[absence]]\nperson = 'referent_ar'\nfirst = 2026-11-23\nlast = 2026-11-27\n"
    write(tmp_path, "school.toml", shipped("school.toml") + absence)
    school = load(tmp_path).school
    (referent,) = school.holders(Role.REFERENT_AR, "namur", "cap")
    assert school.present(referent, date(2026, 11, 25)) is None
    write(tmp_path, "school.toml", f"{shipped('school.toml')}{absence}substitute = 'direction'\n")
    stand_in = load(tmp_path).school.present(referent, date(2026, 11, 25))
    assert stand_in is not None
    assert stand_in.email == "direction@ecole.example"


# Mistakes


def test_a_misspelt_key_names_file_line_key_and_the_right_word(tmp_path: Path) -> None:
    path = changed(tmp_path, "school.toml", ('aliases = ["Etterbeek"', 'alias = ["Etterbeek"'))
    mistake = only(tmp_path)
    assert mistake.file == str(path)
    assert mistake.line == line_of(path, "alias = ")
    assert mistake.key == "site[1].alias"
    assert told(tmp_path) == [
        f"config/school.toml:{mistake.line}: site[1].alias: "
        'unknown key; remove it or write "aliases"'
    ]


def test_an_unknown_person_is_told_from_the_home_and_with_what_to_do(tmp_path: Path) -> None:
    path = changed(tmp_path, "school.toml", ('persons = ["referent_ar"]', 'persons = ["ghost"]'))
    line = line_of(path, 'persons = ["ghost"]')
    assert told(tmp_path) == [
        f'config/school.toml:{line}: role[2].persons: unknown person "ghost"; '
        "add it under [[person]] or correct the name"
    ]


def test_a_file_elsewhere_is_told_by_its_whole_path(tmp_path: Path) -> None:
    elsewhere = tmp_path / "google.toml"
    home = tmp_path / "home"
    home.mkdir()
    elsewhere.write_text("[google]\nroot_url = 'ftp://x.test/'\n")
    assert told(home, ITN_SYNC_GOOGLE=str(elsewhere)) == [
        f"{elsewhere}:2: google.root_url: this address is not safe; write it with https://"
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        ("school.toml", 'sites = ["bruxelles"]', 'sites = ["liege"]', "section[2].sites"),
        ("school.toml", 'persons = ["referent_ar"]', 'persons = ["ghost"]', "role[2].persons"),
        ("school.toml", 'sections = ["cess"]', 'sections = ["ghost"]', "role[7].sections"),
        ("school.toml", 'role = "referent_ar"', 'role = "referent_xx"', "role[2].role"),
        ("school.toml", "coordination@ecole.example", "coordination", "person[7].email"),
        ("school.toml", "last = 2026-10-30", "last = 2026-10-03", "closure[0].last"),
        ("school.toml", "first = 2026-10-19", 'first = "octobre"', "closure[0].first"),
        ("school.toml", 'key = "bruxelles"', 'key = "namur"', "site[1].key"),
        ("school.toml", '"Etterbeek"', '"NAMUR"', "site[1].name"),
        ("forms.toml", 'key = "inscription"', 'key = "accueil"', "form[0].key"),
        ("forms.toml", 'field = "last_name"', 'field = "name"', "form[0].question[0].field"),
        ("forms.toml", 'kind = "dropdown"', 'kind = "list"', "form[0].question[6].kind"),
        ("forms.toml", 'id = "1a000002"', 'id = "1a000001"', "form[0].question[1].id"),
        ("forms.toml", '"CAP" = "cap"', '"CAP" = "cup"', "form[0].question[6].meanings.CAP"),
        (
            "rules.toml",
            "max_mails_per_run = 1000",
            "max_mails_per_run = -1",
            "valve.max_mails_per_run",
        ),
        ("rules.toml", "va = 5", 'va = "cinq"', "first_contact_school_days.va"),
        ("rules.toml", "va = 5", "vae = 5", "first_contact_school_days.vae"),
        ("workspace.toml", 'root_url = "https', 'root_url = "http', "google.root_url"),
        ("workspace.toml", "sqlite:///itn-sync.db", "ledger.db", "ledger.url"),
        (
            "workspace.toml",
            '"1SuiviAccompagnementDemo00000000000000000001"',
            '"https://docs.google.com/spreadsheets/d/1Suivi"',
            "spreadsheets.tracking",
        ),
        ("workspace.toml", "reader =", "# reader =", "accounts.reader"),
    ],
)
def test_a_mistake_names_its_key_and_line(
    tmp_path: Path, name: str, old: str, new: str, key: str
) -> None:
    path = changed(tmp_path, name, (old, new))
    found = {mistake.key: mistake for mistake in mistakes(tmp_path)}
    assert key in found
    mistake = found[key]
    assert mistake.file == str(path)
    expected = re.escape(key.rpartition(".")[2])
    line = path.read_text(encoding="utf-8").splitlines()[mistake.line - 1]
    assert re.search(rf"{expected}|\[accounts\]", line)
    assert mistake.what
    assert mistake.mend
    assert not re.search(r"input|tuple|dict|[à-ÿ«»{}]", f"{mistake.what} {mistake.mend}", re.I)


def test_two_fields_missing_in_one_person_are_two_mistakes(tmp_path: Path) -> None:
    write(tmp_path, "school.toml", shipped("school.toml") + "\n[[person]]\nkey = 'x'\n")
    found = mistakes(tmp_path)
    assert [m.key for m in found] == ["person[14].name", "person[14].email"]
    assert {m.what for m in found} == {"this key is missing"}


def test_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    changed(tmp_path, "school.toml", ('sites = ["bruxelles"]', 'sites = ["liege"]'))
    changed(tmp_path, "rules.toml", ("va = 5", "va = -5"))
    write(tmp_path, "workspace.toml", "[google\n")
    found = mistakes(tmp_path, ITN_SYNC_ROOT_URL="ftp://x.test/")
    files = [Path(m.file).name for m in found]
    assert list(dict.fromkeys(files)) == [
        "rules.toml",
        "workspace.toml",
        "environment",
        "school.toml",
        "units.toml",
    ]
    in_units = [m for m in found if Path(m.file).name == "units.toml"]
    assert len(in_units) == 6  # the UEs of the section whose site is unknown now
    assert {m.key.rpartition(".")[2] for m in in_units} == {"site"}
    assert found[2].key == "ITN_SYNC_ROOT_URL"
    assert found[2].told().startswith("environment: ITN_SYNC_ROOT_URL: this address is not safe;")


def test_text_that_is_not_toml_names_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, "rules.toml", "[valve]\n\nmax_mails_per_run = deux\n")
    mistake = only(tmp_path)
    assert (mistake.file, mistake.line) == (str(path), 3)
    assert mistake.told(tmp_path).startswith("config/rules.toml:3: this is not TOML (")


def test_a_file_that_is_not_utf8_or_ends_too_early_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "rules.toml", "")
    path.write_bytes("# été".encode("latin-1"))
    assert "UTF-8" in only(tmp_path).what
    path.write_text("[valve]\nmax_mails_per_run =")
    assert only(tmp_path).line == 2


def test_a_google_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    mistake = only(tmp_path, ITN_SYNC_GOOGLE="nowhere/google.toml")
    assert mistake.file == str(tmp_path / "nowhere" / "google.toml")


def test_a_google_file_may_say_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "google.toml").write_text("[google]\ntoken = 'x'\n\n[mail]\nreply_to = 'x'\n")
    assert [(m.key, m.line) for m in mistakes(tmp_path)] == [("google.token", 2), ("mail", 4)]


@pytest.mark.parametrize(
    "url", ["mysql://db.test/itn", "sqlite://", "sqlite:///", "sqlite:///:memory:", "itn-sync.db"]
)
def test_a_ledger_that_is_no_file_names_its_key_or_its_variable(tmp_path: Path, url: str) -> None:
    remedy = "the ledger can only be an SQLite file; write it like sqlite:///itn-sync.db"
    assert told(tmp_path, ITN_SYNC_LEDGER_URL=url) == [
        f"environment: ITN_SYNC_LEDGER_URL: {remedy}"
    ]
    path = changed(tmp_path, "workspace.toml", ('url = "sqlite:///itn-sync.db"', f'url = "{url}"'))
    line = line_of(path, f'url = "{url}"')
    assert told(tmp_path) == [f"config/workspace.toml:{line}: ledger.url: {remedy}"]


def test_a_school_without_coordinator_is_refused(tmp_path: Path) -> None:
    changed(tmp_path, "school.toml", ('persons = ["coordination"]', "persons = []"))
    assert "personne_de_reference" in only(tmp_path).what


def test_a_person_cannot_stand_in_for_themselves(tmp_path: Path) -> None:
    absence = (
        "\n[[absence]]\nperson = 'direction'\nsubstitute = 'direction'\n"
        "first = 2026-11-23\nlast = 2026-11-27\n"
    )
    write(tmp_path, "school.toml", shipped("school.toml") + absence)
    assert only(tmp_path).key == "absence[0].substitute"
