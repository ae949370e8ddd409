"""The control endpoints: what tests and rehearsals ask of the sandbox itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from itn_sync.sandbox.coverage import coverage
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session
from tests.sandbox.lent import control, error_of


def test_health_says_when_and_where_it_is(sandbox: RunningSandbox) -> None:
    health = control(sandbox, "GET", "health")
    assert health["status"] == "ok"
    assert health["domain"] == "ecole.example"
    assert abs((_instant(health["now"]) - datetime.now(UTC)).total_seconds()) < 5


def test_the_clock_moves_and_goes_on(sandbox: RunningSandbox) -> None:
    control(sandbox, "POST", "clock", {"now": "2027-01-15T08:00:00Z"})
    moved = _instant(control(sandbox, "POST", "clock", {"advance": 3600})["now"])
    assert (moved - datetime(2027, 1, 15, 9, tzinfo=UTC)).total_seconds() < 5
    control(sandbox, "POST", "reset")
    assert _instant(control(sandbox, "GET", "clock")["now"]) < moved


def test_a_reset_forgets_what_people_made(sandbox: RunningSandbox, session: Session) -> None:
    worker = session()
    worker.post("v4/spreadsheets", json={})
    assert len(worker.get("drive/v3/files").json()["files"]) == 1
    control(sandbox, "POST", "reset")
    assert worker.get("drive/v3/files").json()["files"] == [], "the same token still serves"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_controls_nothing(
    sandbox: RunningSandbox, session: Session, site: str
) -> None:
    session().post("v4/spreadsheets", json={})
    url, headers = f"{sandbox.url}sandbox/v1/reset", {"Sec-Fetch-Site": site}
    assert requests.post(url, data="{}", headers=headers, timeout=5).status_code == 403
    assert len(session().get("drive/v3/files").json()["files"]) == 1


def test_an_import_says_how_much_it_took(sandbox: RunningSandbox) -> None:
    people = [{"email": "direction@ecole.example", "name": "Direction"}]
    took = control(sandbox, "POST", "import", {"people": people})
    assert took == {"imported": {"people": 1}}


@pytest.mark.parametrize(
    ("content", "wording"),
    [
        ({"dragons": []}, "Unknown kind 'dragons'"),
        ({"people": {}}, "must be a list"),
        ({"people": [{}]}, "lacks 'email'"),
    ],
)
def test_a_wrong_import_is_explained_and_changes_nothing(
    sandbox: RunningSandbox, content: Any, wording: str
) -> None:
    good = {"people": [{"email": "a@ecole.example", "name": "A"}]}
    answer = _try(sandbox, "POST", "import", good | content)
    assert answer.status_code == 400
    assert wording in error_of(answer)["message"]
    assert sandbox.tenant.world.is_empty()


def test_the_request_log_counts_by_method_caller_and_status(
    sandbox: RunningSandbox, session: Session
) -> None:
    worker = session()
    worker.get("v1/forms/none")
    before = control(sandbox, "GET", "clock")["now"]
    worker.get("v1/forms/none")
    log = control(sandbox, "GET", "requests")
    entry = next(r for r in log["requests"] if r["method"] == "forms.forms.get")
    assert (entry["count"], entry["status"]) == (2, 404)
    assert entry["caller"] == "itn-sync@ecole.example"
    assert entry["bytesOut"] > 0
    later = control(sandbox, "GET", f"requests?since={before}")
    assert later["byMethod"] == {"forms.forms.get": 1}
    control(sandbox, "DELETE", "requests")
    assert control(sandbox, "GET", "requests")["total"] == 0


def test_a_mailbox_can_be_read_by_address(sandbox: RunningSandbox, service: Service) -> None:
    raw = "VG86IGFAYi5leGFtcGxlDQpTdWJqZWN0OiBCb25qb3VyDQoNClRleHRl"
    service("gmail").users().messages().send(userId="me", body={"raw": raw}).execute()
    got = control(sandbox, "GET", "mailboxes/a%40b.example")
    assert [m["subject"] for m in got["messages"]] == ["Bonjour"]
    assert got["messages"][0]["text"].strip() == "Texte"


def test_quotas_are_off_until_asked(sandbox: RunningSandbox, session: Session) -> None:
    limits = control(sandbox, "GET", "quotas")
    assert (limits["mode"], limits["limits"]["sheets.reads"]) == ("off", 60)
    control(sandbox, "PUT", "quotas", {"mode": "enforced"})
    worker = session()
    made = worker.post("v4/spreadsheets", json={}).json()["spreadsheetId"]
    statuses = [worker.get(f"v4/spreadsheets/{made}?fields=spreadsheetId") for _ in range(61)]
    assert [a.status_code for a in statuses] == [200] * 60 + [429]
    info = error_of(statuses[-1])["details"][0]
    assert info["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerUser"
    assert session("direction@ecole.example").get(f"v4/spreadsheets/{made}").status_code == 403
    control(sandbox, "POST", "clock", {"advance": 60})
    assert worker.get(f"v4/spreadsheets/{made}").status_code == 200, "a new minute"


def test_gmail_counts_units(sandbox: RunningSandbox, session: Session) -> None:
    control(sandbox, "PUT", "quotas", {"mode": "enforced", "limits": {"gmail": 12}})
    worker = session()
    answers = [worker.get("gmail/v1/users/me/messages") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert "Retry after" in error_of(answers[-1])["errors"][0]["message"]


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("PUT", "quotas", {"mode": "some"}),
        ("PUT", "quotas", {"limits": {"moon": 1}}),
        ("PUT", "quotas", {"sendingLimit": -1}),
        ("PUT", "quotas", {"speed": 1}),
        ("PUT", "delegation", {"scopes": "all"}),
        ("POST", "clock", {}),
        ("POST", "clock", {"now": "demain"}),
        ("POST", "clock", {"advance": 1e300}),
        ("PUT", "faults", {"status": "many"}),
        ("PUT", "faults", {"colour": "red"}),
        ("PUT", "faults", {"faults": ["x"]}),
        ("PUT", "faults", {"probability": 2}),
        ("PUT", "faults", {"drop": "sometimes"}),
        ("POST", "import", []),
        ("POST", "authorized-users", {}),
        ("GET", "requests?since=hier", None),
        ("GET", "mailboxes/nobody", None),
    ],
)
def test_a_request_that_is_unclear_is_a_400(
    sandbox: RunningSandbox, verb: str, path: str, body: Any
) -> None:
    assert _try(sandbox, verb, path, body).status_code == 400


def test_an_unknown_endpoint_is_a_404(sandbox: RunningSandbox) -> None:
    assert _try(sandbox, "GET", "dragons").status_code == 404
    assert _try(sandbox, "POST", "health").status_code == 404


def test_coverage_lists_every_method_of_the_documents() -> None:
    covered = dict(coverage())
    assert covered["sheets.spreadsheets.values.get"]
    assert not covered["drive.approvals.start"]
    assert len(covered) > 250


def _try(sandbox: RunningSandbox, verb: str, path: str, data: Any = None) -> requests.Response:
    return requests.request(verb, f"{sandbox.url}sandbox/v1/{path}", json=data, timeout=5)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
