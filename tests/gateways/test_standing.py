"""What time it is in the Workspace, and whether it would let somebody in (facts 2)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from itn_sync.gateways.errors import CredentialsRefused, Unavailable
from itn_sync.gateways.standing import refusal, scopes_refused, server_time
from tests.gateways.conftest import WORKER, Workspace

SCOPES = [
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive.metadata.readonly",
]


@contextmanager
def answering(date: str | None) -> Iterator[str]:
    """A server that says `date` (None: no `Date` at all) to every request; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            if date is not None:
                self.send_header("Date", date)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_the_time_is_that_of_the_answer_even_of_a_refusal() -> None:
    with answering("Tue, 01 Dec 2026 09:00:00 GMT") as url:
        assert server_time(url) == datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("date", [None, "", "half past nine"])
def test_an_answer_without_a_time_is_told(date: str | None) -> None:
    with answering(date) as url, pytest.raises(Unavailable, match="tells no time"):
        server_time(url)


def test_no_answer_is_told() -> None:
    with pytest.raises(Unavailable, match=r"nothing answers at http://127\.0\.0\.1:9/"):
        server_time("http://127.0.0.1:9/")


def test_the_time_is_the_workspaces_own(workspace: Workspace) -> None:
    workspace.control("POST", "clock", {"now": "2027-03-28T00:59:00Z"})
    ahead = server_time(workspace.sandbox.url) - datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert timedelta(0) <= ahead < timedelta(seconds=20)


def test_whoever_is_let_in_is_not_refused(workspace: Workspace) -> None:
    google = workspace.google()
    assert refusal(google, WORKER, SCOPES) is None
    assert scopes_refused(google, WORKER, SCOPES) == ()


def test_the_scopes_that_delegation_lacks_are_found(workspace: Workspace) -> None:
    workspace.control("PUT", "delegation", {"scopes": SCOPES[:1]})
    google = workspace.google()
    assert isinstance(refusal(google, WORKER, SCOPES), CredentialsRefused)
    assert scopes_refused(google, WORKER, SCOPES) == (SCOPES[1],)
