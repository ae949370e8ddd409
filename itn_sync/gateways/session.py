"""One person's line to Google: bearer, timeouts, pace, retries and errors in one place.

It is a `requests.Session`, so gspread works on it unmodified, and `google.Google` puts
google-api-python-client on it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.exceptions import ConnectionError as LineLost
from requests.exceptions import ConnectTimeout, RequestException
from urllib3.exceptions import MaxRetryError, NewConnectionError

from itn_sync.gateways.addresses import at_root
from itn_sync.gateways.errors import (
    CredentialsRefused,
    QuotaSpent,
    permanent,
    read_complaint,
)
from itn_sync.gateways.retries import Pace, Policy, TryAgain, announced_wait
from itn_sync.gateways.tokens import Timeout, Tokens

_marked_idempotent: ContextVar[bool | None] = ContextVar("_marked_idempotent", default=None)


@contextmanager
def marked(*, idempotent: bool | None) -> Iterator[None]:
    """What is sent inside may be sent again (True), may not (False), or as its method says."""
    before = _marked_idempotent.set(idempotent)
    try:
        yield
    finally:
        _marked_idempotent.reset(before)


class _Bearer(requests.auth.AuthBase):
    """As `auth`, and not a header, so that a .netrc file cannot replace it."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._tokens.bearer()}"
        return request


class Session(requests.Session):
    """Calls as one person; only good answers come back, everything else is a GatewayError.

    Google's hosts are replaced by `root_url` unless that is Google's own. Only reads, and what is
    marked idempotent, are sent again after a failure that may have hidden a success.
    """

    def __init__(
        self, root_url: str, tokens: Tokens, *, policy: Policy, pace: Pace, timeout: Timeout
    ) -> None:
        super().__init__()
        self.auth = _Bearer(tokens)
        self.headers["User-Agent"] = "itn-sync (gzip)"
        self._root = root_url
        self._tokens = tokens
        self._policy = policy
        self._pace = pace
        self._timeout = timeout

    @contextmanager
    def idempotent(self) -> Iterator[Session]:
        """What is sent inside may be sent again: doing it twice is the same as once."""
        with marked(idempotent=True):
            yield self

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> Any:
        """The answer, which is a success and JSON (unless media was asked for).

        `idempotent=True` marks this one call. Raises every kind of GatewayError.
        """
        verb = (method.decode() if isinstance(method, bytes) else method).upper()
        address = at_root(url.decode() if isinstance(url, bytes) else url, self._root)
        idempotent = _may_repeat(verb, kwargs.pop("idempotent", None), kwargs.get("headers"))
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        kwargs["allow_redirects"] = False

        def attempt() -> requests.Response:
            self._pace.wait_for(verb, urlsplit(address).path)
            return self._checked(self._sent(verb, address, *args, **kwargs))

        return self._policy.run(attempt, idempotent=idempotent)

    def close(self) -> None:
        """Close all lines of this person."""
        self._tokens.close()
        super().close()

    def _sent(self, verb: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        answer = self._once(verb, url, *args, **kwargs)
        if answer.status_code != 401:
            return answer
        self._tokens.forget(answer.request.headers["Authorization"].removeprefix("Bearer "))
        return self._once(verb, url, *args, **kwargs)

    def _once(self, verb: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().request(verb, url, *args, **kwargs)
        except RequestException as error:
            raise TryAgain(0, type(error).__name__, harmless=_never_sent(error)) from error

    def _checked(self, answer: requests.Response) -> requests.Response:
        if not 200 <= answer.status_code < 300:
            raise self._failure(answer)
        if not _is_as_asked(answer):
            raise TryAgain(answer.status_code, "not JSON")
        return answer

    def _failure(self, answer: requests.Response) -> Exception:
        complaint = read_complaint(answer.status_code, answer.content)
        told = (complaint.status, complaint.reason, complaint.message)
        if complaint.is_quota_spent:
            return QuotaSpent(*told)
        if complaint.is_rate_limit:
            wait = announced_wait(answer.headers, complaint.message)
            if wait is not None and wait > self._policy.patience:
                return QuotaSpent(*told)
            return TryAgain(complaint.status, complaint.reason, harmless=True, wait=wait or None)
        if complaint.is_passing or complaint.status < 400:
            wait = announced_wait(answer.headers, "")
            usable = wait if wait and wait <= self._policy.patience else None
            return TryAgain(complaint.status, complaint.reason, wait=usable)
        if complaint.status == 401 or complaint.lacks_scope:
            return CredentialsRefused(*told[:2], self._which_scopes(complaint.message))
        return permanent(complaint)

    def _which_scopes(self, message: str) -> str:
        return f"{message} (as {self._tokens.subject}, with {' '.join(self._tokens.scopes)})"


def _may_repeat(verb: str, asked: bool | None, headers: Any) -> bool:
    if asked is None:
        asked = _marked_idempotent.get()
    if asked is not None:
        return asked
    # google-api-python-client sends a long GET as a POST that says so (facts 1.2)
    override = (headers or {}).get("x-http-method-override", "")
    return verb in ("GET", "HEAD") or override == "GET"


def _never_sent(error: RequestException) -> bool:
    """True when no line was ever open: refused, no such host, no answer to the first packet."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, LineLost) and error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _is_as_asked(answer: requests.Response) -> bool:
    """False for a proxy's or a portal's page, or an answer cut short."""
    address = urlsplit(answer.request.url or "")
    if "alt=media" in address.query or address.path.endswith("/export"):
        return True
    if answer.headers.get("Content-Type", "").startswith("multipart/mixed"):  # a batch
        return True
    if not answer.content:
        return answer.status_code == 204 or answer.request.method == "DELETE"
    try:
        json.loads(answer.content)
    except ValueError:
        return False
    return True
