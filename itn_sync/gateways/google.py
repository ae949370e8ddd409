"""How the worker talks to Google: credentials, root address, clients.

gspread gets a `session`, google-api-python-client a `resource` on such a session: httplib2, its
own transport, silently sends a POST again when the line drops (facts 1.4). Every failure of either
is one of `gateways.errors`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import httplib2
from googleapiclient.discovery import Resource, build
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.http import HttpRequest

from itn_sync.gateways.addresses import GOOGLE
from itn_sync.gateways.credentials import Identity, ServiceAccountKey
from itn_sync.gateways.retries import Pace, Policy, Quotas
from itn_sync.gateways.session import Session, marked
from itn_sync.gateways.tokens import Timeout, Tokens

__all__ = ["GOOGLE", "Google", "execute"]

_VERSIONS = {"forms": "v1", "sheets": "v4", "gmail": "v1", "drive": "v3", "classroom": "v1"}

_Line = tuple[str, str, frozenset[str]]
"""The need, who calls, and with which scopes."""


class Google:
    """The Workspace at `root_url`, entered with `credentials`: an identity, or the path of a
    service account's key.

    A need that is named in `by_need` has an identity of its own. Sessions and resources are made
    once per need, person and scopes, and closed with this object.
    """

    def __init__(
        self,
        root_url: str,
        credentials: Identity | Path,
        *,
        by_need: Mapping[str, Identity] | None = None,
        timeout: Timeout = (5, 60),
        policy: Policy | None = None,
        quotas: Quotas | None = None,
    ) -> None:
        self._root_url = root_url if root_url.endswith("/") else f"{root_url}/"
        if isinstance(credentials, Path):
            credentials = ServiceAccountKey(credentials)
        self._identity: Identity = credentials
        self._by_need = dict(by_need or {})
        self._timeout = timeout
        self._policy = policy or Policy()
        self._quotas = quotas or Quotas()
        self._sessions: dict[_Line, Session] = {}
        self._resources: dict[tuple[str, _Line], Resource] = {}

    def session(self, subject: str, scopes: Sequence[str], *, need: str = "") -> Session:
        """A `requests.Session` that calls as `subject` (an address) with `scopes`.

        Raises CredentialsRefused when the credentials of that need are missing or unusable.
        """
        line = (need, subject, frozenset(scopes))
        if line not in self._sessions:
            self._sessions[line] = self._new_session(subject, scopes, need)
        return self._sessions[line]

    def resource(
        self, api: str, subject: str, scopes: Sequence[str], *, need: str = ""
    ) -> Resource:
        """google-api-python-client's `forms`, `gmail`, `drive`… as `subject`; see `execute`.

        Raises CredentialsRefused as `session` does.
        """
        key = (api, (need, subject, frozenset(scopes)))
        if key not in self._resources:
            line = _Transport(self.session(subject, scopes, need=need))
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

    def _new_session(self, subject: str, scopes: Sequence[str], need: str) -> Session:
        tokens = Tokens(
            self._by_need.get(need, self._identity),
            subject,
            scopes,
            root_url=self._root_url,
            policy=self._policy,
            timeout=self._timeout,
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


def scopes_of(method: str) -> frozenset[str]:
    """The scopes any of which lets one call `method` (`gmail.users.drafts.create`)."""
    api, *collections, name = method.split(".")
    level: Any = _document(api)
    for collection in collections:
        level = level["resources"][collection]
    return frozenset(level["methods"][name]["scopes"])


@cache
def _document(api: str) -> Any:
    """Google's discovery document, as google-api-python-client brings it."""
    return json.loads(get_static_doc(api, _VERSIONS[api]))


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
