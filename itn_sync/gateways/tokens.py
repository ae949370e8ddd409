"""Access tokens for one person and a set of scopes, whichever way they are asked for.

Source: https://developers.google.com/identity/protocols/oauth2, facts section 2.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import requests
from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport import Response
from google.auth.transport.requests import Request

from itn_sync.gateways.addresses import token_address
from itn_sync.gateways.credentials import Asked, Identity, Refusal
from itn_sync.gateways.errors import CredentialsRefused, read_complaint
from itn_sync.gateways.retries import Policy, TryAgain

Timeout = tuple[float, float]
"""Seconds to connect, and to wait for the next byte."""


class Tokens:
    """The bearer for one person; fetched when first needed, again when it expires. Thread-safe."""

    def __init__(
        self,
        identity: Identity,
        subject: str,
        scopes: Sequence[str],
        *,
        root_url: str,
        policy: Policy,
        timeout: Timeout,
    ) -> None:
        self.subject = subject
        self.scopes = tuple(scopes)
        self._identity = identity
        self._asked = Asked(subject, self.scopes)
        self._credentials = identity.credentials(self._asked)
        self._policy = policy
        self._session = requests.Session()
        self._endpoint = _TokenEndpoint(self._session, root_url, timeout)
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
            self._credentials.refresh(self._endpoint)
        except RefreshError as error:
            raise self._refusal(error) from error
        except TransportError as error:
            raise TryAgain(0, f"token endpoint: {error}", harmless=True) from error

    def _refusal(self, error: RefreshError) -> CredentialsRefused:
        refusal = _read_refusal(error)
        remedy = self._identity.remedy(self._asked, refusal)
        return CredentialsRefused(401, refusal.code, remedy)


def _read_refusal(error: RefreshError) -> Refusal:
    """google-auth keeps OAuth's answer as a dict, IAM's as text, and may keep nothing."""
    answer = error.args[1] if len(error.args) > 1 else None
    if isinstance(answer, dict):
        code = str(answer.get("error", "unreadable answer"))
        told = (answer.get("error_description", ""), answer.get("error_subtype", ""))
        return Refusal(code, " ".join(str(one) for one in told if one)[:200])
    if isinstance(answer, str):
        complaint = read_complaint(0, answer.encode())
        return Refusal(complaint.reason, complaint.message, by_iam=True)
    return Refusal("unreadable answer", "")


class _TokenEndpoint:
    """google-auth's transport, which leaves passing failures to our policy.

    google-auth itself takes a 502 for a final refusal, sleeps where nobody can see it and trips
    over a 200 that is not JSON (facts 2.3).
    """

    def __init__(self, session: requests.Session, root_url: str, timeout: Timeout) -> None:
        self._request = Request(session)
        self._root_url = root_url
        self._timeout = timeout

    def __call__(self, url: str, **asked: Any) -> Response:
        address = token_address(url, self._root_url)
        asked["timeout"] = self._timeout
        answer: Response = self._request(address, **asked)
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
