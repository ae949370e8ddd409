"""The Drive core: who may touch what, between people and through folders."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox import files
from itn_sync.sandbox.drive.content import content_of
from itn_sync.sandbox.drive.grants import RANKS
from itn_sync.sandbox.world import State, World
from tests.sandbox.drive_world import EDITOR, NOW, OWNER, STRANGER, refused


def make(state: State, name: str = "Suivi", *, parent: str = "", owner: str = OWNER) -> str:
    kind = files.FOLDER if name.startswith("Dossier") else files.SPREADSHEET
    parents = [parent] if parent else []
    made = files.create_file(
        state, owner=owner, name=name, mime_type=kind, now=NOW, parents=parents
    )
    return str(made["id"])


def test_a_new_file_is_its_owners_and_nobody_elses(state: State) -> None:
    file = make(state)
    assert files.role_of(state, OWNER.upper(), file) == "owner"
    assert files.role_of(state, STRANGER, file) is None
    assert files.role_of(state, "admin@ecole.example", file) is None


@pytest.mark.parametrize("api", ["sheets", "forms", "drive"])
def test_a_stranger_gets_404_and_a_reader_403(state: State, api: str) -> None:
    file = make(state)
    with refused(404, f"File not found: {file}." if api == "drive" else "Requested entity"):
        files.require(state, STRANGER, file, api=api)
    files.share(state, file, role="reader", type="user", email=STRANGER)
    assert files.require(state, STRANGER, file, api=api)["id"] == file
    with refused(403, "sufficient permissions" if api == "drive" else "The caller does not have"):
        files.require(state, STRANGER, file, "writer", api=api)
    with refused(404):
        files.require(state, OWNER, "1unknown", api=api)


def test_the_domain_and_anyone_count(state: State) -> None:
    file = make(state)
    files.share(state, file, role="reader", type="domain", domain="ecole.example")
    assert files.role_of(state, STRANGER, file) == "reader"
    assert files.role_of(state, "a@etudiant.example", file) is None
    files.share(state, file, role="commenter", type="anyone")
    assert files.role_of(state, "a@etudiant.example", file) == "commenter"


def test_what_holds_on_a_folder_holds_below_it(state: State) -> None:
    top = make(state, "Dossier")
    below = make(state, "Dossier 2", parent=top)
    files.share(state, top, role="writer", type="user", email=EDITOR)
    file = make(state, parent=below, owner=STRANGER)
    assert files.role_of(state, EDITOR, file) == "writer"
    assert files.role_of(state, OWNER, file) == "writer"
    assert files.role_of(state, STRANGER, top) is None
    inherited = [
        p
        for p in (files.get_file(state, file) or {})["permissions"]
        if p["permissionDetails"][0]["inherited"]
    ]
    assert {p["emailAddress"] for p in inherited} == {EDITOR, OWNER}


roles = st.sampled_from(["reader", "commenter", "writer"])


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["user", "domain", "anyone"]), roles), max_size=4))
def test_the_strongest_of_all_permissions_counts(
    tmp_path_factory: pytest.TempPathFactory, given_roles: list[tuple[str, str]]
) -> None:
    world = World(tmp_path_factory.mktemp("w") / "state.sqlite")
    with world.transaction(write=True) as state:
        file = make(state)
        last: dict[str, str] = {}
        for kind, role in given_roles:
            last[kind] = role
            files.share(
                state,
                file,
                role=role,
                type=kind,
                domain="ecole.example" * (kind == "domain"),
                email=STRANGER * (kind == "user"),
            )
        strongest = max(last.values(), key=RANKS.__getitem__, default=None)
        assert files.role_of(state, STRANGER, file) == strongest
    world.close()


def test_a_change_moves_version_time_and_author(state: State) -> None:
    file = make(state)
    files.touch(state, file, user=EDITOR, now=NOW + timedelta(minutes=1))
    found = files.get_file(state, file) or {}
    assert found["version"] == "2"
    assert found["modifiedTime"] == "2026-09-01T08:01:00.250Z"
    assert found["createdTime"] == "2026-09-01T08:00:00.250Z"
    assert found["lastModifyingUser"]["emailAddress"] == EDITOR


def test_only_binary_files_have_checksums(state: State) -> None:
    made = files.create_file(
        state, owner=OWNER, name="a.txt", mime_type="text/plain", now=NOW, content=b"abc"
    )
    assert made["md5Checksum"] == "900150983cd24fb0d6963f7d28e17f72"
    assert made["size"] == "3"
    assert content_of(state, made["id"]) == b"abc"
    sheet = files.get_file(state, make(state)) or {}
    assert not {"md5Checksum", "sha256Checksum", "headRevisionId"} & set(sheet)


def test_private_properties_belong_to_one_cloud_project(state: State) -> None:
    made = files.create_file(
        state, owner=OWNER, name="d", mime_type=files.DOCUMENT, now=NOW, app_properties={"k": "v"}
    )
    assert made["appProperties"] == {"k": "v"}
    assert "appProperties" not in (files.get_file(state, made["id"], project="other") or {})


def test_an_id_in_use_is_409(state: State) -> None:
    file = make(state)
    with refused(409, reason="fileIdInUse"):
        files.create_file(state, owner=OWNER, name="x", mime_type=files.FORM, now=NOW, file_id=file)


def test_the_owner_cannot_be_lowered_by_sharing(state: State) -> None:
    file = make(state)
    files.share(state, file, role="reader", type="user", email=OWNER)
    assert files.role_of(state, OWNER, file) == "owner"
