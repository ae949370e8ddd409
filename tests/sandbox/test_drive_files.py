"""drive.files as a client sees it, method by method (facts 6, 9)."""

from __future__ import annotations

import pytest

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Media
from itn_sync.sandbox.drive.imports import import_files
from itn_sync.sandbox.drive.people import import_people
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State
from tests.sandbox.drive_world import EDITOR, NOW, OWNER, STRANGER, Do, caller, refused

TEXT = Media(b"Proc\xc3\xa8s-verbal du conseil", "text/plain")


@pytest.fixture
def do(state: State) -> Do:
    return caller(state)


def names(do: Do, q: str = "", *, user: str = OWNER, **params: str) -> list[str]:
    found = do("drive.files.list", user=user, q=q, orderBy=params.pop("orderBy", "name"), **params)
    return [file["name"] for file in found["files"]]


def folder(do: Do, name: str = "Dossier", **body: object) -> str:
    made = do("drive.files.create", body={"name": name, "mimeType": files.FOLDER, **body})
    return str(made["id"])


def note(do: Do, name: str, *, minutes: int = 0, user: str = OWNER, **body: object) -> str:
    made = do(
        "drive.files.create", body={"name": name, **body}, media=TEXT, minutes=minutes, user=user
    )
    return str(made["id"])


def test_a_new_file_lies_in_the_callers_root(do: Do) -> None:
    made = do("drive.files.get", fileId=note(do, "PV.txt"))
    assert made["parents"] == [do("drive.files.get", fileId="root")["id"]]
    assert (made["mimeType"], made["size"], made["fileExtension"]) == ("text/plain", "25", "txt")
    assert made["ownedByMe"]
    assert not made["shared"]
    assert made["webViewLink"].endswith(f"file/d/{made['id']}/view")


def test_bytes_come_back_as_they_went(do: Do) -> None:
    file = note(do, "PV.txt")
    assert do("drive.files.get", fileId=file, alt="media") == TEXT
    do("drive.files.update", fileId=file, media=Media(b"autre", "text/markdown"), minutes=1)
    assert do("drive.files.get", fileId=file, alt="media") == Media(b"autre", "text/markdown")


def test_a_google_document_has_no_bytes(do: Do) -> None:
    sheet = do("drive.files.create", body={"name": "S", "mimeType": files.SPREADSHEET})
    with refused(403, "Only files with binary content", "fileNotDownloadable"):
        do("drive.files.get", fileId=sheet["id"], alt="media")


def test_a_generated_id_makes_a_retry_harmless(do: Do) -> None:
    ids = do("drive.files.generateIds", count=3)["ids"]
    assert len(set(ids)) == 3
    assert note(do, "a", id=ids[0]) == ids[0]
    with refused(409, reason="fileIdInUse"):
        note(do, "a", id=ids[0])
    with refused(400, "not usable"):
        note(do, "a", id="1my-own-idea")
    with refused(400, "Docs Editors"):
        do("drive.files.create", body={"id": ids[1], "mimeType": files.DOCUMENT})


def test_a_service_account_by_itself_has_no_room(do: Do) -> None:
    with refused(403, reason="storageQuotaExceeded"):
        note(do, "a", user="itn-sync@sandbox-project.iam.gserviceaccount.com")


def test_a_stranger_knows_of_nothing(do: Do) -> None:
    file = note(do, "PV.txt")
    for method in ("get", "update", "delete", "copy"):
        with refused(404, f"File not found: {file}.", "notFound"):
            do(f"drive.files.{method}", user=STRANGER, fileId=file)


def test_a_reader_may_star_but_not_rename(do: Do, state: State) -> None:
    file = note(do, "PV.txt")
    files.share(state, file, role="reader", type="user", email=STRANGER)
    do("drive.files.update", user=STRANGER, fileId=file, body={"starred": True})
    assert names(do, "starred = true", user=STRANGER) == ["PV.txt"]
    assert names(do, "starred = true") == []
    with refused(403, reason="insufficientFilePermissions"):
        do("drive.files.update", user=STRANGER, fileId=file, body={"name": "x"})
    seen = do("drive.files.get", user=STRANGER, fileId=file)
    assert not seen["capabilities"]["canEdit"]
    assert "permissions" not in seen
    assert "parents" not in seen


def test_only_the_owner_trashes_and_deletes(do: Do, state: State) -> None:
    file = note(do, "PV.txt")
    files.share(state, file, role="writer", type="user", email=EDITOR)
    for method, body in (("update", {"trashed": True}), ("delete", {})):
        with refused(403):
            do(f"drive.files.{method}", user=EDITOR, fileId=file, body=body)
    do("drive.files.delete", fileId=file)
    with refused(404):
        do("drive.files.get", fileId=file)


def test_a_trashed_folder_takes_its_content_with_it(do: Do) -> None:
    outer = folder(do)
    note(do, "a", parents=[outer])
    do("drive.files.update", fileId=outer, body={"trashed": True})
    assert names(do, "trashed = true") == ["a", "Dossier"]
    assert names(do, "trashed = false") == []
    assert do("drive.files.list", q="name = 'a'")["files"][0]["explicitlyTrashed"] is False
    do("drive.files.update", fileId=outer, body={"trashed": False})
    assert names(do, "trashed = false") == ["a", "Dossier"]


def test_a_deleted_folder_takes_the_callers_files_with_it(do: Do, state: State) -> None:
    outer = folder(do)
    files.share(state, outer, role="writer", type="user", email=EDITOR)
    mine = note(do, "a", parents=[outer])
    theirs = note(do, "b", parents=[outer], user=EDITOR)
    do("drive.files.delete", fileId=outer)
    assert names(do) == []
    with refused(404):
        do("drive.files.get", fileId=mine)
    assert "parents" not in do("drive.files.get", user=EDITOR, fileId=theirs)


def test_a_file_moves_between_folders(do: Do) -> None:
    one, two = folder(do, "un"), folder(do, "deux")
    file = note(do, "a", parents=[one])
    with refused(403, reason="cannotAddParent"):
        do("drive.files.update", fileId=file, addParents=two)
    moved = do("drive.files.update", fileId=file, addParents=two, removeParents=one)
    assert moved["parents"] == [two]
    assert names(do, f"'{two}' in parents") == ["a"]
    with refused(403):
        do("drive.files.update", fileId=two, addParents=two, removeParents="root")
    with refused(403, reason="fieldNotWritable"):
        do("drive.files.update", fileId=file, body={"parents": [one]})


def test_nobody_puts_files_in_a_folder_they_may_not_write(do: Do, state: State) -> None:
    outer = folder(do)
    with refused(404):
        note(do, "a", parents=[outer], user=STRANGER)
    files.share(state, outer, role="reader", type="user", email=STRANGER)
    with refused(403, reason="insufficientParentPermissions"):
        note(do, "a", parents=[outer], user=STRANGER)


def test_read_only_fields_are_refused(do: Do) -> None:
    with refused(403, reason="fieldNotWritable"):
        note(do, "a", md5Checksum="x")


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("name contains 'dossier'", ["Dossier VA Aline", "dossier AR"]),
        ("name contains 'dos va'", ["Dossier VA Aline"]),
        ("name contains 'ossier'", []),
        ("name = 'dossier AR'", ["dossier AR"]),
        ("name != 'dossier AR'", ["Dossier VA Aline", "L'école", "Tri"]),
        (r"name = 'L\'école'", ["L'école"]),
        ("mimeType = 'application/vnd.google-apps.folder'", ["Tri"]),
        ("mimeType contains 'text/'", ["Dossier VA Aline", "L'école", "dossier AR"]),
        ("not mimeType contains 'text/'", ["Tri"]),
        ("fullText contains 'conseil'", ["Dossier VA Aline", "L'école", "dossier AR"]),
        ("fullText contains 'conse'", []),
        (
            "fullText contains '\"du conseil\"' and name contains 'dossier a'",
            ["Dossier VA Aline", "dossier AR"],
        ),
        ("modifiedTime > '2026-09-01T08:30:00'", ["dossier AR"]),
        ("modifiedTime > '2026-09-01T10:30:00+02:00'", ["dossier AR"]),
        ("createdTime <= '2026-09-01T08:00:00.250Z'", ["Dossier VA Aline", "L'école", "Tri"]),
        ("properties has { key='case' and value='7' }", ["Dossier VA Aline"]),
        ("appProperties has { key='k' and value='v' }", ["dossier AR"]),
        (
            "'me' in owners and trashed = false",
            ["Dossier VA Aline", "L'école", "Tri", "dossier AR"],
        ),
        ("'direction@ecole.example' in readers", ["L'école"]),
        ("'direction@ecole.example' in writers", []),
        ("visibility = 'limited' and name contains 'tri'", ["Tri"]),
        ("sharedWithMe = true", []),
        ("'root' in parents and (starred = true or name = 'Tri')", ["Tri"]),
    ],
)
def test_a_search_finds_what_it_should(do: Do, state: State, q: str, found: list[str]) -> None:
    note(do, "Dossier VA Aline", properties={"case": "7"})
    note(do, "dossier AR", minutes=60, appProperties={"k": "v"})
    shared = note(do, "L'école")
    files.share(state, shared, role="reader", type="user", email=STRANGER)
    folder(do, "Tri")
    assert sorted(names(do, q)) == sorted(found)


def test_people_find_only_what_they_may_see(do: Do, state: State) -> None:
    outer = folder(do)
    note(do, "dedans", parents=[outer])
    note(do, "privé")
    files.share(state, outer, role="reader", type="user", email=STRANGER)
    link = note(do, "par lien")
    files.share(state, link, role="reader", type="anyone")
    assert names(do, user=STRANGER) == ["dedans", "Dossier"]
    assert names(do, "sharedWithMe = true", user=STRANGER) == ["Dossier"]
    assert names(do, "sharedWithMe and name contains 'doss'", user=STRANGER) == ["Dossier"]
    assert names(do, "sharedWithMe and name contains 'ded'", user=STRANGER) == []
    assert do("drive.files.get", user=STRANGER, fileId=link)["name"] == "par lien"


def test_private_properties_of_another_project_are_not_seen(do: Do) -> None:
    file = note(do, "a", appProperties={"k": "v"})
    q = "appProperties has { key='k' and value='v' }"
    assert do("drive.files.list", q=q, project="other")["files"] == []
    assert "appProperties" not in do("drive.files.get", fileId=file, project="other")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["a1", "a10", "a2", "Z"]),
        ("name_natural", ["a1", "a2", "a10", "Z"]),
        ("name desc", ["Z", "a2", "a10", "a1"]),
        ("folder,name desc", ["Z", "a2", "a10", "a1"]),
        ("modifiedTime desc,name", ["a2", "Z", "a1", "a10"]),
    ],
)
def test_lists_come_in_the_order_asked(do: Do, order: str, expected: list[str]) -> None:
    note(do, "a1")
    note(do, "a2", minutes=9)
    note(do, "a10")
    do("drive.files.create", body={"name": "Z", "mimeType": files.FOLDER}, minutes=3)
    assert names(do, orderBy=order) == expected


def test_pages_follow_one_another_without_loss(do: Do) -> None:
    for number in range(7):
        note(do, f"n{number}")
    seen, token = [], ""
    while True:
        page = do("drive.files.list", pageSize=3, orderBy="name", pageToken=token)
        seen += [file["name"] for file in page["files"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
        assert len(page["files"]) == 3
    assert seen == [f"n{number}" for number in range(7)]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("q", "nom = 'a'"),
        ("orderBy", "size"),
        ("corpora", "all"),
        ("spaces", "moon"),
        ("pageToken", "x"),
    ],
)
def test_a_bad_parameter_is_a_400_that_names_it(do: Do, parameter: str, value: str) -> None:
    with refused(400, "Invalid Value", "invalid"):
        do("drive.files.list", **{parameter: value})


def test_a_copy_is_the_callers_own(do: Do, state: State) -> None:
    file = note(do, "PV", description="d", properties={"a": "b"})
    files.share(state, file, role="reader", type="user", email=STRANGER)
    made = do("drive.files.copy", user=STRANGER, fileId=file)
    assert made["name"] == "Copy of PV"
    assert made["ownedByMe"]
    assert made["properties"] == {"a": "b"}
    assert do("drive.files.get", user=STRANGER, fileId=made["id"], alt="media") == TEXT
    with refused(403, reason="cannotCopyFile"):
        do("drive.files.copy", fileId=folder(do))


def test_about_tells_who_asks_and_how_much_they_store(do: Do, state: State) -> None:
    import_people(state, [{"email": OWNER, "name": "Synchronisation"}], NOW)
    note(do, "PV")
    about = do("drive.about.get")
    assert about["user"]["displayName"] == "Synchronisation"
    assert about["storageQuota"]["usage"] == "25"


def test_imported_files_are_replaced_by_a_second_import(do: Do, state: State) -> None:
    item: Json = {
        "id": "1note",
        "name": "a.txt",
        "owner": OWNER,
        "text": "un",
        "permissions": [{"role": "reader", "emailAddress": STRANGER}],
    }
    import_files(state, [item], NOW)
    import_files(state, [item | {"text": "deux"}], NOW)
    assert do("drive.files.get", fileId="1note", alt="media").content == b"deux"
    assert names(do, user=STRANGER) == ["a.txt"]
    with refused(400):
        import_files(state, [{"name": "x"}], NOW)
    with refused(400, "base64"):
        import_files(state, [{"name": "x", "owner": OWNER, "content": "*"}], NOW)
