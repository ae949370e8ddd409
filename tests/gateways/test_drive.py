"""Who may open a file, as Drive tells its owner (facts 6)."""

from __future__ import annotations

from typing import Any

import pytest

from itn_sync.gateways.drive import DRIVE_READER, Files, Standing
from itn_sync.gateways.errors import Missing
from itn_sync.gateways.google import execute
from tests.gateways.conftest import WORKER, Workspace

FILE = "1FeuilleConfidentielle00000000000000000001"


def _files(workspace: Workspace, *permissions: dict[str, Any]) -> Files:
    file = {"id": FILE, "title": "AR", "owner": WORKER, "permissions": list(permissions)}
    workspace.control("POST", "import", {"spreadsheets": [file]})
    return Files(workspace.google().resource("drive", WORKER, DRIVE_READER))


def test_the_owner_alone_may_open_a_new_file(workspace: Workspace) -> None:
    sharing = _files(workspace).sharing(FILE)
    assert (sharing.addresses, sharing.by_link, sharing.domains) == (
        frozenset({WORKER}),
        False,
        frozenset(),
    )


def test_every_person_is_named(workspace: Workspace) -> None:
    person = {"type": "user", "role": "reader", "emailAddress": "Direction@ecole.example"}
    assert _files(workspace, person).sharing(FILE).addresses == {
        WORKER,
        "direction@ecole.example",
    }


def test_a_link_and_a_domain_are_told_apart(workspace: Workspace) -> None:
    link = {"type": "anyone", "role": "reader"}
    domain = {"type": "domain", "role": "reader", "domain": "ecole.example"}
    sharing = _files(workspace, link, domain).sharing(FILE)
    assert (sharing.by_link, sharing.domains) == (True, frozenset({"ecole.example"}))


def test_a_file_that_is_not_there_is_missing(workspace: Workspace) -> None:
    with pytest.raises(Missing):
        _files(workspace).sharing("1NullePart000000000000000000000000000000001")


def test_an_editor_may_write_a_reader_may_not_and_the_bin_shows(workspace: Workspace) -> None:
    reader = {"type": "user", "role": "reader", "emailAddress": "lecteur@ecole.example"}
    files = _files(workspace, reader)
    assert files.standing(FILE) == Standing(editable=True, trashed=False)
    google = workspace.google()
    theirs = Files(google.resource("drive", "lecteur@ecole.example", DRIVE_READER))
    assert theirs.standing(FILE) == Standing(editable=False, trashed=False)
    drive = google.resource("drive", WORKER, ["https://www.googleapis.com/auth/drive"])
    execute(drive.files().update(fileId=FILE, body={"trashed": True}))
    assert files.standing(FILE).trashed
