"""The token endpoint as google-auth meets it (facts 2)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests
from google.auth import crypt, jwt
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials as UserCredentials

from itn_sync.sandbox.credentials import write_credentials
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import WORKER, Session, credentials
from tests.sandbox.lent import Json, control

SHEETS = "https://www.googleapis.com/auth/spreadsheets"
DIRECTORY = "https://www.googleapis.com/auth/admin.directory.user"
DRIVE = "https://www.googleapis.com/auth/drive"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _refresh(sandbox: RunningSandbox, user: str, *scopes: str) -> Any:
    chosen = credentials(sandbox.credentials, user, scopes)
    with requests.Session() as line:
        chosen.refresh(Request(line))
    return chosen


def _assertion(sandbox: RunningSandbox, key: str = "", **claims: Any) -> Json:
    """The endpoint's answer to an assertion with these claims changed."""
    account = json.loads(sandbox.credentials.read_text("utf-8"))
    current = int(time.time())
    payload = {
        "iss": account["client_email"],
        "sub": WORKER,
        "scope": SHEETS,
        "aud": "https://oauth2.googleapis.com/token",
        "iat": current,
        "exp": current + 3600,
    } | claims
    signer: Any = crypt.RSASigner.from_string(key or account["private_key"])  # type: ignore[no-untyped-call]  # (google-auth)
    signed = jwt.encode(signer, payload)  # type: ignore[no-untyped-call]  # (same)
    return _post(sandbox, grant_type=BEARER, assertion=signed.decode())


def _post(sandbox: RunningSandbox, **form: str) -> Json:
    answer = requests.post(f"{sandbox.url}token", data=form, timeout=5)
    body: Json = answer.json()
    return body | {"http": answer.status_code}


def test_anyone_of_the_domain_may_be_impersonated(sandbox: RunningSandbox) -> None:
    chosen = _refresh(sandbox, "Nouvelle.Personne@ecole.example", SHEETS)
    assert chosen.token.startswith("ya29.")
    answer = requests.get(
        f"{sandbox.url}v4/spreadsheets/none",
        headers={"Authorization": f"Bearer {chosen.token}"},
        timeout=5,
    )
    assert answer.status_code == 404
    log = control(sandbox, "GET", "requests")["requests"]
    callers = {r["caller"] for r in log if r["method"] == "sheets.spreadsheets.get"}
    assert callers == {"nouvelle.personne@ecole.example"}


def test_without_a_subject_the_account_acts_as_itself(sandbox: RunningSandbox) -> None:
    robot = json.loads(sandbox.credentials.read_text("utf-8"))["client_email"]
    chosen = _refresh(sandbox, robot, DRIVE)
    about = requests.get(
        f"{sandbox.url}drive/v3/about?fields=user",
        headers={"Authorization": f"Bearer {chosen.token}"},
        timeout=5,
    )
    assert about.json()["user"]["emailAddress"] == robot


def test_delegation_is_by_exact_scope(sandbox: RunningSandbox) -> None:
    control(sandbox, "PUT", "delegation", {"scopes": [SHEETS]})
    _refresh(sandbox, WORKER, SHEETS)
    with pytest.raises(RefreshError) as caught:
        _refresh(sandbox, WORKER, SHEETS, DRIVE)
    assert caught.value.args[1]["error"] == "unauthorized_client"
    assert not caught.value.retryable
    control(sandbox, "PUT", "delegation", {"scopes": None})
    _refresh(sandbox, WORKER, SHEETS, DRIVE)


@pytest.mark.parametrize("scope", [DIRECTORY, f"{SHEETS} {DIRECTORY}"])
def test_a_scope_of_another_google_api_was_not_granted(sandbox: RunningSandbox, scope: str) -> None:
    """Facts 2.3: a real scope outside the delegation is no `invalid_scope`."""
    answer = _assertion(sandbox, scope=scope)
    assert (answer["http"], answer["error"]) == (401, "unauthorized_client")
    assert answer["error_description"] == (
        "Client is unauthorized to retrieve access tokens using this method, or client not"
        " authorized for any of the scopes requested."
    )


@pytest.mark.parametrize("user", ["x@ailleurs.example", "@ecole.example", "ecole.example"])
def test_nobody_outside_the_domain_is_impersonated(sandbox: RunningSandbox, user: str) -> None:
    with pytest.raises(RefreshError) as caught:
        _refresh(sandbox, user, SHEETS)
    assert caught.value.args[1]["error_description"] == "Invalid email or User ID"


def test_a_good_assertion_gets_an_hour(sandbox: RunningSandbox) -> None:
    answer = _assertion(sandbox)
    assert (answer["http"], answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3599)
    assert answer.keys() == {"access_token", "expires_in", "token_type", "http"}, "facts 2.1"
    assert _assertion(sandbox, aud=f"{sandbox.url}token")["http"] == 200


@pytest.mark.parametrize(
    ("claims", "error", "wording"),
    [
        ({"iss": "other@x.iam.gserviceaccount.com"}, "invalid_grant", "account not found"),
        ({"aud": "https://elsewhere.example/token"}, "invalid_grant", "audience"),
        ({"scope": ""}, "invalid_scope", "scope"),
        ({"scope": "https://www.googleapis.com/auth/nothing"}, "invalid_scope", "scope"),
        ({"scope": f"{SHEETS} spreadsheets"}, "invalid_scope", "scope"),
        ({"scope": f"{DIRECTORY} drive"}, "invalid_scope", "scope"),
        ({"iat": 1, "exp": 2}, "invalid_grant", "short-lived"),
        ({"iat": int(time.time()), "exp": int(time.time()) + 9999}, "invalid_grant", "short-lived"),
        ({"iat": "soon", "exp": None}, "invalid_grant", "short-lived"),
    ],
)
def test_a_wrong_assertion_is_refused(
    sandbox: RunningSandbox, claims: Json, error: str, wording: str
) -> None:
    answer = _assertion(sandbox, **claims)
    assert (answer["http"], answer["error"]) == (400, error)
    assert wording in answer["error_description"]


def test_another_key_does_not_sign_for_the_account(
    sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "service-account.json"
    write_credentials(other, sandbox.url)
    key = json.loads(other.read_text("utf-8"))["private_key"]
    answer = _assertion(sandbox, key)
    assert answer["error_description"] == "Invalid JWT Signature."


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": BEARER}, "invalid_grant"),
        ({"grant_type": BEARER, "assertion": "a.b.c"}, "invalid_grant"),
        ({"grant_type": BEARER, "assertion": "é"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "client_id": "x"}, "invalid_client"),
    ],
)
def test_nonsense_is_refused(sandbox: RunningSandbox, form: dict[str, str], error: str) -> None:
    assert _post(sandbox, **form)["error"] == error


def _user(sandbox: RunningSandbox, **body: Any) -> Any:
    info = control(sandbox, "POST", "authorized-users", {"user": WORKER} | body)
    # from_authorized_user_info ignores the file's token_uri, so the parts are given one by one.
    del info["type"]
    return UserCredentials(None, **info, scopes=body["scopes"])  # type: ignore[no-untyped-call]  # (google-auth)


def _refreshed(user: Any) -> Any:
    with requests.Session() as line:
        user.refresh(Request(line))
    return user


def test_an_installed_app_refreshes_its_token(sandbox: RunningSandbox) -> None:
    assert _refreshed(_user(sandbox, scopes=[SHEETS, DRIVE])).valid


def test_a_revoked_consent_is_over(sandbox: RunningSandbox) -> None:
    user = _user(sandbox, scopes=[SHEETS])
    form = {"token": user.refresh_token}
    assert requests.post(f"{sandbox.url}revoke", data=form, timeout=5).status_code == 200
    with pytest.raises(RefreshError, match="expired or revoked"):
        _refreshed(user)
    rubbish = requests.post(f"{sandbox.url}revoke", data={"token": "x"}, timeout=5)
    assert rubbish.status_code == 400


def test_consent_gives_no_more_than_was_granted(sandbox: RunningSandbox) -> None:
    info = control(sandbox, "POST", "authorized-users", {"user": WORKER, "scopes": [SHEETS]})
    form = {name: info[name] for name in ("client_id", "client_secret", "refresh_token")}
    asked = _post(sandbox, grant_type="refresh_token", scope=DRIVE, **form)
    assert asked["error"] == "invalid_scope"
    wrong = _post(sandbox, grant_type="refresh_token", **form | {"client_secret": "guess"})
    assert (wrong["http"], wrong["error"]) == (401, "invalid_client")


def test_trouble_at_the_token_endpoint_can_be_made(
    sandbox: RunningSandbox, session: Session
) -> None:
    control(sandbox, "PUT", "faults", {"method": "oauth.token", "status": 503, "times": 2})
    assert session().get("drive/v3/files").ok, "google-auth tries three times"
    assert control(sandbox, "GET", "faults")["faults"][0]["consumed"] == 2
    counts = control(sandbox, "GET", "requests")["byMethod"]
    assert counts["oauth.token"] == 3
