"""The line to Google: what is sent again, what never is, and what the caller is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gspread
import pytest
from googleapiclient.http import BatchHttpRequest, MediaInMemoryUpload

from itn_sync.gateways.addresses import at_root
from itn_sync.gateways.errors import (
    CredentialsRefused,
    GatewayError,
    Missing,
    OutcomeUnknown,
    QuotaSpent,
    Refused,
    Unavailable,
)
from itn_sync.gateways.forms import FORMS_READER
from itn_sync.gateways.gmail import MAILER
from itn_sync.gateways.google import GOOGLE, Google, execute
from itn_sync.gateways.retries import Policy, Quotas
from itn_sync.gateways.session import Session
from itn_sync.sandbox.discovery import method
from tests.gateways.conftest import WORKER, Workspace

SHEETS = ("https://www.googleapis.com/auth/spreadsheets",)
DRIVE = ("https://www.googleapis.com/auth/drive",)
CREATE = "gmail.users.drafts.create"
PROFILE = "gmail.users.getProfile"
RAW = "RnJvbTogaXRuLXN5bmNAZWNvbGUuZXhhbXBsZQ0KVG86IGFAYi5leGFtcGxlDQoNCmJvbmpvdXI="

PASSING: list[dict[str, Any]] = [
    {"status": 429},
    {"status": 429, "retryAfter": "3"},
    {"status": 429, "html": True},
    {"status": 403, "reason": "userRateLimitExceeded"},
    {"status": 408},
    {"status": 500},
    {"status": 502, "html": True},
    {"status": 503},
    {"status": 504},
    {"drop": "before"},
    {"drop": "after"},
    {"status": 200, "html": True},
    {"truncate": True},
]
HARMLESS = [f for f in PASSING if f.get("status") in (403, 429)]
DOUBTFUL = [f for f in PASSING if f.get("status") not in (403, 429)]
DOUBTFUL += [{"status": 503, "when": "after"}]


def _gmail(workspace: Workspace, **more: Any) -> Any:
    return workspace.google(**more).resource("gmail", WORKER, MAILER).users()


def _gspread(session: Session) -> gspread.Client:
    return gspread.Client(None, session=session)  # type: ignore[arg-type]  # (documented)


def _create(gmail: Any) -> Any:
    draft = gmail.drafts().create(userId="me", body={"message": {"raw": RAW}})
    return execute(draft)


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_a_read_recovers_from_two_failures(workspace: Workspace, fault: dict[str, Any]) -> None:
    workspace.trouble(PROFILE, times=2, **fault)
    found = execute(_gmail(workspace).getProfile(userId="me"))
    assert found["emailAddress"] == WORKER
    assert workspace.calls(PROFILE) == 3
    assert len(workspace.waits) == 2


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_a_read_that_keeps_failing_is_unavailable(
    workspace: Workspace, fault: dict[str, Any]
) -> None:
    workspace.trouble(PROFILE, **fault)
    gmail = _gmail(workspace, policy=Policy(attempts=3, sleep=workspace.waits.append))
    with pytest.raises(Unavailable):
        execute(gmail.getProfile(userId="me"))
    assert workspace.calls(PROFILE) == 3


@pytest.mark.parametrize("fault", DOUBTFUL, ids=str)
def test_a_create_whose_answer_is_lost_reaches_google_once(
    workspace: Workspace, fault: dict[str, Any]
) -> None:
    workspace.trouble(CREATE, **fault)
    with pytest.raises(OutcomeUnknown):
        _create(_gmail(workspace))
    assert workspace.calls(CREATE) == 1
    assert workspace.waits == []
    assert len(workspace.mailbox(WORKER)["drafts"]) <= 1


@pytest.mark.parametrize("fault", HARMLESS, ids=str)
def test_a_create_turned_away_for_its_frequency_is_made_again(
    workspace: Workspace, fault: dict[str, Any]
) -> None:
    workspace.trouble(CREATE, times=2, **fault)
    _create(_gmail(workspace))
    assert workspace.calls(CREATE) == 3
    assert len(workspace.mailbox(WORKER)["drafts"]) == 1


def test_an_answer_slower_than_the_timeout_is_lost(workspace: Workspace) -> None:
    workspace.trouble(CREATE, latencyMs=600)
    with pytest.raises(OutcomeUnknown):
        _create(_gmail(workspace, timeout=(5, 0.2)))
    workspace.wait_for_calls(CREATE, 1)
    assert workspace.calls(CREATE) == 1


def test_a_slow_read_is_asked_again(workspace: Workspace) -> None:
    workspace.trouble(PROFILE, latencyMs=600, times=1)
    found = execute(_gmail(workspace, timeout=(5, 0.2)).getProfile(userId="me"))
    assert found["emailAddress"] == WORKER
    workspace.wait_for_calls(PROFILE, 2)


def test_a_write_marked_idempotent_is_sent_again(workspace: Workspace) -> None:
    gmail = _gmail(workspace)
    workspace.trouble(CREATE, drop="after", times=1)
    request = gmail.drafts().create(userId="me", body={"message": {"raw": RAW}})
    execute(request, idempotent=True)
    assert workspace.calls(CREATE) == 2


def test_the_wait_that_google_announces_is_honoured(workspace: Workspace) -> None:
    workspace.trouble(PROFILE, status=429, retryAfter="7", times=1)
    execute(_gmail(workspace).getProfile(userId="me"))
    assert 7 <= workspace.waits[0] <= 8


def test_a_wait_of_hours_means_that_the_quota_is_spent(workspace: Workspace) -> None:
    workspace.trouble(PROFILE, status=429, retryAfter="7200")
    with pytest.raises(QuotaSpent):
        execute(_gmail(workspace).getProfile(userId="me"))
    assert workspace.calls(PROFILE) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_a_daily_limit_is_not_knocked_at_again(workspace: Workspace, status: int) -> None:
    workspace.trouble(PROFILE, status=status, reason="dailyLimitExceeded")
    with pytest.raises(QuotaSpent):
        execute(_gmail(workspace).getProfile(userId="me"))
    assert workspace.calls(PROFILE) == 1


def test_what_is_not_there_is_missing(workspace: Workspace) -> None:
    with pytest.raises(Missing) as missing:
        execute(_gmail(workspace).drafts().get(userId="me", id="r404"))
    assert (missing.value.status, missing.value.reason) == (404, "notFound")


def test_a_bad_request_is_refused_once_and_quotes_nothing(workspace: Workspace) -> None:
    session = workspace.google().session(WORKER, MAILER)
    with pytest.raises(Refused) as refused:
        session.post(
            "https://gmail.googleapis.com/gmail/v1/users/me/drafts", json={"dyslexie": "secret"}
        )
    assert refused.value.status == 400
    assert "dyslexie" not in str(refused.value)
    assert workspace.waits == []


def test_a_refused_token_is_replaced_once(workspace: Workspace) -> None:
    gmail = _gmail(workspace)
    execute(gmail.getProfile(userId="me"))
    workspace.control("POST", "clock", {"advance": 7200})
    execute(gmail.getProfile(userId="me"))
    assert workspace.calls("oauth.token") == 2


def test_a_token_refused_twice_stops(workspace: Workspace) -> None:
    workspace.trouble(PROFILE, status=401)
    with pytest.raises(CredentialsRefused, match=WORKER):
        execute(_gmail(workspace).getProfile(userId="me"))
    assert workspace.calls(PROFILE) == 2


@pytest.mark.parametrize(
    "fault", [{"status": 502, "html": True}, {"status": 503}, {"drop": "before"}], ids=str
)
def test_the_token_endpoint_may_falter(workspace: Workspace, fault: dict[str, Any]) -> None:
    workspace.trouble("oauth.token", times=2, **fault)
    execute(_gmail(workspace).getProfile(userId="me"))
    assert workspace.calls("oauth.token") == 3


def test_no_token_at_all_is_unavailable_even_for_a_create(workspace: Workspace) -> None:
    workspace.trouble("oauth.token", html=True, status=200)
    with pytest.raises(Unavailable):
        _create(_gmail(workspace))
    assert workspace.calls(CREATE) == 0


def test_a_scope_that_is_not_delegated_is_named(workspace: Workspace) -> None:
    workspace.control("PUT", "delegation", {"scopes": [*MAILER[:2]]})
    with pytest.raises(CredentialsRefused, match=r"Admin console.*gmail\.settings\.basic"):
        execute(_gmail(workspace).getProfile(userId="me"))
    assert workspace.calls("oauth.token") == 1


def test_a_subject_outside_the_domain_is_named(workspace: Workspace) -> None:
    users = workspace.google().resource("gmail", "someone@elsewhere.example", MAILER).users()
    with pytest.raises(CredentialsRefused, match=r"someone@elsewhere\.example"):
        execute(users.getProfile(userId="me"))


def test_a_method_beyond_the_scopes_is_refused(workspace: Workspace) -> None:
    users = workspace.google().resource("gmail", WORKER, SHEETS).users()
    with pytest.raises(CredentialsRefused, match="spreadsheets"):
        execute(users.getProfile(userId="me"))


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"type": "service_account"}'])
def test_a_bad_key_file_is_named(workspace: Workspace, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "key.json"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(CredentialsRefused, match=r"key\.json"):
        workspace.google(credentials_file=file).session(WORKER, MAILER)


def test_a_damaged_key_is_named_and_not_shown(workspace: Workspace, tmp_path: Path) -> None:
    key = json.loads(workspace.sandbox.credentials.read_text("utf-8"))
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key | {"private_key": "-----BEGIN confidence"}), "utf-8")
    with pytest.raises(CredentialsRefused) as refused:
        workspace.google(credentials_file=file).session(WORKER, MAILER)
    assert "confidence" not in str(refused.value)


def test_nobody_at_the_address_is_unavailable_even_for_a_create(workspace: Workspace) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        root = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        policy = Policy(attempts=2, sleep=workspace.waits.append)
        with Google(root, workspace.sandbox.credentials, policy=policy) as google:
            drafts = google.resource("gmail", WORKER, MAILER).users().drafts()
            with pytest.raises(Unavailable):
                execute(drafts.create(userId="me", body={}))


def test_gspread_works_unmodified(workspace: Workspace) -> None:
    session = workspace.google().session(WORKER, (*SHEETS, *DRIVE))
    client = _gspread(session)
    made = client.create("Essai")
    made.sheet1.update([["Nom", "Été"], ["=1+1", 2]], "A1:B2")
    assert client.open_by_key(made.id).sheet1.get_all_values() == [["Nom", "Été"], ["=1+1", "2"]]


def test_gspread_never_appends_twice(workspace: Workspace) -> None:
    session = workspace.google().session(WORKER, (*SHEETS, *DRIVE))
    sheet = _gspread(session).create("Essai").sheet1
    workspace.trouble("sheets.spreadsheets.values.append", drop="after")
    with pytest.raises(OutcomeUnknown):
        sheet.append_row(["une fois"])
    workspace.control("DELETE", "faults")
    assert sheet.get_all_values() == [["une fois"]]


def test_what_is_sent_inside_idempotent_is_sent_again(workspace: Workspace) -> None:
    session = workspace.google().session(WORKER, (*SHEETS, *DRIVE))
    sheet = _gspread(session).create("Essai").sheet1
    workspace.trouble("sheets.spreadsheets.values.update", drop="after", times=1)
    with session.idempotent():
        sheet.update([["x"]], "A1")
    assert workspace.calls("sheets.spreadsheets.values.update") == 2


def test_a_batch_and_an_upload_stay_at_the_root(workspace: Workspace) -> None:
    drive = workspace.google().resource("drive", WORKER, DRIVE)
    media = MediaInMemoryUpload(b"bonjour", mimetype="text/plain")
    file = execute(drive.files().create(body={"name": "a.txt"}, media_body=media))
    assert execute(drive.files().get_media(fileId=file["id"])) == b"bonjour"
    answers: list[Any] = []
    batch: BatchHttpRequest = drive.new_batch_http_request(
        callback=lambda _id, answer, error: answers.append(error or answer["name"])
    )
    batch.add(drive.files().get(fileId=file["id"]))
    batch.execute()
    assert answers == ["a.txt"]


def test_a_very_long_read_is_still_a_read(workspace: Workspace) -> None:
    drive = workspace.google().resource("drive", WORKER, DRIVE)
    workspace.trouble("drive.files.list", drop="before", times=1)
    query = " or ".join(f"name = 'fichier {n}'" for n in range(200))
    assert execute(drive.files().list(q=query))["files"] == []


def test_clients_are_made_once_per_person_and_need(workspace: Workspace) -> None:
    google = workspace.google()
    assert google.resource("gmail", WORKER, MAILER) is google.resource("gmail", WORKER, MAILER)
    assert google.session(WORKER, MAILER) is not google.session("secretariat@ecole.example", MAILER)
    execute(google.resource("gmail", WORKER, MAILER).users().getProfile(userId="me"))
    execute(google.resource("gmail", WORKER, MAILER).users().getProfile(userId="me"))
    assert workspace.calls("oauth.token") == 1


def test_a_busy_worker_keeps_below_the_quota(workspace: Workspace) -> None:
    gmail = _gmail(workspace, quotas=Quotas(gmail_units=60))
    for _ in range(4):
        execute(gmail.getProfile(userId="me"))
    assert [round(wait) for wait in workspace.waits] == [20]


@pytest.mark.parametrize(
    ("url", "root", "address"),
    [
        ("https://sheets.googleapis.com/v4/a?b=c", "http://h:1/", "http://h:1/v4/a?b=c"),
        ("https://www.googleapis.com/batch/drive/v3", "http://h:1/", "http://h:1/batch/drive/v3"),
        ("https://gmail.googleapis.com/x", GOOGLE, "https://gmail.googleapis.com/x"),
        ("http://h:1/v4/a", "http://h:1/", "http://h:1/v4/a"),
        ("https://gmail.googleapis.com/x", "https://proxy.test/g/", "https://proxy.test/g/x"),
    ],
)
def test_google_hosts_lead_to_the_root(url: str, root: str, address: str) -> None:
    assert at_root(url, root) == address


@pytest.mark.parametrize("url", ["https://evilgoogleapis.com/", "http://h:2/", "https://a.test/"])
def test_a_bearer_never_leaves_for_a_third_host(url: str) -> None:
    with pytest.raises(ValueError, match="not an address of Google"):
        at_root(url, "http://h:1/")


@pytest.mark.parametrize(
    ("used", "scopes"),
    [
        (("forms.forms.get", "forms.forms.responses.list"), FORMS_READER),
        (
            (
                *(f"gmail.users.drafts.{verb}" for verb in ("create", "delete", "get")),
                *("gmail.users.drafts.list", "gmail.users.drafts.send"),
                *("gmail.users.threads.get", "gmail.users.settings.sendAs.list"),
            ),
            MAILER,
        ),
    ],
)
def test_scopes_are_enough_and_none_is_idle(used: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    accepted = [method(name).scopes & set(scopes) for name in used]
    assert all(accepted)
    for scope in scopes:
        assert any(needed == {scope} for needed in accepted), scope


@pytest.fixture
def captive_portal() -> Iterator[str]:
    """A server that sends every caller elsewhere."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                line.recv(65536)
                line.sendall(
                    b"HTTP/1.1 302 Found\r\nLocation: http://portal.test/\r\n"
                    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
                )

    thread = threading.Thread(target=answer)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_a_captive_portal_is_not_followed(workspace: Workspace, captive_portal: str) -> None:
    policy = Policy(attempts=2, sleep=workspace.waits.append)
    with Google(captive_portal, workspace.sandbox.credentials, policy=policy) as google:
        session: Session = google.session(WORKER, MAILER)
        with pytest.raises(Unavailable) as failed:
            session.get("https://gmail.googleapis.com/gmail/v1/users/me/profile")
        with pytest.raises(OutcomeUnknown):
            session.post("https://gmail.googleapis.com/gmail/v1/users/me/drafts", json={})
    assert isinstance(failed.value, GatewayError)
    assert failed.value.status == 302
