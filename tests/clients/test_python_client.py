"""google-api-python-client at the sandbox, unmodified: only the root address is another.

Source: https://googleapis.github.io/google-api-python-client/docs/ (building and calling a service,
media uploads, batch requests, pagination).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload, MediaIoBaseUpload

from itn_sync.sandbox.server import RunningSandbox

_AUTH = "https://www.googleapis.com/auth/"
_SCOPES = [
    "https://mail.google.com/",
    *(f"{_AUTH}{name}" for name in ("drive", "spreadsheets", "forms.body")),
    f"{_AUTH}forms.responses.readonly",
    *(f"{_AUTH}classroom.{name}" for name in ("courses", "rosters", "topics", "announcements")),
    f"{_AUTH}classroom.courseworkmaterials",
]
_VERSIONS = {"forms": "v1", "sheets": "v4", "drive": "v3", "gmail": "v1", "classroom": "v1"}
_TEACHER = "itn-sync@ecole.example"


class Workspace:
    """The five services of one person, and how many calls were made with them."""

    def __init__(self, sandbox: RunningSandbox, opened: ExitStack) -> None:
        self._sandbox = sandbox
        self._opened = opened
        self.calls = 0

    def service(self, api: str, user: str = _TEACHER) -> Any:
        """`build(…)` as in every one of Google's samples, but for where the API is described."""
        key: Any = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]  # (google-auth)
            str(self._sandbox.credentials), scopes=_SCOPES, subject=user
        )
        with requests.Session() as line:
            # Left to itself, a batch refreshes the token on a connection that it never closes.
            key.refresh(Request(line))
        where = f"{self._sandbox.url}discovery/v1/apis/{{api}}/{{apiVersion}}/rest"
        return self._opened.enter_context(
            build(
                api,
                _VERSIONS[api],
                credentials=key,
                discoveryServiceUrl=where,
                static_discovery=False,
                cache_discovery=False,
            )
        )

    def do(self, request: Any) -> Any:
        """Execute one request."""
        self.calls += 1
        return request.execute()

    def refused(self, request: Any, status: int, text: str) -> None:
        """Execute a request that must be refused."""
        self.calls += 1
        with pytest.raises(HttpError, match=text) as caught:
            request.execute()
        assert caught.value.status_code == status


@pytest.fixture
def workspace(sandbox: RunningSandbox) -> Iterator[Workspace]:
    """Services that are closed after the test."""
    with ExitStack() as opened:
        yield Workspace(sandbox, opened)


def _fill_in_a_form(workspace: Workspace) -> None:
    forms = workspace.service("forms").forms()
    form_id = workspace.do(forms.create(body={"info": {"title": "Inscription"}}))["formId"]
    item = {"title": "Nom", "questionItem": {"question": {"textQuestion": {}}}}
    create = {"createItem": {"item": item, "location": {"index": 0}}}
    workspace.do(forms.batchUpdate(formId=form_id, body={"requests": [create]}))
    assert workspace.do(forms.get(formId=form_id))["items"][0]["title"] == "Nom"
    state = {"publishState": {"isPublished": True, "isAcceptingResponses": True}}
    workspace.do(forms.setPublishSettings(formId=form_id, body={"publishSettings": state}))
    assert workspace.do(forms.responses().list(formId=form_id)) == {}


def _keep_a_sheet(workspace: Workspace) -> None:
    books = workspace.service("sheets").spreadsheets()
    title = {"properties": {"title": "Suivi", "locale": "fr_BE"}}
    book = workspace.do(books.create(body=title))["spreadsheetId"]
    values, at = books.values(), {"spreadsheetId": book}
    rows = {"values": [["Nom", "Note"], ["Dupont", "7,5"]]}
    typed = values.update(**at, range="A1", valueInputOption="USER_ENTERED", body=rows)
    assert workspace.do(typed)["updatedCells"] == 4
    more = values.append(**at, range="A1", valueInputOption="RAW", body={"values": [["Lambert"]]})
    assert workspace.do(more)["updates"]["updatedRows"] == 1
    read = values.get(**at, range="A1:B3", valueRenderOption="UNFORMATTED_VALUE")
    assert workspace.do(read)["values"] == [["Nom", "Note"], ["Dupont", 7.5], ["Lambert"]]
    assert len(workspace.do(values.batchGet(**at, ranges=["A1", "B2"]))["valueRanges"]) == 2
    tab = {"requests": [{"addSheet": {"properties": {"title": "Relances"}}}]}
    assert workspace.do(books.batchUpdate(**at, body=tab))["replies"][0]["addSheet"]
    assert len(workspace.do(books.get(**at, fields="sheets.properties.title"))["sheets"]) == 2
    assert workspace.do(values.clear(**at, range="A2:B3", body={}))["clearedRange"]
    workspace.refused(values.get(**at, range="Ailleurs!A1"), 400, "Unable to parse range")


def _store_a_file(workspace: Workspace) -> str:
    files = workspace.service("drive").files()
    media = MediaIoBaseUpload(BytesIO("Élève".encode() * 1000), "text/plain", resumable=True)
    made = workspace.do(files.create(body={"name": "Notes"}, media_body=media, fields="id,size"))
    assert made["size"] == "7000"
    file_id: str = made["id"]
    content = BytesIO()
    download = MediaIoBaseDownload(content, files.get_media(fileId=file_id), chunksize=4096)
    while not download.next_chunk()[1]:
        workspace.calls += 1
    assert content.getvalue().decode() == "Élève" * 1000
    found = workspace.do(files.list(q="name = 'Notes' and trashed = false"))
    assert [file["id"] for file in found["files"]] == [file_id]
    renamed = files.update(fileId=file_id, body={"name": "Notes 2026"}, fields="name")
    assert workspace.do(renamed) == {"name": "Notes 2026"}
    permissions = workspace.service("drive").permissions()
    reader = {"role": "reader", "type": "user", "emailAddress": "direction@ecole.example"}
    workspace.do(permissions.create(fileId=file_id, body=reader))
    assert len(workspace.do(permissions.list(fileId=file_id))["permissions"]) == 2
    workspace.refused(files.get(fileId="nothing"), 404, "File not found: nothing")
    return file_id


def _write_a_mail(workspace: Workspace) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = "direction@ecole.example", "Réponse"
    message.set_content("Bonjour.")
    raw = base64.urlsafe_b64encode(message.as_bytes()).decode()
    mine = workspace.service("gmail").users()
    draft = workspace.do(mine.drafts().create(userId="me", body={"message": {"raw": raw}}))
    sent = workspace.do(mine.drafts().send(userId="me", body={"id": draft["id"]}))
    assert sent["labelIds"] == ["SENT"]
    workspace.refused(mine.drafts().get(userId="me", id=draft["id"]), 404, "not found")
    theirs = workspace.service("gmail", "direction@ecole.example").users()
    assert workspace.do(theirs.getProfile(userId="me"))["messagesTotal"] == 1
    listed = workspace.do(theirs.messages().list(userId="me", labelIds=["INBOX", "UNREAD"]))
    one = {"userId": "me", "id": listed["messages"][0]["id"]}
    headers = workspace.do(theirs.messages().get(**one))["payload"]["headers"]
    assert {"name": "Subject", "value": "Réponse"} in headers
    read = theirs.messages().modify(**one, body={"removeLabelIds": ["UNREAD"]})
    assert "UNREAD" not in workspace.do(read)["labelIds"]


def _teach_a_class(workspace: Workspace, file_id: str) -> None:
    courses = workspace.service("classroom").courses()
    body = {"name": "CESS, soir", "ownerId": "me", "courseState": "ACTIVE"}
    course = {"courseId": workspace.do(courses.create(body=body))["id"]}
    topic = workspace.do(courses.topics().create(**course, body={"name": "Chapitre 1"}))
    attached = {"driveFile": {"driveFile": {"id": file_id}, "shareMode": "VIEW"}}
    post = {"title": "Notes", "state": "PUBLISHED", "topicId": topic["topicId"]}
    materials = courses.courseWorkMaterials()
    workspace.do(materials.create(**course, body=post | {"materials": [attached]}))
    assert len(workspace.do(materials.list(**course))["courseWorkMaterial"]) == 1
    text = {"text": "Bienvenue", "state": "PUBLISHED"}
    workspace.do(courses.announcements().create(**course, body=text))
    assert len(workspace.do(courses.teachers().list(**course))["teachers"]) == 1
    workspace.refused(courses.get(id="1"), 404, "not found")


def test_thirty_calls_over_all_five_apis(workspace: Workspace) -> None:
    _fill_in_a_form(workspace)
    _keep_a_sheet(workspace)
    file_id = _store_a_file(workspace)
    _write_a_mail(workspace)
    _teach_a_class(workspace, file_id)
    assert workspace.calls >= 30


@pytest.mark.parametrize("api", sorted(_VERSIONS))
def test_a_batch_goes_where_the_description_says(workspace: Workspace, api: str) -> None:
    service = workspace.service(api)
    one: Any = {
        "forms": lambda: service.forms().get(formId="nothing"),
        "sheets": lambda: service.spreadsheets().get(spreadsheetId="nothing"),
        "drive": lambda: service.files().get(fileId="nothing"),
        "gmail": lambda: service.users().messages().get(userId="me", id="0"),
        "classroom": lambda: service.courses().get(id="0"),
    }[api]
    outcomes: list[int] = []
    batch = service.new_batch_http_request(
        callback=lambda _id, _answer, error: outcomes.append(error.status_code)
    )
    for _ in range(3):
        batch.add(one())
    batch.execute()
    assert outcomes == [404, 404, 404]


@pytest.mark.parametrize("api", sorted(_VERSIONS))
def test_an_endpoint_alone_is_enough_for_plain_calls(sandbox: RunningSandbox, api: str) -> None:
    key: Any = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]  # (google-auth)
        str(sandbox.credentials), scopes=_SCOPES, subject=_TEACHER
    )
    # The endpoint holds the path that the API's own base address has.
    where = {"api_endpoint": sandbox.url + ("drive/v3/" if api == "drive" else "")}
    with build(api, _VERSIONS[api], credentials=key, client_options=where) as service:
        made: Any = {
            "forms": lambda: service.forms().create(body={"info": {"title": "A"}}),
            "sheets": lambda: service.spreadsheets().create(body={}),
            "drive": lambda: service.files().create(body={"name": "A"}),
            "gmail": lambda: service.users().labels().create(userId="me", body={"name": "A"}),
            "classroom": lambda: service.courses().create(body={"name": "A", "ownerId": "me"}),
        }[api]
        assert made().execute()
