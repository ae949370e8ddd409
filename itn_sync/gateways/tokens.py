"""Access tokens for one person and a set of scopes, from a service account's key file.

Source: https://developers.google.com/identity/protocols/oauth2/service-account, facts section 2.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport import Response
from google.auth.transport.requests import Request
from google.oauth2 import service_account

from itn_sync.gateways.errors import CredentialsRefused
from itn_sync.gateways.retries import Policy, TryAgain

Timeout = tuple[float, float]
"""Seconds to connect, and to wait for the next byte."""


class Tokens:
    """The bearer for one person; fetched when first needed, again when it expires. Thread-safe."""

    def __init__(
        self,
        credentials_file: Path,
        subject: str,
        scopes: Sequence[str],
        *,
        policy: Policy,
        timeout: Timeout,
    ) -> None:
        self.subject = subject
        self.scopes = tuple(scopes)
        key = _read_key(credentials_file)
        self._client_id = key.get("client_id", "")
        self._credentials = _credentials(credentials_file, key, subject, self.scopes)
        self._policy = policy
        self._session = requests.Session()
        self._endpoint = _TokenEndpoint(self._session, timeout)
        self._lock = threading.Lock()

    def bearer(self) -> str:
        """A token that is still good.

        Raises CredentialsRefused when Google will not give one, Unavailable when it cannot now.
        """
        with self._lock:
            if not self._credentials.valid:
                self._policy.run(self._refresh, idempotent=True)
            return str(self._credentials.token)

    def forget(self, bearer: str) -> None:
        """`bearer` was refused: the next caller gets a fresh one."""
        with self._lock:
            if self._credentials.token == bearer:
                self._credentials.token = None

    def close(self) -> None:
        """Close the line to the token endpoint."""
        self._session.close()

    def _refresh(self) -> None:
        try:
            # not before_request(): that also looks up regional boundaries in the background
            self._credentials.refresh(self._endpoint)  # type: ignore[no-untyped-call]  # (google-auth)
        except RefreshError as error:
            raise self._refusal(error) from error
        except TransportError as error:
            raise TryAgain(0, f"token endpoint: {error}", harmless=True) from error

    def _refusal(self, error: RefreshError) -> CredentialsRefused:
        answer = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
        code = str(answer.get("error", "unreadable answer"))
        return CredentialsRefused(401, code, self._remedy(code, answer))

    def _remedy(self, code: str, answer: Mapping[str, Any]) -> str:
        if code == "unauthorized_client":
            return (
                f"the service account may not act as {self.subject}: in the Admin console, "
                f"domain-wide delegation, grant client {self._client_id} exactly "
                f"these scopes: {' '.join(self.scopes)}"
            )
        said = str(answer.get("error_description", ""))[:200]
        if code == "invalid_grant" and ("JWT" in said or "token" in said):
            return (
                f"Google refuses the key of {self._credentials.service_account_email} ({said}): "
                "check this machine's clock, then make a new key"
            )
        if code == "invalid_grant":
            return f"{self.subject} is no active account of the domain ({said})"
        return f"no token for {self.subject} with scopes {' '.join(self.scopes)} ({said})"


class _TokenEndpoint:
    """google-auth's transport, which leaves passing failures to our policy.

    google-auth itself takes a 502 for a final refusal, sleeps where nobody can see it and trips
    over a 200 that is not JSON (facts 2.3).
    """

    def __init__(self, session: requests.Session, timeout: Timeout) -> None:
        self._request = Request(session)
        self._timeout = timeout

    def __call__(self, url: str, **asked: Any) -> Response:
        answer: Response = self._request(url, **asked, timeout=self._timeout)
        if answer.status >= 500 or answer.status in (408, 429):
            raise TryAgain(answer.status, "token endpoint", harmless=True)
        if answer.status == 200 and not _is_json(answer.data):
            raise TryAgain(answer.status, "token endpoint: not JSON", harmless=True)
        return answer


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _read_key(path: Path) -> dict[str, Any]:
    try:
        key = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _bad_file(path, f"cannot be read ({error.strerror})") from error
    except ValueError:
        raise _bad_file(path, "is not JSON") from None
    if not isinstance(key, dict):
        raise _bad_file(path, "is no service account key")
    return key


def _credentials(
    path: Path, key: Mapping[str, Any], subject: str, scopes: Sequence[str]
) -> service_account.Credentials:
    try:
        account = _account(json.dumps(key, sort_keys=True))
        made: service_account.Credentials = account.with_scopes(list(scopes)).with_subject(subject)
    except (ValueError, TypeError, AttributeError, GoogleAuthError) as error:
        # the cause could quote the key: only its kind is told
        what = f"is no service account key ({type(error).__name__})"
        raise _bad_file(path, what) from None
    return made


@lru_cache(maxsize=4)
def _account(key: str) -> Any:
    """The service account of a key file's JSON; reading an RSA key takes 50 ms, so once for all."""
    return service_account.Credentials.from_service_account_info(json.loads(key))  # type: ignore[no-untyped-call]  # (google-auth)


def _bad_file(path: Path, what: str) -> CredentialsRefused:
    return CredentialsRefused(
        0,
        "credentials_file",
        f"{path} {what}: put there the JSON key of the service account, from the Cloud console "
        "(IAM, Service accounts, Keys)",
    )
