"""The home page: its story, its button, and what it tells while the synchronisation runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.pages_school import page, post
from tests.sandbox.test_runs import PATIENCE, Rehearsed

BUTTON = "Lancer la synchronisation</button>"
EVENTS = "synchronisation/evenements"
STRANGERS = ["cross-site", "same-site"]


@pytest.fixture
def sync(sandbox: RunningSandbox) -> Iterator[Rehearsed]:
    """What the button of the sandbox's home page runs."""
    rehearsed = Rehearsed()
    sandbox.tenant.runs.sync = rehearsed
    yield rehearsed
    rehearsed.go.set()
    list(sandbox.tenant.runs.follow())
    sandbox.tenant.runs.sync = None


def begin(sandbox: RunningSandbox, sync: Rehearsed) -> requests.Response:
    answer = post(sandbox, "synchronisation", allow_redirects=False)
    assert sync.told.wait(PATIENCE)
    return answer


def events(sandbox: RunningSandbox, after: str = "") -> requests.Response:
    headers = {"Last-Event-ID": after} if after else {}
    return requests.get(sandbox.url + EVENTS, headers=headers, stream=True, timeout=PATIENCE)


def blocks(answer: requests.Response) -> Iterator[dict[str, Any]]:
    """The events of a stream, each as its fields."""
    fields: dict[str, Any] = {}
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        name, _, value = line.partition(": ")
        fields[name] = json.loads(value) if name == "data" else value
        if not line and "event" in fields:
            yield fields
            fields = {}


def test_a_sandbox_alone_says_what_to_type(sandbox: RunningSandbox) -> None:
    home = page(sandbox, "/").text
    assert "itn-sync run --home DOSSIER" in home
    assert BUTTON not in home
    refused = post(sandbox, "synchronisation")
    assert refused.status_code == 409
    assert "La page d’accueil dit quoi taper" in refused.text


def test_the_button_starts_a_run_that_the_page_shows(
    sandbox: RunningSandbox, sync: Rehearsed
) -> None:
    assert BUTTON in page(sandbox, "/").text
    answer = begin(sandbox, sync)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/#direct")
    home = page(sandbox, "/").text
    assert "Synchronisation en cours…" in home
    assert 'class="" data-key="a"' in home
    sync.go.set()
    list(blocks(events(sandbox)))
    home = page(sandbox, "/").text
    assert 'class="done" data-key="a"' in home
    assert "C’est fait" in home


def test_each_line_arrives_while_the_run_is_at_work(
    sandbox: RunningSandbox, sync: Rehearsed
) -> None:
    begin(sandbox, sync)
    with events(sandbox) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        told = blocks(answer)
        assert next(told)["event"] == "begin"
        line = next(told)
        assert (line["event"], line["data"]["why"]) == ("line", "pour l'essai")
        assert not line["data"]["done"]
        sync.go.set()
        assert [one["event"] for one in told] == ["line", "end"]


def test_a_browser_that_lost_the_line_goes_on_and_then_stops_asking(
    sandbox: RunningSandbox, sync: Rehearsed
) -> None:
    begin(sandbox, sync)
    sync.go.set()
    with events(sandbox) as answer:
        last = [one["id"] for one in blocks(answer)]
    with events(sandbox, after=last[1]) as answer:
        assert [one["id"] for one in blocks(answer)] == last[2:]
    with events(sandbox, after=last[-1]) as answer:
        assert answer.status_code == 204


@pytest.mark.parametrize("site", STRANGERS)
def test_another_site_cannot_start_it(sandbox: RunningSandbox, sync: Rehearsed, site: str) -> None:
    answer = post(sandbox, "synchronisation", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert sync.begun == 0
