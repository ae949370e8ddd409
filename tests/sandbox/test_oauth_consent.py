"""Consent to an installed application: the page, the code, the tokens, and taking it back.

Source: https://developers.google.com/identity/protocols/oauth2/native-app
"""

from __future__ import annotations

import json
import re
import threading
import webbrowser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from google.auth import jwt
from google_auth_oauthlib.flow import InstalledAppFlow

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import WORKER
from tests.sandbox.lent import Json, control

DRIVE = "https://www.googleapis.com/auth/drive.readonly"
SHEETS = "https://www.googleapis.com/auth/spreadsheets"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
PROFILE = "https://www.googleapis.com/auth/userinfo.profile"
HERE = "http://localhost:45678/"
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def default_client(sandbox: RunningSandbox) -> Json:
    file = sandbox.data / "client_secret.json"
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read it"
    client: Json = json.loads(file.read_text("utf-8"))["installed"]
    return client


def asking(sandbox: RunningSandbox, **more: str) -> dict[str, str]:
    """A request as an installed application makes it; "" leaves a parameter out."""
    asked = {
        "client_id": default_client(sandbox)["client_id"],
        "response_type": "code",
        "redirect_uri": HERE,
        "scope": DRIVE,
        "state": "à moi & rien",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "access_type": "offline",
    } | more
    return {name: value for name, value in asked.items() if value}


def consent_page(sandbox: RunningSandbox, **more: str) -> requests.Response:
    address = f"{sandbox.url}o/oauth2/v2/auth"
    return requests.get(address, params=asking(sandbox, **more), timeout=5, allow_redirects=False)


def decide(
    sandbox: RunningSandbox, user: str = WORKER, decision: str = "allow", **more: Any
) -> dict[str, str]:
    """What the application receives when a person decides."""
    scopes = more.pop("chosen", None)
    asked = asking(sandbox, **more)
    form: dict[str, Any] = asked | {"_user": user, "_decision": decision}
    form["_scope"] = asked["scope"].split() if scopes is None else scopes
    answer = requests.post(
        f"{sandbox.url}o/oauth2/approval", data=form, timeout=5, allow_redirects=False
    )
    assert answer.status_code == 302, answer.text
    return received(answer.headers["Location"])


def received(location: str) -> dict[str, str]:
    address, _, query = location.partition("?")
    assert address == HERE
    return {name: values[0] for name, values in parse_qs(query).items()}


def exchange(sandbox: RunningSandbox, code: str, **more: str) -> Json:
    client = default_client(sandbox)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "redirect_uri": HERE,
        "code_verifier": VERIFIER,
    } | more
    form = {name: value for name, value in form.items() if value}
    answer = requests.post(f"{sandbox.url}token", data=form, timeout=5)
    body: Json = answer.json()
    return body | {"http": answer.status_code}


def tokens(sandbox: RunningSandbox, **more: Any) -> Json:
    return exchange(sandbox, decide(sandbox, **more)["code"])


def drive_status(sandbox: RunningSandbox, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{sandbox.url}drive/v3/files", headers=headers, timeout=5).status_code


class Person(webbrowser.BaseBrowser):
    """A browser whose owner says yes to whatever page it opens."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002  (webbrowser's)
        threading.Thread(target=self._agree, args=(url,), daemon=True).start()
        return True

    def _agree(self, url: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        form: dict[str, Any] = asked | {"_other": WORKER, "_decision": "allow"}
        form["_scope"] = asked["scope"].split()
        address = url.partition("/o/oauth2/")[0] + "/o/oauth2/approval"
        requests.post(address, data=form, timeout=5)


def test_googles_own_flow_signs_in_and_reads_drive(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # oauthlib wants https everywhere else
    webbrowser.register("person", None, Person("person"))
    file = sandbox.data / "client_secret.json"
    flow = InstalledAppFlow.from_client_secrets_file(str(file), scopes=[DRIVE, "openid"])
    found: Any = flow.run_local_server(port=0, browser="person", timeout_seconds=10)
    assert found.refresh_token
    assert found.id_token
    assert drive_status(sandbox, found.token) == 200
    with flow.authorized_session() as line:
        found.expiry = found.expiry.replace(year=2020)
        assert line.get(f"{sandbox.url}drive/v3/files").status_code == 200, "refreshed by itself"


def test_the_page_says_in_french_who_asks_for_what(sandbox: RunningSandbox) -> None:
    control(sandbox, "POST", "import", {"people": [{"email": WORKER, "name": "Le <robot>"}]})
    page = consent_page(sandbox, scope=f"{DRIVE} {SHEETS}", login_hint="autre@ecole.example")
    assert page.status_code == 200
    assert "Voir et télécharger tous vos fichiers Drive" in page.text
    assert "créer, modifier et supprimer vos feuilles de calcul" in page.text
    assert "Le &lt;robot&gt;" in page.text
    first = re.search(r'name="_user" value="([^"]+)" checked', page.text)
    assert first is not None
    assert first[1] == "autre@ecole.example", "the hinted account comes first"
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' http://localhost:45678;" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_yes_gives_the_application_a_code_and_its_state(sandbox: RunningSandbox) -> None:
    answer = decide(sandbox)
    assert answer["state"] == "à moi & rien"
    assert answer["scope"] == DRIVE
    given = exchange(sandbox, answer["code"])
    assert (given["http"], given["token_type"], given["expires_in"]) == (200, "Bearer", 3599)
    assert given["scope"] == DRIVE
    assert drive_status(sandbox, given["access_token"]) == 200


def test_a_no_is_told_to_the_application(sandbox: RunningSandbox) -> None:
    assert decide(sandbox, decision="deny") == {"error": "access_denied", "state": "à moi & rien"}
    assert decide(sandbox, chosen=[])["error"] == "access_denied"


def test_a_person_may_give_less_than_was_asked(sandbox: RunningSandbox) -> None:
    given = tokens(sandbox, scope=f"{DRIVE} {SHEETS}", chosen=[SHEETS])
    assert given["scope"] == SHEETS
    assert drive_status(sandbox, given["access_token"]) == 403


def test_nobody_outside_the_domain_has_an_account(sandbox: RunningSandbox) -> None:
    form = asking(sandbox) | {"_other": "x@ailleurs.example", "_decision": "allow"}
    form["_scope"] = DRIVE
    answer = requests.post(f"{sandbox.url}o/oauth2/approval", data=form, timeout=5)
    assert answer.status_code == 400
    assert "n’a pas de compte ici" in answer.text


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"client_id": "inconnu"}, 401, "invalid_client"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"redirect_uri": ""}, 400, "invalid_request"),
        ({"redirect_uri": "https://ailleurs.example/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://localhost@ailleurs.example/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://localhost:99999/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": r"http://ailleurs.example\[::1]/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://[::1]; script-src *"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, 400, "invalid_request"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"scope": f"{DRIVE} drive"}, 400, "invalid_scope"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"code_challenge_method": "S512"}, 400, "invalid_request"),
        ({"code_challenge": "court"}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_is_shown_to_the_person_and_not_sent_back(
    sandbox: RunningSandbox, wrong: dict[str, str], status: int, error: str
) -> None:
    page = consent_page(sandbox, **wrong)
    assert page.status_code == status
    assert "Accès bloqué" in page.text
    assert f"Erreur {status} : {error}." in page.text


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:1/", "http://[::1]:5/x?a=b", "http://localhost"]
)
def test_any_port_of_the_loopback_is_a_good_address(sandbox: RunningSandbox, host: str) -> None:
    assert consent_page(sandbox, redirect_uri=host).status_code == 200


def test_a_code_serves_once(sandbox: RunningSandbox) -> None:
    code = decide(sandbox)["code"]
    assert exchange(sandbox, code)["http"] == 200
    again = exchange(sandbox, code)
    assert (again["http"], again["error"]) == (400, "invalid_grant")


def test_a_code_is_worth_ten_minutes(sandbox: RunningSandbox) -> None:
    code = decide(sandbox)["code"]
    control(sandbox, "POST", "clock", {"advance": 601})
    assert exchange(sandbox, code)["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("wrong", "status", "error", "wording"),
    [
        ({"code_verifier": VERIFIER[::-1]}, 400, "invalid_grant", "Invalid code verifier."),
        ({"code_verifier": ""}, 400, "invalid_grant", "Missing code verifier."),
        ({"redirect_uri": "http://localhost:1/"}, 400, "redirect_uri_mismatch", "Bad Request"),
        ({"client_secret": "deviné"}, 401, "invalid_client", "Unauthorized"),
        ({"client_secret": ""}, 400, "invalid_request", "client_secret is missing."),
        ({"client_id": "x"}, 401, "invalid_client", "The OAuth client was not found."),
        ({"code": ""}, 400, "invalid_request", "Missing required parameter: code"),
        ({"code": "rien"}, 400, "invalid_grant", "Malformed auth code."),
    ],
)
def test_a_wrong_exchange_gets_googles_error(
    sandbox: RunningSandbox, wrong: dict[str, str], status: int, error: str, wording: str
) -> None:
    answer = exchange(sandbox, **{"code": decide(sandbox)["code"]} | wrong)
    assert (answer["http"], answer["error"]) == (status, error)
    assert answer["error_description"] == wording


def test_a_plain_challenge_is_its_own_verifier(sandbox: RunningSandbox) -> None:
    code = decide(sandbox, code_challenge=VERIFIER, code_challenge_method="plain")["code"]
    assert exchange(sandbox, code)["http"] == 200


def test_without_offline_access_there_is_no_refresh_token(sandbox: RunningSandbox) -> None:
    assert "refresh_token" not in tokens(sandbox, access_type="online")
    assert "refresh_token" in tokens(sandbox, access_type="offline")


def test_scopes_granted_earlier_count_where_the_application_says_so(
    sandbox: RunningSandbox,
) -> None:
    tokens(sandbox, scope=SHEETS)
    assert tokens(sandbox)["scope"] == DRIVE
    assert tokens(sandbox, include_granted_scopes="true")["scope"] == f"{DRIVE} {SHEETS}"


@pytest.mark.parametrize(("hint", "error"), [("", "login_required"), (WORKER, "consent_required")])
def test_without_a_page_only_what_was_agreed_is_granted(
    sandbox: RunningSandbox, hint: str, error: str
) -> None:
    refused = consent_page(sandbox, prompt="none", login_hint=hint)
    assert received(refused.headers["Location"])["error"] == error
    tokens(sandbox)
    agreed = received(consent_page(sandbox, prompt="none", login_hint=WORKER).headers["Location"])
    assert exchange(sandbox, agreed["code"])["http"] == 200


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_revoked_token_is_dead_with_all_of_its_consent(
    sandbox: RunningSandbox, verb: str, kind: str
) -> None:
    given = tokens(sandbox)
    sent = {"params" if verb == "GET" else "data": {"token": given[kind]}}
    address = f"{sandbox.url}revoke"
    answer = requests.request(verb, address, timeout=5, **sent)  # type: ignore[arg-type]  # (params or data)
    assert (answer.status_code, answer.json()) == (200, {})
    assert drive_status(sandbox, given["access_token"]) == 401
    client = default_client(sandbox)
    form = {name: client[name] for name in ("client_id", "client_secret")}
    form |= {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    dead = requests.post(f"{sandbox.url}token", data=form, timeout=5).json()
    assert dead["error_description"] == "Token has been expired or revoked."
    again = requests.request(verb, address, timeout=5, **sent)  # type: ignore[arg-type]  # (same)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


def test_tokeninfo_tells_what_a_token_is_good_for(sandbox: RunningSandbox) -> None:
    given = tokens(sandbox, scope=f"{DRIVE} {EMAIL}")
    query = {"access_token": given["access_token"]}
    told = requests.get(f"{sandbox.url}tokeninfo", params=query, timeout=5).json()
    assert told["aud"] == told["azp"] == default_client(sandbox)["client_id"]
    assert told["scope"].split() == [DRIVE, EMAIL]
    assert (told["email"], told["email_verified"], told["access_type"]) == (
        WORKER,
        "true",
        "offline",
    )
    assert 3500 < int(told["expires_in"]) < 3600
    old = requests.get(f"{sandbox.url}oauth2/v1/tokeninfo", params=query, timeout=5).json()
    assert (old["user_id"], old["issued_to"]) == (told["sub"], told["aud"])
    header = {"Authorization": f"Bearer {given['access_token']}"}
    posted = requests.post(f"{sandbox.url}tokeninfo", headers=header, timeout=5).json()
    assert posted["aud"] == told["aud"], "as Node's client asks"
    bad = requests.get(f"{sandbox.url}tokeninfo", params={"access_token": "x"}, timeout=5)
    assert (bad.status_code, bad.json()["error_description"]) == (400, "Invalid Value")


def userinfo(sandbox: RunningSandbox, path: str, token: str) -> requests.Response:
    header = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{sandbox.url}{path}", headers=header, timeout=5)


def test_userinfo_tells_who_it_is_by_the_scopes_granted(sandbox: RunningSandbox) -> None:
    control(sandbox, "POST", "import", {"people": [{"email": WORKER, "name": "Robot Demo"}]})
    token = tokens(sandbox, scope="openid email profile")["access_token"]
    v3 = userinfo(sandbox, "oauth2/v3/userinfo", token).json()
    assert (v3["email"], v3["name"], v3["hd"]) == (WORKER, "Robot Demo", "ecole.example")
    v2 = userinfo(sandbox, "oauth2/v2/userinfo", token).json()
    assert (v2["id"], v2["verified_email"]) == (v3["sub"], True)
    only_email = tokens(sandbox, scope=EMAIL)["access_token"]
    assert "name" not in userinfo(sandbox, "oauth2/v3/userinfo", only_email).json()
    no_sign_in = tokens(sandbox)["access_token"]
    assert userinfo(sandbox, "oauth2/v3/userinfo", no_sign_in).status_code == 401
    assert userinfo(sandbox, "oauth2/v2/userinfo", "x").status_code == 401


def test_an_id_token_is_signed_for_the_client(sandbox: RunningSandbox) -> None:
    given = tokens(sandbox, scope="openid email", nonce="n-0S6")
    proof = given["id_token"]
    query = {"id_token": proof}
    told = requests.get(f"{sandbox.url}tokeninfo", params=query, timeout=5).json()
    assert (told["email"], told["nonce"], told["alg"]) == (WORKER, "n-0S6", "RS256")
    forged = {"id_token": proof[:-8] + "AAAAAAAA"}
    assert requests.get(f"{sandbox.url}tokeninfo", params=forged, timeout=5).status_code == 400
    known = requests.get(f"{sandbox.url}.well-known/openid-configuration", timeout=5).json()
    [key] = requests.get(known["jwks_uri"], timeout=5).json()["keys"]
    header: Any = jwt.decode_header(proof)  # type: ignore[no-untyped-call]  # (google-auth)
    assert key["kid"] == header["kid"]
    claims: Any = jwt.decode(proof, verify=False)  # type: ignore[no-untyped-call]  # (same)
    assert (claims["iss"], claims["aud"]) == (
        known["issuer"],
        default_client(sandbox)["client_id"],
    )
    assert known["authorization_endpoint"].startswith(sandbox.url)


def test_another_client_has_a_project_and_addresses_of_its_own(sandbox: RunningSandbox) -> None:
    uri = "https://appli.example/retour"
    wanted = {"name": "Appli", "kind": "web", "redirectUris": [uri], "project": "projet-b"}
    client = control(sandbox, "POST", "oauth-clients", wanted)["web"]
    assert client["project_id"] == "projet-b"
    asked = {"client_id": client["client_id"], "access_type": ""}
    assert "«<bdi>Appli</bdi>»" in consent_page(sandbox, redirect_uri=uri, **asked).text
    assert consent_page(sandbox, **asked).status_code == 400, "web clients have no loopback"
    wrong = {"code": decide(sandbox)["code"], "client_id": client["client_id"]}
    stolen = exchange(sandbox, client_secret=client["client_secret"], **wrong)
    assert stolen["error"] == "invalid_grant"
