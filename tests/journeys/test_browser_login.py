"""A person opens their mailbox to the worker in a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.gateways.conftest import WORKER
from tests.rehearsal import Rehearsal

pytestmark = pytest.mark.browser

ANSWERED = "Réponse reçue : fermez cette page"


@pytest.fixture
def personal(school: Rehearsal) -> Rehearsal:
    """A school whose mailbox a person has to open."""
    table = f'[credentials.mailer]\nkind = "user"\nfile = "{client_of(school)}"\n'
    settings = school.home / "google.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n{table}", "utf-8")
    return school


def client_of(school: Rehearsal) -> Path:
    return school.sandbox.data / "client_secret.json"


@contextmanager
def logging_in(school: Rehearsal) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`itn-sync login`, and the address that it prints, also where nobody sees a terminal."""
    words = ["login", "--need", "mailer", "--no-browser", "--home", str(school.home)]
    command = [sys.executable, "-m", "itn_sync", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        try:
            assert process.stdout is not None
            told = [process.stdout.readline().strip() for _ in range(3)]
            assert told[0] == f"mailer: {WORKER} is asked for access."
            yield process, told[-1]
        finally:
            process.kill()


def test_a_mailbox_is_opened_and_used(personal: Rehearsal, screen: Page) -> None:
    with logging_in(personal) as (process, address):
        screen.goto(address)
        expect(screen.get_by_role("radio", checked=True)).to_have_value(WORKER)
        screen.get_by_role("button", name="Autoriser").click()
        expect(screen.locator("body")).to_contain_text(ANSWERED)
        told, _ = process.communicate(timeout=20)
        assert process.returncode == 0
    assert "has signed in" in told
    personal.answer("Dupont")
    personal.run()
    assert personal.inbox("dupont@etudiant.example")


def test_a_person_who_refuses_is_not_signed_in(personal: Rehearsal, screen: Page) -> None:
    with logging_in(personal) as (process, address):
        screen.goto(address)
        screen.get_by_role("button", name="Refuser").click()
        expect(screen.locator("body")).to_contain_text(ANSWERED)
        _, told = process.communicate(timeout=20)
        assert process.returncode == 2
    assert "has refused; nothing was changed" in told
    assert list(personal.home.glob("token-*")) == []
