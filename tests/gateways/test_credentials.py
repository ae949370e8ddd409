"""Ways to be let in, and what a person is told when Google lets nobody in (facts 2)."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from itn_sync.gateways.credentials import (
    ApplicationDefault,
    Identity,
    ImpersonatedServiceAccount,
    ServiceAccountKey,
    SignedInUser,
)
from itn_sync.gateways.credentials_files import CLIENT, keep_private, read_credentials
from itn_sync.gateways.credentials_login import sign_in
from itn_sync.gateways.errors import CredentialsRefused
from itn_sync.gateways.gmail import MAILER
from itn_sync.gateways.google import Google, execute
from itn_sync.gateways.retries import Policy
from tests.consent import Person
from tests.gateways.conftest import PLENTY, WORKER, Workspace
from tests.gateways.iam import Iam, iam_before

LOGIN = "itn-sync login --need mailer"
ROBOT = "itn-sync@sandbox-project.iam.gserviceaccount.com"
DEFAULTS = "GOOGLE_APPLICATION_CREDENTIALS"


def whose_mailbox(google: Google, account: str = WORKER, need: str = "") -> str:
    """The address that Gmail says we are."""
    users = google.resource("gmail", account, MAILER, need=need).users()
    return str(execute(users.getProfile(userId="me"))["emailAddress"])


def let_in(workspace: Workspace, identity: Identity, account: str = WORKER) -> str:
    return whose_mailbox(workspace.google(credentials_file=identity), account)


def told(workspace: Workspace, identity: Identity, account: str = WORKER) -> str:
    """Why nobody was let in."""
    with pytest.raises(CredentialsRefused) as refused:
        let_in(workspace, identity, account)
    return str(refused.value)


# A person


def client_of(workspace: Workspace) -> Path:
    return workspace.sandbox.data / "client_secret.json"


def signed_in(workspace: Workspace, folder: Path, person: Person | None = None) -> SignedInUser:
    """WORKER, after the consent page."""
    ask = person or Person(WORKER)
    keep_private(folder / "token.json", sign_in(client_of(workspace), WORKER, MAILER, ask=ask))
    return SignedInUser(folder / "token.json", LOGIN)


def why_not(workspace: Workspace, person: Person, **more: Any) -> str:
    """What a login that fails says."""
    with pytest.raises(CredentialsRefused) as refused:
        sign_in(client_of(workspace), WORKER, MAILER, ask=person, **more)
    return str(refused.value)


def test_a_person_who_signed_in_is_let_in(workspace: Workspace, tmp_path: Path) -> None:
    assert let_in(workspace, signed_in(workspace, tmp_path)) == WORKER


def test_the_browser_is_asked_safely(workspace: Workspace, tmp_path: Path) -> None:
    person = Person(WORKER)
    signed_in(workspace, tmp_path, person)
    (asked,) = person.asked
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 20
    assert asked["redirect_uri"][0].startswith("http://127.0.0.1:")
    assert asked["login_hint"] == [WORKER]


def test_a_token_is_private_and_holds_no_access(workspace: Workspace, tmp_path: Path) -> None:
    file = signed_in(workspace, tmp_path).token_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["token.json"]
    kept = json.loads(file.read_text("utf-8"))
    assert kept["account"] == WORKER
    assert "ya29" not in json.dumps(kept)
    assert not {"token", "id_token", "access_token"} & set(kept)


def test_a_token_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    keep_private(tmp_path / "token.json", {"old": True})
    with pytest.raises(TypeError):
        keep_private(tmp_path / "token.json", {"new": object()})
    assert [path.name for path in tmp_path.iterdir()] == ["token.json"]
    assert json.loads((tmp_path / "token.json").read_text("utf-8")) == {"old": True}


def test_consent_can_be_given_again(workspace: Workspace, tmp_path: Path) -> None:
    signed_in(workspace, tmp_path)
    assert let_in(workspace, signed_in(workspace, tmp_path)) == WORKER


def test_the_wrong_person_is_not_taken(workspace: Workspace) -> None:
    message = why_not(workspace, Person("direction@ecole.example"))
    assert "direction@ecole.example has consented, not itn-sync@ecole.example" in message


def test_half_a_consent_is_none(workspace: Workspace) -> None:
    message = why_not(workspace, Person(WORKER, refuse=MAILER[1]))
    assert f"has not granted {MAILER[1]}:" in message


def test_a_refusal_changes_nothing(workspace: Workspace) -> None:
    assert "has refused; nothing was changed" in why_not(workspace, Person(WORKER, allow=False))


def test_an_answer_to_another_question_is_not_taken(workspace: Workspace) -> None:
    forged = Person(WORKER, tamper=lambda url: url.replace("state=", "state=x"))
    assert "could not be used: try again" in why_not(workspace, forged)
    assert workspace.calls("oauth.token") == 0


def test_a_stolen_code_is_worth_nothing(workspace: Workspace) -> None:
    forged = Person(WORKER, tamper=lambda url: url.replace("code=", "code=x"))
    assert "could not be used: try again" in why_not(workspace, forged)


def test_nobody_at_the_browser(workspace: Workspace) -> None:
    with pytest.raises(CredentialsRefused, match="nobody answered in the browser"):
        sign_in(client_of(workspace), WORKER, MAILER, ask=lambda _: None, patience=0.1)


def test_a_port_that_is_taken(workspace: Workspace) -> None:
    taken = int(workspace.sandbox.url.rstrip("/").rpartition(":")[2])
    assert "choose another --port" in why_not(workspace, Person(WORKER), port=taken)


def test_before_anybody_signed_in(workspace: Workspace, tmp_path: Path) -> None:
    message = told(workspace, SignedInUser(tmp_path / "token.json", LOGIN))
    assert message == f"nobody has signed in as {WORKER} yet: run `{LOGIN}`"


def test_a_consent_that_was_revoked(workspace: Workspace, tmp_path: Path) -> None:
    user = signed_in(workspace, tmp_path)
    token = json.loads(user.token_file.read_text("utf-8"))["refresh_token"]
    revoked = requests.post(f"{workspace.sandbox.url}revoke", data={"token": token}, timeout=10)
    revoked.raise_for_status()
    message = told(workspace, user)
    assert "consent has expired or was revoked" in message
    assert f"run `{LOGIN}`" in message
    assert token not in message


def test_a_client_that_is_gone(workspace: Workspace, tmp_path: Path) -> None:
    user = signed_in(workspace, tmp_path)
    kept = json.loads(user.token_file.read_text("utf-8"))
    keep_private(user.token_file, kept | {"client_id": "1-gone.apps.googleusercontent.com"})
    assert "Google no longer knows the OAuth client" in told(workspace, user)


def test_the_token_of_somebody_else(workspace: Workspace, tmp_path: Path) -> None:
    user = signed_in(workspace, tmp_path)
    message = told(workspace, user, "direction@ecole.example")
    assert f"token.json is not direction@ecole.example's: run `{LOGIN}`" in message


def test_a_consent_to_less_than_today_needs(workspace: Workspace, tmp_path: Path) -> None:
    person, file = Person(WORKER), tmp_path / "token.json"
    keep_private(file, sign_in(client_of(workspace), WORKER, MAILER[:2], ask=person))
    message = told(workspace, SignedInUser(file, LOGIN))
    assert f"{WORKER} has not granted {MAILER[2]}: run `{LOGIN}`" in message


# Files of a wrong kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"web": {}}', "is the OAuth client of a web application, not"),
        ('{"type": "service_account"}', "is a service account's key, not"),
        ('{"type": "authorized_user"}', "is a person's token, not"),
        ('{"type": "external_account"}', "is a workload identity's description, not"),
        ("[1]", "is no credentials file, not"),
        ("{}", "is no credentials file that we know, not"),
        ("{", "is not JSON"),
        ('{"installed": {"client_id": "1"}}', "has no client_secret, auth_uri, token_uri"),
    ],
)
def test_a_file_that_is_no_client(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "client.json"
    file.write_text(content, "utf-8")
    with pytest.raises(CredentialsRefused) as refused:
        sign_in(file, WORKER, MAILER, ask=Person(WORKER))
    assert str(refused.value).startswith(f"{file} {words}")
    assert "Desktop app" in str(refused.value)


def test_a_client_is_no_key(workspace: Workspace) -> None:
    message = told(workspace, ServiceAccountKey(client_of(workspace)))
    assert "is the OAuth client of a desktop application, not a service account's key" in message


def test_the_example_has_a_keys_shape_and_opens_nothing(workspace: Workspace) -> None:
    example = Path(__file__).parent.parent.parent / "credentials.example.json"
    real = json.loads(workspace.sandbox.credentials.read_text("utf-8"))
    kept = json.loads(example.read_text("utf-8"))
    assert set(kept) >= set(real) - {"client_secret"}
    assert "not a whole one (" in told(workspace, ServiceAccountKey(example))


# Keyless


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine outside any cloud, on which nobody has signed in with gcloud."""
    monkeypatch.delenv(DEFAULTS, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_without_credentials(workspace: Workspace) -> None:
    message = told(workspace, ApplicationDefault())
    assert "no usable application-default credentials: run `gcloud auth" in message


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_with_a_key_delegates(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEFAULTS, str(workspace.sandbox.credentials))
    assert let_in(workspace, ApplicationDefault()) == WORKER
    workspace.control("PUT", "delegation", {"scopes": []})
    assert f"grant the unique ID of {ROBOT} exactly" in told(workspace, ApplicationDefault())


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_on_which_a_person_signed_in(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """gcloud's file names no token endpoint: the library's own is looked for at the root."""
    user = signed_in(workspace, tmp_path)
    monkeypatch.setenv(DEFAULTS, str(user.token_file))
    assert let_in(workspace, ApplicationDefault(), "somebody@ecole.example") == WORKER
    kept = json.loads(user.token_file.read_text("utf-8"))
    keep_private(user.token_file, kept | {"refresh_token": "1//0gone"})
    message = told(workspace, ApplicationDefault())
    assert "sign in with `gcloud auth application-default login --scopes=" in message


def test_a_service_account_as_itself_needs_no_delegation(workspace: Workspace) -> None:
    workspace.control("PUT", "delegation", {"scopes": []})
    sheets = ["https://www.googleapis.com/auth/spreadsheets"]
    line = workspace.google().session(ROBOT, sheets)
    made = line.post("https://sheets.googleapis.com/v4/spreadsheets", json={}).json()
    assert made["spreadsheetId"]


@pytest.fixture
def iam(workspace: Workspace) -> Iterator[Iam]:
    with iam_before(workspace.sandbox) as running:
        yield running


def impersonating(iam: Iam) -> Google:
    identity = ImpersonatedServiceAccount(ROBOT, ApplicationDefault())
    return Google(iam.url, identity, policy=Policy(attempts=2), quotas=PLENTY)


@pytest.fixture
def machine(
    workspace: Workspace, bare_machine: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Path:
    """One on which a person signed in; the file of their token."""
    del bare_machine
    user = signed_in(workspace, tmp_path)
    monkeypatch.setenv(DEFAULTS, str(user.token_file))
    return user.token_file


@pytest.mark.usefixtures("machine")
def test_a_service_account_whose_key_is_nowhere(iam: Iam) -> None:
    with impersonating(iam) as google:
        assert whose_mailbox(google) == WORKER
    (claims,) = iam.signed
    assert (claims["iss"], claims["sub"]) == (ROBOT, WORKER)
    assert set(claims["scope"].split()) == set(MAILER)
    assert iam.bearers[0].startswith("Bearer ya29.")


@pytest.mark.usefixtures("machine")
def test_a_machine_that_may_not_sign(iam: Iam) -> None:
    reason = {"reason": "IAM_PERMISSION_DENIED"}
    iam.refusal = json.dumps(
        {"error": {"code": 403, "message": "Permission denied", "details": [reason]}}
    )
    with impersonating(iam) as google, pytest.raises(CredentialsRefused) as refused:
        whose_mailbox(google)
    assert "the role Service Account Token Creator on that account" in str(refused.value)
    assert refused.value.reason == "IAM_PERMISSION_DENIED"


@pytest.mark.usefixtures("machine")
def test_an_impersonated_account_without_delegation(workspace: Workspace, iam: Iam) -> None:
    workspace.control("PUT", "delegation", {"scopes": []})
    with impersonating(iam) as google, pytest.raises(CredentialsRefused) as refused:
        whose_mailbox(google)
    assert f"grant the unique ID of {ROBOT} exactly these scopes" in str(refused.value)


def test_a_machine_whose_own_login_has_ended(machine: Path, iam: Iam) -> None:
    kept = json.loads(machine.read_text("utf-8"))
    keep_private(machine, kept | {"refresh_token": "1//0gone"})
    with impersonating(iam) as google, pytest.raises(CredentialsRefused) as refused:
        whose_mailbox(google)
    assert "this machine's own credentials have expired" in str(refused.value)
    assert iam.signed == []


# One identity per need


def test_each_need_is_let_in_its_own_way(workspace: Workspace, tmp_path: Path) -> None:
    user = signed_in(workspace, tmp_path)
    google = workspace.google(
        credentials_file=ServiceAccountKey(tmp_path / "none.json"), by_need={"mailer": user}
    )
    assert whose_mailbox(google, need="mailer") == WORKER
    with pytest.raises(CredentialsRefused, match=r"none\.json"):
        whose_mailbox(google)


def test_a_client_is_read_without_its_wrapping(workspace: Workspace) -> None:
    assert read_credentials(client_of(workspace), CLIENT)["client_secret"]
