"""drive.permissions: sharing between people (facts 6)."""

from __future__ import annotations

import pytest

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State
from tests.sandbox.drive_world import EDITOR, NOW, OWNER, STRANGER, Do, caller, refused


@pytest.fixture
def do(state: State) -> Do:
    return caller(state)


@pytest.fixture
def file(state: State) -> str:
    made = files.create_file(state, owner=OWNER, name="Suivi", mime_type=files.SPREADSHEET, now=NOW)
    return str(made["id"])


def share(do: Do, file: str, body: Json, *, user: str = OWNER, **params: object) -> Json:
    made: Json = do("drive.permissions.create", user=user, fileId=file, body=body, **params)
    return made


def to(email: str, role: str = "reader") -> Json:
    return {"type": "user", "role": role, "emailAddress": email}


def test_a_share_is_listed_changed_and_taken_back(do: Do, file: str) -> None:
    made = share(do, file, to(STRANGER))
    assert made["displayName"] == "Direction"
    where = {"fileId": file, "permissionId": made["id"]}
    do("drive.permissions.update", **where, body={"role": "writer"})
    assert do("drive.permissions.get", user=STRANGER, **where)["role"] == "writer"
    listed = do("drive.permissions.list", fileId=file)["permissions"]
    assert {p["emailAddress"]: p["role"] for p in listed} == {OWNER: "owner", STRANGER: "writer"}
    assert do("drive.files.get", fileId=file)["shared"]
    do("drive.permissions.delete", **where)
    with refused(404):
        do("drive.files.get", user=STRANGER, fileId=file)
    with refused(404, "Permission not found"):
        do("drive.permissions.get", **where)


def test_a_person_has_the_same_permission_id_on_every_file(do: Do, file: str) -> None:
    mine = do("drive.about.get")["user"]["permissionId"]
    assert do("drive.files.get", fileId=file)["permissionIds"] == [mine]


def test_sharing_is_no_edit(do: Do, file: str) -> None:
    before = do("drive.files.get", fileId=file)
    share(do, file, to(STRANGER))
    after = do("drive.files.get", fileId=file)
    assert after["modifiedTime"] == before["modifiedTime"]
    assert int(after["version"]) > int(before["version"])


def test_a_reader_neither_shares_nor_sees_with_whom(do: Do, file: str) -> None:
    share(do, file, to(STRANGER))
    with refused(403, reason="insufficientFilePermissions"):
        share(do, file, to(EDITOR), user=STRANGER)
    with refused(403, reason="insufficientFilePermissions"):
        do("drive.permissions.list", user=STRANGER, fileId=file)


def test_a_reader_may_leave(do: Do, file: str) -> None:
    made = share(do, file, to(STRANGER))
    do("drive.permissions.delete", user=STRANGER, fileId=file, permissionId=made["id"])
    with refused(404):
        do("drive.files.get", user=STRANGER, fileId=file)


def test_writers_share_unless_the_owner_forbids_it(do: Do, file: str) -> None:
    share(do, file, to(EDITOR, "writer"))
    share(do, file, to(STRANGER), user=EDITOR)
    do("drive.files.update", fileId=file, body={"writersCanShare": False})
    with refused(403):
        share(do, file, to("a@ecole.example"), user=EDITOR)


def test_ownership_passes_within_the_domain_and_only_when_acknowledged(do: Do, file: str) -> None:
    with refused(403, "transferOwnership"):
        share(do, file, to(EDITOR, "owner"))
    share(do, file, to(STRANGER, "writer"))
    with refused(403):
        share(do, file, to(EDITOR, "owner"), user=STRANGER, transferOwnership=True)
    with refused(403, "organization"):
        share(do, file, to("a@ailleurs.example", "owner"), transferOwnership=True)
    share(do, file, to(EDITOR, "owner"), transferOwnership=True)
    seen = do("drive.files.get", user=EDITOR, fileId=file)
    assert seen["ownedByMe"]
    roles = {p["emailAddress"]: p["role"] for p in seen["permissions"]}
    assert roles == {EDITOR: "owner", OWNER: "writer", STRANGER: "writer"}


def test_the_owners_permission_stays(do: Do, file: str) -> None:
    own = do("drive.permissions.list", fileId=file)["permissions"][0]["id"]
    with refused(403):
        do("drive.permissions.delete", fileId=file, permissionId=own)
    with refused(403):
        do("drive.permissions.update", fileId=file, permissionId=own, body={"role": "reader"})


def test_an_inherited_permission_is_changed_at_its_folder(do: Do, state: State) -> None:
    folder = do("drive.files.create", body={"name": "D", "mimeType": files.FOLDER})["id"]
    inside = do("drive.files.create", body={"name": "a", "parents": [folder]})["id"]
    made = share(do, folder, to(EDITOR, "writer"))
    with refused(403):
        do("drive.permissions.delete", fileId=inside, permissionId=made["id"])
    do("drive.permissions.delete", fileId=folder, permissionId=made["id"])
    assert files.role_of(state, EDITOR, inside) is None


def test_an_expired_permission_no_longer_holds(do: Do, state: State, file: str) -> None:
    with refused(403, reason="expirationDateInvalid"):
        share(do, file, to(EDITOR) | {"expirationTime": "2020-01-01T00:00:00Z"})
    share(do, file, to(EDITOR) | {"expirationTime": "2999-01-01T00:00:00Z"})
    assert files.role_of(state, EDITOR, file) == "reader"
    state.execute("UPDATE drive_permission SET expires = '2020-01-01' WHERE expires <> ''")
    assert files.role_of(state, EDITOR, file) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"role": "reader"}, 400),
        ({"type": "user", "role": "reader"}, 400),
        ({"type": "user", "role": "reader", "emailAddress": "nobody"}, 400),
        ({"type": "domain", "role": "reader"}, 400),
        ({"type": "anyone"}, 400),
        ({"type": "anyone", "role": "boss"}, 400),
        ({"type": "anyone", "role": "owner"}, 403),
    ],
)
def test_a_permission_that_says_too_little_is_refused(
    do: Do, file: str, body: Json, code: int
) -> None:
    with refused(code):
        share(do, file, body)


def test_a_file_open_to_the_domain_is_found_only_if_it_may_be(do: Do, file: str) -> None:
    body: Json = {"type": "domain", "role": "reader", "domain": "ecole.example"}
    share(do, file, body)
    assert do("drive.files.list", user=STRANGER)["files"] == []
    share(do, file, body | {"allowFileDiscovery": True})
    assert len(do("drive.files.list", user=STRANGER)["files"]) == 1
    assert len(do("drive.files.list", q="visibility = 'domainCanFind'")["files"]) == 1


def test_whoever_may_answer_a_form_may_not_read_it(do: Do, state: State) -> None:
    made = files.create_file(state, owner=OWNER, name="Inscription", mime_type=files.FORM, now=NOW)
    form, anyone = str(made["id"]), {"type": "anyone", "role": "reader", "view": "published"}
    assert share(do, form, anyone, fields="*")["view"] == "published"
    share(do, form, to(EDITOR) | {"view": "published"})
    assert files.role_of(state, EDITOR, form) is None
    assert files.role_of(state, STRANGER, form) is None
    held = do("drive.permissions.list", fileId=form)["permissions"]
    assert [one["role"] for one in held] == ["owner"]
    asked = {"includePermissionsForView": "published", "fields": "*"}
    found = do("drive.permissions.list", fileId=form, **asked)["permissions"]
    assert [one["type"] for one in found if one.get("view")] == ["anyone", "user"]


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_only_a_form_has_people_who_answer(do: Do, file: str, role: str) -> None:
    with refused(400):
        share(do, file, {"type": "anyone", "role": role, "view": "published"})
