"""How the worker talks to Google: credentials, root address, clients.

gspread gets a `session`, google-api-python-client a `resource` on such a session: httplib2, its
own transport, silently sends a POST again when the line drops (facts 1.4). Every failure of either
is one of `gateways.errors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httplib2
from googleapiclient.discovery import Resource, build
from googleapiclient.http import HttpRequest

from itn_sync.gateways.retries import Pace, Policy, Quotas
from itn_sync.gateways.session import GOOGLE, Session, marked
from itn_sync.gateways.tokens import Timeout, Tokens

__all__ = ["GOOGLE", "Google", "execute"]

_VERSIONS = {"forms": "v1", "sheets": "v4", "gmail": "v1", "drive": "v3"}


class Google:
    """The Workspace at `root_url`, entered with a service account's key.

    Sessions and resources are made once per person and scopes, and closed with this object.
    """

    def __init__(
        self,
        root_url: str,
        credentials_file: Path,
        *,
        timeout: Timeout = (5, 60),
        policy: Policy | None = None,
        quotas: Quotas | None = None,
    ) -> None:
        self._root_url = root_url if root_url.endswith("/") else f"{root_url}/"
        self._credentials_file = credentials_file
        self._timeout = timeout
        self._policy = policy or Policy()
        self._quotas = quotas or Quotas()
        self._sessions: dict[tuple[str, frozenset[str]], Session] = {}
        self._resources: dict[tuple[str, str, frozenset[str]], Resource] = {}

    def session(self, subject: str, scopes: Sequence[str]) -> Session:
        """A `requests.Session` that calls as `subject` (an address) with `scopes`.

        Raises CredentialsRefused when the key file is missing or is no key.
        """
        key = (subject, frozenset(scopes))
        if key not in self._sessions:
            self._sessions[key] = self._new_session(subject, scopes)
        return self._sessions[key]

    def resource(self, api: str, subject: str, scopes: Sequence[str]) -> Resource:
        """google-api-python-client's `forms`, `gmail`, `drive`… as `subject`; see `execute`.

        Raises CredentialsRefused as `session` does.
        """
        key = (api, subject, frozenset(scopes))
        if key not in self._resources:
            line = _Transport(self.session(subject, scopes))
            self._resources[key] = build(api, _VERSIONS[api], http=line, static_discovery=True)
        return self._resources[key]

    def close(self) -> None:
        """Close every line."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._resources.clear()

    def __enter__(self) -> Google:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _new_session(self, subject: str, scopes: Sequence[str]) -> Session:
        tokens = Tokens(
            self._credentials_file, subject, scopes, policy=self._policy, timeout=self._timeout
        )
        pace = Pace(self._quotas, self._policy.sleep)
        return Session(
            self._root_url, tokens, policy=self._policy, pace=pace, timeout=self._timeout
        )


def execute(request: HttpRequest, *, idempotent: bool | None = None) -> Any:
    """The answer to a resource's `request`, as decoded JSON ("" where Google answers nothing).

    Reads are sent again when they fail, other methods only if `idempotent`. Raises GatewayErrors.
    """
    with marked(idempotent=idempotent):
        return request.execute()


class _Transport:
    """What google-api-python-client takes for `httplib2.Http`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        **_: object,
    ) -> tuple[httplib2.Response, bytes]:
        """One call, in httplib2's shape; the session has already raised for every bad answer."""
        data = body.encode() if isinstance(body, str) else body
        answer = self._session.request(method, uri, data=data, headers=headers)
        shown = httplib2.Response({**answer.headers, "status": str(answer.status_code)})
        return shown, answer.content

    def close(self) -> None:
        """Nothing: the session closes its own lines."""
