"""`itn-sync login` and `itn-sync scopes`: how the worker is let in, as an admin sees it."""

from __future__ import annotations

import json
import shlex
import stat
from pathlib import Path
from typing import Any

import pytest
import requests
import typer
from typer.testing import CliRunner, Result

from itn_sync.access import ALL_RIGHTS, NEEDS, OF_ATTENDANCE, READ_ROSTERS, RIGHTS, Right
from itn_sync.cli import BAD_SETTINGS, app
from tests.consent import Person
from tests.gateways.conftest import WORKER
from tests.rehearsal import Rehearsal, school, workspace

__all__ = ["school", "workspace"]

GRANT = "https://www.googleapis.com/auth/"
USER = 'kind = "user"\nfile = "{}"\n'


def let_in(home: Path, need: str, table: str) -> None:
    """google.toml says how the worker is let in for `need`."""
    file = home / "google.toml"
    file.write_text(f"{file.read_text('utf-8')}\n[credentials.{need}]\n{table}", "utf-8")


@pytest.fixture
def personal(school: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    """A school whose mailbox a person has to open, and the person at the browser."""
    let_in(school.home, "mailer", USER.format(school.sandbox.data / "client_secret.json"))
    monkeypatch.setattr("webbrowser.open", Person(WORKER))
    return school


def lines(result: Result) -> list[str]:
    return result.output.splitlines()


# login


def test_a_school_runs_with_a_mailbox_that_a_person_opened(personal: Rehearsal) -> None:
    signed_in = personal.worker("login", "--need", "mailer")
    assert signed_in.exit_code == 0, signed_in.output
    assert lines(signed_in)[-1].startswith(f"mailer: {WORKER} has signed in; kept in ")
    token = personal.home / "token-mailer.json"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert json.loads(token.read_text("utf-8"))["refresh_token"] not in signed_in.output
    personal.answer("Dupont", va="Oui", va_details="Maths")
    personal.run()
    assert sum(personal.sent().values()) == 2


def test_login_asks_for_every_need_that_wants_a_person(personal: Rehearsal) -> None:
    let_in(personal.home, "reader", USER.format(personal.sandbox.data / "client_secret.json"))
    assert personal.worker("login").exit_code == 0
    kept = sorted(path.name for path in personal.home.glob("token-*"))
    assert kept == ["token-mailer.json", "token-reader.json"]
    personal.run()


def test_no_browser_prints_the_address_alone(
    personal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    person, echo = Person(WORKER), typer.echo

    def read_aloud(text: str, **more: Any) -> None:
        echo(text, **more)
        if "/o/oauth2/auth?" in text:
            person(text.splitlines()[-1])

    monkeypatch.setattr("typer.echo", read_aloud)
    assert personal.worker("login", "--no-browser").exit_code == 0
    assert opened == []


def test_before_the_login_a_run_names_it(personal: Rehearsal) -> None:
    stopped = personal.worker("run")
    assert stopped.exit_code == BAD_SETTINGS
    command = f"itn-sync login --need mailer --home {shlex.quote(str(personal.home))}"
    assert f"nobody has signed in as {WORKER} yet: run `{command}`" in stopped.output


def test_a_run_after_the_consent_was_revoked_names_the_login(personal: Rehearsal) -> None:
    personal.worker("login")
    token = json.loads((personal.home / "token-mailer.json").read_text("utf-8"))["refresh_token"]
    requests.post(f"{personal.sandbox.url}revoke", data={"token": token}, timeout=10)
    personal.answer("Dupont")
    stopped = personal.worker("run")
    assert stopped.exit_code == BAD_SETTINGS
    assert "run `itn-sync login --need mailer --home" in stopped.output


def test_a_failed_login_keeps_what_there_was(
    personal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    personal.worker("login")
    token = personal.home / "token-mailer.json"
    before = token.read_bytes()
    monkeypatch.setattr("webbrowser.open", Person(WORKER, allow=False))
    refused = personal.worker("login")
    assert refused.exit_code == BAD_SETTINGS
    assert "has refused" in refused.output
    assert token.read_bytes() == before


def test_where_nobody_has_to_sign_in(school: Rehearsal) -> None:
    told = school.worker("login", "--need", "mailer")
    assert told.exit_code == BAD_SETTINGS
    assert 'no [credentials.mailer] of workspace.toml has kind = "user"' in told.output


def test_a_need_that_does_not_exist(school: Rehearsal) -> None:
    told = school.worker("login", "--need", "postman")
    assert told.exit_code == BAD_SETTINGS
    assert "write one of reader, sheets, mailer" in told.output


# scopes


def scopes(home: Path) -> list[dict[str, Any]]:
    told = CliRunner().invoke(app, ["scopes", "--json", "--home", str(home)])
    assert told.exit_code == 0, told.output
    found: list[dict[str, Any]] = json.loads(told.stdout)["credentials"]
    return found


def test_one_key_is_granted_everything_together(school: Rehearsal) -> None:
    (grant,) = scopes(school.home)
    key = json.loads(school.sandbox.credentials.read_text("utf-8"))
    assert grant["name"] == f"Service account {key['client_email']}"
    assert grant["clientId"] == key["client_id"]
    assert grant["accounts"] == dict.fromkeys(NEEDS, WORKER)
    pasted = grant["paste"].split(",")
    assert pasted == [one["scope"] for one in grant["scopes"]]
    assert without_rosters(ALL_RIGHTS) == list(dict.fromkeys(pasted))


def without_rosters(rights: tuple[Right, ...]) -> list[str]:
    """The scopes of a school that follows no attendance."""
    wanted = (scope for right in rights if right not in OF_ATTENDANCE for scope in right.scopes)
    return list(dict.fromkeys(wanted))


def test_a_school_that_follows_attendance_needs_rosters_too(school: Rehearsal) -> None:
    before = set(scopes(school.home)[0]["paste"].split(","))
    (school.home / "config" / "units.toml").unlink()  # the shipped UEs
    after = set(scopes(school.home)[0]["paste"].split(","))
    assert after - before == set(READ_ROSTERS.scopes)
    assert after == {scope for right in ALL_RIGHTS for scope in right.scopes}


def test_what_is_pasted_is_enough_and_a_run_misses_every_scope(school: Rehearsal) -> None:
    """Google refuses a token as soon as one scope is not delegated (facts 2.1)."""
    pasted = scopes(school.home)[0]["paste"].split(",")
    school.control("PUT", "delegation", scopes=pasted)
    school.answer("Dupont")
    school.run()
    of_runs = without_rosters(RIGHTS)
    for scope, name in zip(of_runs, ("A", "B", "C", "D", "E", "F", "G"), strict=True):
        school.control("PUT", "delegation", scopes=[one for one in pasted if one != scope])
        school.answer(name)
        stopped = school.worker("run")
        assert stopped.exit_code == BAD_SETTINGS, scope
        assert scope in stopped.output


def test_the_text_ends_with_what_to_paste(school: Rehearsal) -> None:
    *_, where, pasted = lines(school.worker("scopes"))
    assert where.startswith("Admin console: Security,")
    assert pasted == scopes(school.home)[0]["paste"]


def test_every_need_its_own_credential(school: Rehearsal) -> None:
    let_in(school.home, "reader", 'kind = "default"\n')
    let_in(school.home, "sheets", 'kind = "impersonated"\nprincipal = "robot@p.iam.example"\n')
    let_in(school.home, "mailer", USER.format("client.json"))
    reader, sheets, mailer = scopes(school.home)
    assert [list(one["accounts"]) for one in (reader, sheets, mailer)] == [[n] for n in NEEDS]
    assert sheets["name"] == "Service account robot@p.iam.example, impersonated"
    assert sheets["paste"] == ",".join(
        f"{GRANT}{scope}" for scope in ("spreadsheets", "drive.metadata.readonly", "drive.file")
    )
    assert mailer["paste"].startswith(f"openid,{GRANT}userinfo.email,{GRANT}gmail.compose")
    told = school.worker("scopes").output
    assert f"itn-sync login --need mailer --home {shlex.quote(str(school.home))}" in told
    assert "Client ID (unique ID of the service account; Cloud console: IAM" in told


def test_the_scopes_are_told_before_there_is_a_key(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["scopes", "--home", str(tmp_path)])
    assert told.exit_code == 0
    assert f"Service account of {tmp_path / 'config' / 'credentials.json'}" in told.output
