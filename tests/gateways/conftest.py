"""The worker's gateways on a sandbox over real HTTP, with troubles made to order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from itn_sync.gateways.google import Google
from itn_sync.gateways.retries import Policy, Quotas
from itn_sync.gateways.sheets import Spreadsheet
from itn_sync.sandbox.server import RunningSandbox, serve
from tests.gateways.sheets_office import TAB, Office, offices, row

WORKER = "itn-sync@ecole.example"
PLENTY = Quotas(sheets_reads=1e6, sheets_writes=1e6, forms_reads=1e6, gmail_units=1e9, others=1e6)


@dataclass
class Workspace:
    """The sandbox as a test handles it; `waits` are the seconds the worker would have slept."""

    sandbox: RunningSandbox
    waits: list[float] = field(default_factory=list)
    opened: list[Google] = field(default_factory=list)

    def google(self, **more: Any) -> Google:
        """The worker's way in; it never really sleeps."""
        policy = more.pop("policy", Policy(attempts=8, sleep=self.waits.append))
        file = more.pop("credentials_file", self.sandbox.credentials)
        settings = {"policy": policy, "quotas": PLENTY} | more
        self.opened.append(Google(self.sandbox.url, file, **settings))
        return self.opened[-1]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A control endpoint of the sandbox."""
        url = f"{self.sandbox.url}sandbox/v1/{path}"
        answer = requests.request(method, url, json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def trouble(self, method: str, **fault: Any) -> None:
        """From now on calls of `method` suffer `fault`."""
        self.control("PUT", "faults", [{"method": method, **fault}])

    def calls(self, method: str) -> int:
        """How often the sandbox was asked `method`, answered or not."""
        return int(self.control("GET", "requests")["byMethod"].get(method, 0))

    def wait_for_calls(self, method: str, number: int) -> None:
        """Return when the sandbox is done with `number` calls, also those nobody waits for."""
        for _ in range(100):
            if self.calls(method) >= number:
                return
            time.sleep(0.05)
        raise AssertionError(f"{method}: {self.calls(method)} calls, not {number}")

    def mailbox(self, address: str) -> Any:
        """What lies in a mailbox: `{messages, drafts}`."""
        return self.control("GET", f"mailboxes/{address}")


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One server for the tests of a file."""
    with serve(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def workspace(running_sandbox: RunningSandbox) -> Iterator[Workspace]:
    """That server with an empty world and no faults."""
    found = Workspace(running_sandbox)
    found.control("POST", "reset")
    yield found
    for google in found.opened:
        google.close()


@pytest.fixture(scope="module")
def new_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Office]]:
    """Makes a fresh spreadsheet on the one server of a file."""
    with offices(tmp_path_factory.mktemp("sheets")) as new:
        yield new


@pytest.fixture
def office(new_office: Callable[[], Office]) -> Office:
    return new_office()


@pytest.fixture
def spreadsheet(office: Office) -> Spreadsheet:
    """Set up, with two rows that people have begun to fill in."""
    spreadsheet = office.ready()
    spreadsheet.append({TAB: [row("D-1", name="Nadia"), row("D-2", name="Émile")]}, 1)
    office.type("Suivi!E2", "appelée lundi")
    office.type("Suivi!E3", "absent")
    return spreadsheet
