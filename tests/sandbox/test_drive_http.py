"""Drive through Google's own client over real HTTP (facts 1, 6, 9)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload, MediaIoBaseDownload

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session

ALL = "https://www.googleapis.com/auth/drive"
STRANGER = "direction@ecole.example"


def upload(content: bytes = b"un deux trois", *, resumable: bool = False) -> Any:
    return MediaInMemoryUpload(content, "text/plain", resumable=resumable)


def error_of(caught: pytest.ExceptionInfo[HttpError]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(caught.value.content)["error"]
    return found


@pytest.mark.parametrize("resumable", [False, True])
def test_a_file_goes_up_and_comes_down(service: Service, resumable: bool) -> None:
    drive = service("drive", scopes=[ALL])
    body = {"name": "pv.txt", "appProperties": {"itn": "case/7"}}
    made = (
        drive.files()
        .create(
            body=body, media_body=upload(resumable=resumable), fields="id,name,size,md5Checksum"
        )
        .execute()
    )
    assert (made["name"], made["size"]) == ("pv.txt", "13")
    target = io.BytesIO()
    loader = MediaIoBaseDownload(target, drive.files().get_media(fileId=made["id"]))
    _, done = loader.next_chunk()
    assert done
    assert target.getvalue() == b"un deux trois"
    drive.files().update(
        fileId=made["id"], media_body=upload(b"quatre", resumable=resumable)
    ).execute()
    assert drive.files().get_media(fileId=made["id"]).execute() == b"quatre"


@pytest.mark.parametrize(
    ("wanted", "status", "told", "content"),
    [
        ("bytes=3-6", 206, "bytes 3-6/13", b"deux"),
        ("bytes=9-", 206, "bytes 9-12/13", b"rois"),
        ("bytes=-5", 206, "bytes 8-12/13", b"trois"),
        ("bytes=0-99", 206, "bytes 0-12/13", b"un deux trois"),
        ("bytes=13-", 416, "bytes */13", b""),
        ("lines=1-2", 200, None, b"un deux trois"),
    ],
)
def test_a_part_of_a_file_comes_down(
    service: Service,
    session: Session,
    wanted: str,
    status: int,
    told: str | None,
    content: bytes,
) -> None:
    """Partial download: https://developers.google.com/workspace/drive/api/guides/manage-downloads"""
    made = service("drive").files().create(media_body=upload()).execute()["id"]
    address = f"drive/v3/files/{made}?alt=media"
    answer = session().get(address, headers={"Range": wanted})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, told)
    assert answer.content[-len(content) :] == content


def test_a_file_comes_down_in_chunks_and_an_empty_one_too(service: Service) -> None:
    files = service("drive").files()
    for content in (bytes(range(256)) * 9, b""):
        made = files.create(media_body=upload(content)).execute()["id"]
        target = io.BytesIO()
        loader = MediaIoBaseDownload(target, files.get_media(fileId=made), chunksize=1000)
        done = False
        while not done:
            _, done = loader.next_chunk()
        assert target.getvalue() == content


def test_an_empty_body_still_makes_a_file_of_the_media(service: Service) -> None:
    drive = service("drive", scopes=[ALL])
    made = drive.files().create(media_body=upload()).execute()
    assert made["name"] == "Untitled"
    assert made["mimeType"] == "text/plain"


def test_default_fields_are_the_four_of_drive(service: Service) -> None:
    drive = service("drive", scopes=[ALL])
    made = drive.files().create(body={"name": "a"}).execute()
    assert set(made) == {"kind", "id", "name", "mimeType"}
    assert set(drive.files().get(fileId=made["id"]).execute()) == set(made)
    listed = drive.files().list().execute()
    assert set(listed) == {"kind", "incompleteSearch", "files"}
    assert listed["files"] == [made]
    permissions = drive.permissions().list(fileId=made["id"]).execute()["permissions"]
    assert set(permissions[0]) == {"kind", "id", "type", "role"}


def test_about_needs_fields(service: Service) -> None:
    drive = service("drive", scopes=[ALL])
    with pytest.raises(HttpError) as caught:
        drive.about().get().execute()
    assert error_of(caught)["code"] == 400
    assert error_of(caught)["errors"][0]["reason"] == "required"
    about = drive.about().get(fields="user(emailAddress,me)").execute()
    assert about == {"user": {"emailAddress": "itn-sync@ecole.example", "me": True}}


def test_a_bad_search_is_told_as_drive_tells_it(service: Service) -> None:
    with pytest.raises(HttpError) as caught:
        service("drive", scopes=[ALL]).files().list(q="name like 'x'").execute()
    entry = error_of(caught)["errors"][0]
    assert (entry["reason"], entry["location"], entry["locationType"]) == (
        "invalid",
        "q",
        "parameter",
    )


def test_an_unknown_file_is_told_as_drive_tells_it(service: Service) -> None:
    with pytest.raises(HttpError) as caught:
        service("drive", scopes=[ALL]).files().get(fileId="1x").execute()
    assert error_of(caught)["message"] == "File not found: 1x."
    assert error_of(caught)["errors"][0] == {
        "message": "File not found: 1x.",
        "domain": "global",
        "reason": "notFound",
        "location": "fileId",
        "locationType": "parameter",
    }


def test_list_next_walks_through_all_pages(service: Service) -> None:
    files = service("drive", scopes=[ALL]).files()
    for number in range(5):
        files.create(body={"name": f"n{number}", "mimeType": "text/plain"}).execute()
    request, seen = files.list(pageSize=2, orderBy="name", q="name contains 'n'"), []
    while request is not None:
        page = request.execute()
        seen += [file["name"] for file in page["files"]]
        request = files.list_next(request, page)
    assert seen == ["n0", "n1", "n2", "n3", "n4"]


def test_sharing_opens_a_file_to_a_colleague(service: Service) -> None:
    drive, hers = service("drive", scopes=[ALL]), service("drive", STRANGER, [ALL])
    file = drive.files().create(body={"name": "a"}).execute()["id"]
    with pytest.raises(HttpError):
        hers.files().get(fileId=file).execute()
    body = {"type": "user", "role": "writer", "emailAddress": STRANGER}
    drive.permissions().create(fileId=file, body=body, sendNotificationEmail=False).execute()
    renamed = hers.files().update(fileId=file, body={"name": "b"}, fields="name,lastModifyingUser")
    assert renamed.execute()["lastModifyingUser"]["emailAddress"] == STRANGER
    drive.files().delete(fileId=file).execute()
    assert hers.files().list().execute()["files"] == []


def test_a_null_takes_a_property_away(service: Service) -> None:
    files = service("drive", scopes=[ALL]).files()
    body: dict[str, Any] = {"name": "a", "properties": {"k": "v", "l": "w"}}
    body["appProperties"] = {"p": "q"}
    file = files.create(body=body).execute()["id"]
    gone = {"properties": {"k": None}, "appProperties": {"p": None}}
    changed = files.update(fileId=file, body=gone, fields="properties,appProperties").execute()
    assert changed == {"properties": {"l": "w"}}


def test_the_readonly_scope_does_not_write(service: Service) -> None:
    drive = service("drive", scopes=["https://www.googleapis.com/auth/drive.readonly"])
    with pytest.raises(HttpError) as caught:
        drive.files().create(body={"name": "a"}).execute()
    assert error_of(caught)["errors"][0]["reason"] == "insufficientPermissions"


def test_a_spreadsheet_made_through_drive_opens_in_sheets(session: Session) -> None:
    answer = session().post(
        "drive/v3/files?supportsAllDrives=True",
        json={"name": "S", "mimeType": "application/vnd.google-apps.spreadsheet"},
    )
    sheet = session().get(f"v4/spreadsheets/{answer.json()['id']}").json()
    assert sheet["properties"]["title"] == "S"


def test_a_copied_spreadsheet_holds_the_same_cells(service: Service) -> None:
    drive, values = service("drive", scopes=[ALL]), service("sheets").spreadsheets().values()
    kind = "application/vnd.google-apps.spreadsheet"
    first = drive.files().create(body={"name": "S", "mimeType": kind}).execute()["id"]
    values.update(
        spreadsheetId=first, range="A1", valueInputOption="RAW", body={"values": [["un", 2.5]]}
    ).execute()
    copied = drive.files().copy(fileId=first, body={"name": "T"}).execute()["id"]
    values.clear(spreadsheetId=first, range="A1:B1", body={}).execute()
    read = values.get(spreadsheetId=copied, range="A1:B1", valueRenderOption="UNFORMATTED_VALUE")
    assert read.execute()["values"] == [["un", 2.5]]


def test_a_copied_spreadsheet_has_the_same_tabs_and_formats(service: Service) -> None:
    drive, sheets = service("drive"), service("sheets").spreadsheets()
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    cells = [{"values": [{"userEnteredValue": {"stringValue": "Nom"}, **bold}]}]
    grid = {"frozenRowCount": 1, "rowCount": 20, "columnCount": 5}
    sheet = {
        "properties": {"sheetId": 7, "title": "Élèves", "gridProperties": grid},
        "data": [{"rowData": cells}],
    }
    made = sheets.create(body={"sheets": [sheet, {"properties": {"title": "B"}}]}).execute()
    copied = drive.files().copy(fileId=made["spreadsheetId"]).execute()["id"]
    book = sheets.get(spreadsheetId=copied, includeGridData=True).execute()
    assert [tab["properties"]["title"] for tab in book["sheets"]] == ["Élèves", "B"]
    first = book["sheets"][0]
    assert first["properties"]["gridProperties"] == grid
    cell = first["data"][0]["rowData"][0]["values"][0]
    assert (cell["formattedValue"], cell["userEnteredFormat"]) == ("Nom", bold["userEnteredFormat"])


def test_a_copied_form_asks_the_same(service: Service) -> None:
    drive, forms = service("drive"), service("forms").forms()
    made = forms.create(body={"info": {"title": "F"}}).execute()["formId"]
    item = {"title": "Nom", "questionItem": {"question": {"textQuestion": {}}}}
    request = {"createItem": {"item": item, "location": {"index": 0}}}
    forms.batchUpdate(formId=made, body={"requests": [request]}).execute()
    copied = drive.files().copy(fileId=made, body={"name": "G"}).execute()["id"]
    assert [one["title"] for one in forms.get(formId=copied).execute()["items"]] == ["Nom"]


def test_a_copy_is_shared_with_nobody_and_moved_files_with_their_folder(service: Service) -> None:
    """Permissions are those of the folder and its owner, not those of the original."""
    drive, kind = service("drive"), "application/vnd.google-apps.folder"
    stranger = service("drive", user=STRANGER)
    body = {"type": "user", "role": "writer", "emailAddress": STRANGER}
    file = drive.files().create(body={"name": "a"}, media_body=upload()).execute()["id"]
    drive.permissions().create(fileId=file, body=body).execute()
    copy = drive.files().copy(fileId=file, fields="id,shared,permissions(role)").execute()
    assert (copy["shared"], copy["permissions"]) == (False, [{"role": "owner"}])
    folder = drive.files().create(body={"name": "F", "mimeType": kind}).execute()["id"]
    drive.permissions().create(fileId=folder, body=body).execute()
    with pytest.raises(HttpError):
        stranger.files().get(fileId=copy["id"]).execute()
    drive.files().update(fileId=copy["id"], addParents=folder, removeParents="root").execute()
    shown = stranger.files().get(fileId=copy["id"], fields="capabilities/canEdit").execute()
    assert shown == {"capabilities": {"canEdit": True}}


def test_imported_people_and_files_are_there(sandbox: RunningSandbox, service: Service) -> None:
    content = {
        "people": [{"email": STRANGER, "name": "La Direction"}],
        "files": [
            {
                "id": "1dossier",
                "name": "D",
                "owner": STRANGER,
                "mimeType": "application/vnd.google-apps.folder",
            },
            {
                "id": "1note",
                "name": "n.txt",
                "owner": STRANGER,
                "text": "é",
                "parents": ["1dossier"],
            },
        ],
    }
    answer = requests.post(f"{sandbox.url}sandbox/v1/import", json=content, timeout=10)
    assert answer.ok, answer.text
    drive = service("drive", STRANGER, [ALL])
    (found,) = (
        drive.files()
        .list(q="'1dossier' in parents", fields="files(name,owners(displayName))")
        .execute()["files"]
    )
    assert found == {"name": "n.txt", "owners": [{"displayName": "La Direction"}]}
