"""Versions, trash, properties and generated ids over HTTP (facts 6).

Sources: https://developers.google.com/workspace/drive/api/guides/manage-revisions,
…/guides/delete, …/guides/properties, …/guides/manage-uploads.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Service
from tests.sandbox.drive_http import (
    DOCUMENT,
    FOLDER,
    SPREADSHEET,
    http_refused,
    media,
    uploaded,
)

COLLEAGUE = "direction@ecole.example"


@pytest.fixture
def drive(service: Service) -> Any:
    return service("drive")


def share(drive: Any, file: str, role: str) -> None:
    body = {"type": "user", "role": role, "emailAddress": COLLEAGUE}
    drive.permissions().create(fileId=file, body=body).execute()


def revisions(drive: Any, file: str) -> list[Any]:
    found: list[Any] = drive.revisions().list(fileId=file, fields="*").execute()["revisions"]
    return found


def test_every_upload_is_a_version_that_can_be_read_again(drive: Any) -> None:
    file = uploaded(drive, "un", "text/plain")
    drive.files().update(fileId=file, media_body=media("deux", "text/csv")).execute()
    first, head = revisions(drive, file)
    assert (first["size"], head["size"]) == ("2", "4")
    assert (first["mimeType"], head["mimeType"]) == ("text/plain", "text/csv")
    assert head["id"] == drive.files().get(fileId=file, fields="*").execute()["headRevisionId"]
    get = drive.revisions().get_media
    assert get(fileId=file, revisionId=first["id"]).execute() == b"un"
    assert get(fileId=file, revisionId="head").execute() == b"deux"
    assert drive.revisions().get(fileId=file, revisionId="head").execute()["id"] == head["id"]
    with http_refused(404, "notFound", "Revision not found: x."):
        drive.revisions().get(fileId=file, revisionId="x").execute()


def test_a_rename_is_no_version(drive: Any) -> None:
    file = uploaded(drive, "un", "text/plain")
    drive.files().update(fileId=file, body={"name": "autre"}).execute()
    assert len(revisions(drive, file)) == 1


def test_when_the_head_goes_the_version_before_it_is_the_file(drive: Any) -> None:
    file = uploaded(drive, "un", "text/plain")
    drive.files().update(fileId=file, media_body=media("deux")).execute()
    first, head = revisions(drive, file)
    drive.revisions().delete(fileId=file, revisionId=head["id"]).execute()
    assert drive.files().get_media(fileId=file).execute() == b"un"
    shown = drive.files().get(fileId=file, fields="headRevisionId,size").execute()
    assert shown == {"headRevisionId": first["id"], "size": "2"}
    with http_refused(403):
        drive.revisions().delete(fileId=file, revisionId=first["id"]).execute()


def test_a_version_may_be_kept_for_ever(drive: Any) -> None:
    file = uploaded(drive, "un", "text/plain")
    kept = drive.revisions().update(
        fileId=file, revisionId="head", body={"keepForever": True}, fields="keepForever"
    )
    assert kept.execute() == {"keepForever": True}
    with http_refused(403, "fieldNotWritable"):
        drive.revisions().update(fileId=file, revisionId="head", body={"published": True}).execute()


def test_a_doc_has_versions_for_those_who_write(drive: Any, service: Service) -> None:
    doc = uploaded(drive, "un", "text/plain", DOCUMENT)
    drive.files().update(fileId=doc, media_body=media("deux")).execute()
    assert [one["id"] for one in revisions(drive, doc)] == ["1", "2"]
    share(drive, doc, "reader")
    with http_refused(403, "insufficientFilePermissions"):
        revisions(service("drive", user=COLLEAGUE), doc)
    with http_refused(403, "fileNotDownloadable"):
        drive.revisions().get_media(fileId=doc, revisionId="1").execute()
    with http_refused(403):
        drive.revisions().delete(fileId=doc, revisionId="1").execute()


def test_a_sheet_has_a_head_and_a_folder_has_none(drive: Any) -> None:
    sheet = drive.files().create(body={"name": "S", "mimeType": SPREADSHEET}).execute()["id"]
    assert len(revisions(drive, sheet)) == 1
    folder = drive.files().create(body={"name": "F", "mimeType": FOLDER}).execute()["id"]
    with http_refused(403, "revisionsNotSupported"):
        revisions(drive, folder)


def test_the_trash_is_emptied_of_ones_own_files_only(drive: Any, service: Service) -> None:
    other = service("drive", user=COLLEAGUE)
    theirs = uploaded(other, "b", "text/plain")
    other.files().update(fileId=theirs, body={"trashed": True}).execute()
    folder = drive.files().create(body={"name": "F", "mimeType": FOLDER}).execute()["id"]
    inside, kept = (
        uploaded(drive, "a", "text/plain", parents=[folder]),
        uploaded(drive, "k", "text/plain"),
    )
    drive.files().update(fileId=folder, body={"trashed": True}).execute()
    drive.files().emptyTrash().execute()
    for gone in (folder, inside):
        with http_refused(404, "notFound"):
            drive.files().get(fileId=gone).execute()
    assert drive.files().get(fileId=kept).execute()["id"] == kept
    assert other.files().get(fileId=theirs).execute()["id"] == theirs


def test_a_file_follows_its_folders_into_the_trash_and_out(drive: Any) -> None:
    def made(**body: Any) -> str:
        found: str = (
            drive.files().create(body={"name": "F", "mimeType": FOLDER, **body}).execute()["id"]
        )
        return found

    def trashed(file: str) -> tuple[bool, bool]:
        shown = drive.files().get(fileId=file, fields="trashed,explicitlyTrashed").execute()
        return shown["trashed"], shown["explicitlyTrashed"]

    outer = made()
    inner = made(parents=[outer])
    file = uploaded(drive, "a", "text/plain", parents=[inner])
    files = drive.files()
    files.update(fileId=inner, body={"trashed": True}).execute()
    files.update(fileId=outer, body={"trashed": True}).execute()
    files.update(fileId=outer, body={"trashed": False}).execute()
    assert (trashed(inner), trashed(file)) == ((True, True), (True, False)), "trashed by itself"
    files.update(fileId=file, addParents=outer, removeParents=inner).execute()
    assert trashed(file) == (False, False), "moved out of a trashed folder"


def test_a_star_is_ones_own(drive: Any, service: Service) -> None:
    file = uploaded(drive, "a", "text/plain")
    share(drive, file, "reader")
    other = service("drive", user=COLLEAGUE)
    other.files().update(fileId=file, body={"starred": True}).execute()
    assert other.files().list(q="starred = true").execute()["files"][0]["id"] == file
    assert drive.files().list(q="starred = true").execute()["files"] == []


def test_properties_have_their_limits(drive: Any) -> None:
    """124 bytes of key and value together: RichardX366/Obsidian-Google-Drive#34."""
    file = uploaded(drive, "a", "text/plain")
    update = drive.files().update
    update(fileId=file, body={"appProperties": {"k": "é" * 61 + "a"}}).execute()
    for name in ("properties", "appProperties"):
        with http_refused(403, "propertyLengthLimitExceeded", "124 bytes"):
            update(fileId=file, body={name: {"k": "é" * 62}}).execute()
    update(fileId=file, body={"properties": {str(n): "x" for n in range(30)}}).execute()
    with http_refused(403, "propertyCountLimitExceeded"):
        update(fileId=file, body={"properties": {"un de trop": "x"}}).execute()
    update(fileId=file, body={"properties": {"0": None, "autre": "x"}}).execute()


def test_a_generated_id_serves_once(drive: Any) -> None:
    """Facts 6: a retry of a create answers 409."""
    file_id, other = drive.files().generateIds(count=2).execute()["ids"]
    body = {"name": "a", "id": file_id}
    drive.files().create(body=body, media_body=media("a")).execute()
    with http_refused(409, "fileIdInUse"):
        drive.files().create(body=body, media_body=media("a")).execute()
    copy = drive.files().copy(fileId=file_id, body={"id": other}).execute()
    assert copy["id"] == other
    with http_refused(400, "invalid"):
        drive.files().create(body={"name": "a", "id": "inventée"}).execute()


def test_a_shortcut_is_found_by_what_it_leads_to(drive: Any) -> None:
    """`shortcutDetails.targetId`: the reference of search terms."""
    target = uploaded(drive, "a", "text/plain")
    kind = "application/vnd.google-apps.shortcut"
    body = {"name": "raccourci", "mimeType": kind, "shortcutDetails": {"targetId": target}}
    made = drive.files().create(body=body).execute()["id"]
    found = drive.files().list(q=f"shortcutDetails.targetId = '{target}'").execute()["files"]
    assert [file["id"] for file in found] == [made]


def test_bytes_never_turn_into_a_doc_by_an_update(drive: Any) -> None:
    file = uploaded(drive, "a", "text/plain")
    with http_refused(403, "fieldNotWritable"):
        drive.files().update(fileId=file, body={"mimeType": DOCUMENT}).execute()


def test_a_search_in_an_unknown_folder_is_a_404_without_its_id(
    drive: Any, service: Service
) -> None:
    """RobinBobin/react-native-google-drive-api-wrapper#61."""
    folder = service("drive", user=COLLEAGUE).files().create(body={"name": "F", "mimeType": FOLDER})
    for wanted in ("inconnu", folder.execute()["id"]):
        with http_refused(404, "notFound", "File not found: ."):
            drive.files().list(q=f"trashed = false and '{wanted}' in parents").execute()
    assert drive.files().list(q="'root' in parents").execute()["files"] == []


@pytest.mark.parametrize("kind", ["", DOCUMENT])
def test_readers_take_nothing_away_where_the_owner_forbids_it(
    drive: Any, service: Service, kind: str
) -> None:
    """`copyRequiresWriterPermission`, for readers and commenters."""
    file = uploaded(drive, "a", "text/plain", kind, copyRequiresWriterPermission=True)
    share(drive, file, "commenter")
    other = service("drive", user=COLLEAGUE).files()
    rights = other.get(fileId=file, fields="capabilities(canCopy,canDownload)").execute()
    assert not any(rights["capabilities"].values())
    with http_refused(403, "cannotCopyFile"):
        other.copy(fileId=file).execute()
    with http_refused(403, "cannotDownloadFile"):
        other.download(fileId=file).execute()
    if kind:
        with http_refused(403, "cannotExportFile"):
            other.export(fileId=file, mimeType="text/plain").execute()
    else:
        with http_refused(403, "cannotDownloadFile"):
            other.get_media(fileId=file).execute()
    assert drive.files().copy(fileId=file).execute()["name"] == "Copy of Essai"
