"""A sandbox over real HTTP, and Google's own clients pointed at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from googleapiclient.discovery import build_from_document

from itn_sync.sandbox.discovery import document
from itn_sync.sandbox.discovery_pages import relocated
from itn_sync.sandbox.server import RunningSandbox, serve
from itn_sync.sandbox.world import State, World

WORKER = "itn-sync@ecole.example"
_ROBOT = ".iam.gserviceaccount.com"

Service = Callable[..., Any]
Session = Callable[..., requests.Session]


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One server for the tests of a file."""
    with serve(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(running_sandbox: RunningSandbox) -> RunningSandbox:
    """That server with an empty world, no faults, no quotas, the machine's clock."""
    requests.post(f"{running_sandbox.url}sandbox/v1/reset", timeout=10).raise_for_status()
    return running_sandbox


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """An empty world without a server, open for writing."""
    world = World(tmp_path / "state.sqlite")
    with world.transaction(write=True) as opened:
        yield opened
    world.close()


@cache
def _robot(content: str) -> Any:
    """The service account that a file describes; its key takes longer to read than most tests."""
    return Credentials.from_service_account_info(json.loads(content))  # type: ignore[no-untyped-call]  # (google-auth)


def credentials(file: Path, user: str, scopes: Sequence[str]) -> Any:
    """The service account's credentials, as `user` (as itself for a robot's address)."""
    found = _robot(file.read_text()).with_scopes(list(scopes))
    return found if user.endswith(_ROBOT) else found.with_subject(user)


def scopes_of(api: str) -> list[str]:
    """Every scope that the document of `api` names."""
    return sorted(document(api)["auth"]["oauth2"]["scopes"])


@pytest.fixture
def service(sandbox: RunningSandbox) -> Iterator[Service]:
    """`service("sheets", user=…, scopes=[…])`: google-api-python-client at the sandbox."""
    opened = []

    def build(api: str, user: str = WORKER, scopes: Sequence[str] = ()) -> Any:
        chosen = credentials(sandbox.credentials, user, scopes or scopes_of(api))
        opened.append(build_from_document(relocated(api, sandbox.url), credentials=chosen))
        return opened[-1]

    yield build
    for one in opened:
        one.close()


class _RootedSession(AuthorizedSession):
    """An authorised session whose relative addresses begin at the sandbox."""

    root_url = ""

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        address = urljoin(self.root_url, url.lstrip("/"))
        return super().request(method, address, *args, **kwargs)  # type: ignore[no-untyped-call]  # (google-auth)


@pytest.fixture
def session(sandbox: RunningSandbox) -> Iterator[Session]:
    """`session(user, scopes)`: a requests session with a bearer, for any path of the sandbox."""
    opened: list[requests.Session] = []

    def build(user: str = WORKER, scopes: Sequence[str] = ()) -> requests.Session:
        everything = [s for api in ("forms", "sheets", "drive", "gmail") for s in scopes_of(api)]
        chosen = credentials(sandbox.credentials, user, scopes or sorted(set(everything)))
        rooted = _RootedSession(chosen)  # type: ignore[no-untyped-call]  # (google-auth)
        rooted.root_url = sandbox.url
        opened.append(rooted)
        return rooted

    yield build
    for one in opened:
        one.close()
