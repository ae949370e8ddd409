"""A person gives the worker access to their account, in a browser.

Source: https://developers.google.com/identity/protocols/oauth2/native-app: an installed
application with PKCE and a state, whose answer comes to a port of the loopback.
"""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from google.auth import jwt
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2 import AccessDeniedError, OAuth2Error
from requests import RequestException

from itn_sync.gateways.credentials_files import CLIENT, Json, bad_file, read_credentials
from itn_sync.gateways.errors import CredentialsRefused

SIGN_IN = ("openid", "https://www.googleapis.com/auth/userinfo.email")
"""Asked beside the scopes of a need: whose account it is."""

_CLIENT_KEYS = ("client_id", "client_secret", "auth_uri", "token_uri")
_LOOPBACK = "127.0.0.1"
_ASKING = "itn-sync"
_ANSWERED = "Réponse reçue : fermez cette page et lisez la suite dans le terminal."


def sign_in(
    client_file: Path,
    account: str,
    scopes: Sequence[str],
    *,
    ask: Callable[[str], None],
    port: int = 0,
    patience: float = 600,
) -> Json:
    """The token to keep once `account` has consented to all of `scopes`; waits `patience` seconds.

    `ask` brings them to the address it is given. `client_file` is the OAuth client's, from the
    Cloud console; the answer comes to `port` of the loopback, 0 being any free one. Raises
    CredentialsRefused for every other outcome.
    """
    client = read_credentials(client_file, CLIENT)
    flow = _flow(client_file, client, [*SIGN_IN, *scopes])
    webbrowser.register(_ASKING, None, _Asking(ask))
    try:
        with _oauthlib_allows(client["token_uri"]):
            flow.run_local_server(
                host=_LOOPBACK,
                port=port,
                authorization_prompt_message=None,
                success_message=_ANSWERED,
                browser=_ASKING,
                timeout_seconds=patience,
                login_hint=account,
                prompt="consent",  # else a second login brings no refresh token
            )
    except (OAuth2Error, WSGITimeoutError, ValueError, OSError) as error:
        raise _failed(account, error) from error
    return _token(client, flow.credentials, account, scopes)


class _Asking(webbrowser.BaseBrowser):
    """What the library takes for a browser: it would print the address where nobody may see it."""

    def __init__(self, ask: Callable[[str], None]) -> None:
        super().__init__(_ASKING)
        self._ask = ask

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002  (webbrowser's)
        """The address goes to whoever asked us."""
        self._ask(url)
        return True


def _flow(client_file: Path, client: Json, scopes: Sequence[str]) -> InstalledAppFlow:
    if missing := [key for key in _CLIENT_KEYS if not isinstance(client.get(key), str)]:
        raise bad_file(client_file, f"has no {', '.join(missing)}", CLIENT)
    return InstalledAppFlow.from_client_config(
        {"installed": client}, scopes=scopes, autogenerate_code_verifier=True
    )


def _token(client: Json, granted: Any, account: str, scopes: Sequence[str]) -> Json:
    found = _address(granted.id_token)
    if found != account.lower():
        why = f"{found or 'somebody unknown'} has consented, not {account}: choose that account"
        raise _refused("other_account", f"{why}, or correct [accounts] in workspace.toml")
    if missing := [one for one in scopes if one not in (granted.granted_scopes or ())]:
        what = ", ".join(missing)
        raise _refused("missing_scope", f"{account} has not granted {what}: leave every box ticked")
    if not granted.refresh_token:
        raise _refused("no_refresh_token", "Google gave no lasting token: try again")
    return {
        "type": "authorized_user",
        "account": found,
        "scopes": sorted(scopes),
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "token_uri": client["token_uri"],
        "refresh_token": granted.refresh_token,
    }


def _address(id_token: str | None) -> str:
    """Whose account it is. It comes straight from the token endpoint: no signature to check."""
    claims: Mapping[str, Any] = jwt.decode(id_token, verify=False) if id_token else {}  # type: ignore[no-untyped-call]  # (google-auth)
    return str(claims.get("email", "")).lower() if claims.get("email_verified") else ""


def _failed(account: str, error: Exception) -> CredentialsRefused:
    told: Mapping[type[Exception], tuple[str, str]] = {
        AccessDeniedError: ("access_denied", f"{account} has refused; nothing was changed"),
        WSGITimeoutError: ("no_answer", "nobody answered in the browser: try again"),
        RequestException: ("no_token", "Google could not be reached for the token: try again"),
        OSError: ("no_port", "the port for the browser's answer is taken: choose another --port"),
    }
    for kind, (reason, message) in told.items():
        if isinstance(error, kind):
            return _refused(reason, message)
    # oauthlib may quote what it was sent: only the kind is told
    name = getattr(error, "error", None) or type(error).__name__
    return _refused(str(name), "the answer from the browser could not be used: try again")


def _refused(reason: str, message: str) -> CredentialsRefused:
    return CredentialsRefused(0, reason, message)


@contextmanager
def _oauthlib_allows(token_uri: str) -> Iterator[None]:
    """What oauthlib only takes from the environment.

    Fewer scopes than asked come back as an answer, which we word ourselves; a token endpoint on
    this very machine needs no TLS.
    """
    allowed = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    if urlsplit(token_uri).hostname == _LOOPBACK:
        allowed["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    before = {name: os.environ.get(name) for name in allowed}
    os.environ.update(allowed)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
