"""drive.changes over HTTP: what a poller learns (facts 6).

Source: https://developers.google.com/workspace/drive/api/guides/manage-changes
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Service
from tests.sandbox.drive_http import FOLDER, http_refused, media, uploaded

COLLEAGUE = "direction@ecole.example"


@pytest.fixture
def drive(service: Service) -> Any:
    return service("drive")


@pytest.fixture
def colleague(service: Service) -> Any:
    return service("drive", user=COLLEAGUE)


def start(drive: Any) -> str:
    token: str = drive.changes().getStartPageToken().execute()["startPageToken"]
    return token


def since(drive: Any, token: str, **params: Any) -> list[tuple[str, bool]]:
    """What changed after the token: file ids and whether they are gone, page by page."""
    told: list[tuple[str, bool]] = []
    request = drive.changes().list(pageToken=token, **params)
    while request is not None:
        answer = request.execute()
        told += [(change["fileId"], change["removed"]) for change in answer["changes"]]
        assert ("newStartPageToken" in answer) != ("nextPageToken" in answer)
        request = drive.changes().list_next(request, answer)
    return told


def share(drive: Any, file: str, role: str = "reader") -> str:
    body = {"type": "user", "role": role, "emailAddress": COLLEAGUE}
    made: str = drive.permissions().create(fileId=file, body=body).execute()["id"]
    return made


def folder(drive: Any, **body: Any) -> str:
    made: str = drive.files().create(body={"name": "F", "mimeType": FOLDER, **body}).execute()["id"]
    return made


def test_a_file_is_told_once_at_its_latest_change(drive: Any) -> None:
    token = start(drive)
    assert since(drive, token) == []
    first, second = uploaded(drive, "a", "text/plain"), uploaded(drive, "b", "text/plain")
    drive.files().update(fileId=first, media_body=media("c")).execute()
    assert since(drive, token) == [(second, False), (first, False)]
    answer = drive.changes().list(pageToken=token, fields="*").execute()
    change = answer["changes"][1]
    assert (change["kind"], change["changeType"]) == ("drive#change", "file")
    assert change["file"]["md5Checksum"]
    assert since(drive, answer["newStartPageToken"]) == []


def test_without_fields_a_change_tells_the_four_of_its_file(drive: Any) -> None:
    token = start(drive)
    uploaded(drive, "a", "text/plain")
    change = drive.changes().list(pageToken=token).execute()["changes"][0]
    assert set(change["file"]) == {"kind", "id", "name", "mimeType"}


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_of_any_size_tell_the_same(drive: Any, size: int) -> None:
    token = start(drive)
    made = [uploaded(drive, "a", "text/plain") for _ in range(5)]
    assert since(drive, token, pageSize=size) == [(file, False) for file in made]


def test_a_rename_a_share_a_trash_and_a_star_are_changes(drive: Any) -> None:
    file = uploaded(drive, "a", "text/plain")
    for body in ({"name": "b"}, {"trashed": True}, {"starred": True}):
        token = start(drive)
        drive.files().update(fileId=file, body=body).execute()
        assert since(drive, token) == [(file, False)], body
    token = start(drive)
    share(drive, file)
    assert since(drive, token) == [(file, False)]


def test_a_sheet_that_is_written_to_changed(drive: Any, service: Service) -> None:
    sheets = service("sheets").spreadsheets()
    sheet = sheets.create(body={}).execute()["spreadsheetId"]
    token = start(drive)
    sheets.values().update(
        spreadsheetId=sheet, range="A1", valueInputOption="RAW", body={"values": [[1]]}
    ).execute()
    assert since(drive, token) == [(sheet, False)]


def test_people_learn_of_what_they_see_only(drive: Any, colleague: Any) -> None:
    token = start(colleague)
    uploaded(drive, "secret", "text/plain")
    shared = uploaded(drive, "commun", "text/plain")
    share(drive, shared)
    assert since(colleague, token) == [(shared, False)]


def test_lost_access_and_deletion_are_removals(drive: Any, colleague: Any) -> None:
    """Facts 6: `removed=true` also means lost access."""
    unshared, deleted = uploaded(drive, "a", "text/plain"), uploaded(drive, "b", "text/plain")
    permission = share(drive, unshared)
    share(drive, deleted)
    token = start(colleague)
    drive.permissions().delete(fileId=unshared, permissionId=permission).execute()
    drive.files().delete(fileId=deleted).execute()
    assert since(colleague, token) == [(unshared, True), (deleted, True)]
    assert since(colleague, token, includeRemoved=False) == []
    assert since(drive, token) == [(unshared, False), (deleted, True)]
    share(drive, unshared)
    assert since(colleague, token) == [(deleted, True), (unshared, False)], "seen again"


def test_what_happens_to_a_folder_happens_to_its_files(drive: Any, colleague: Any) -> None:
    common = folder(drive)
    file = uploaded(drive, "a", "text/plain", parents=[common])
    token = start(colleague)
    permission = share(drive, common)
    assert {one for one, _ in since(colleague, token)} == {common, file}
    token = start(colleague)
    drive.files().update(fileId=file, addParents="root", removeParents=common).execute()
    assert since(colleague, token) == [(file, True)], "moved out of a shared folder"
    drive.permissions().delete(fileId=common, permissionId=permission).execute()
    assert (common, True) in since(colleague, token)


def test_my_drive_leaves_out_what_is_only_shared_with_me(drive: Any, colleague: Any) -> None:
    token = start(colleague)
    share(drive, uploaded(drive, "a", "text/plain"))
    own = uploaded(colleague, "b", "text/plain", parents=[folder(colleague)])
    found = [file for file, _ in since(colleague, token, restrictToMyDrive=True)]
    assert found[-1] == own
    assert len(found) == 2, "the folder and the file in it"


@pytest.mark.parametrize("token", ["x", "-1", "999999", "1.5"])
def test_a_token_that_was_never_given_is_a_400(drive: Any, token: str) -> None:
    with http_refused(400, "invalid"):
        drive.changes().list(pageToken=token).execute()


def test_there_are_no_shared_drives(drive: Any) -> None:
    """As for an account of a school without them."""
    assert drive.drives().list().execute()["drives"] == []
    assert drive.teamdrives().list().execute()["teamDrives"] == []
    with http_refused(404, "notFound", "Shared drive not found: 0Axyz"):
        drive.drives().get(driveId="0Axyz").execute()
    with http_refused(404, "notFound"):
        drive.changes().getStartPageToken(driveId="0Axyz", supportsAllDrives=True).execute()
    with http_refused(404, "notFound"):
        drive.files().list(corpora="drive", driveId="0Axyz").execute()
    with http_refused(403):
        drive.drives().create(requestId="r", body={"name": "Équipe"}).execute()


def test_notifications_are_honestly_missing(drive: Any) -> None:
    with http_refused(501, text="drive.changes.watch"):
        drive.changes().watch(pageToken="1", body={"id": "c", "type": "web_hook"}).execute()
