"""The people of the Workspace: an address and the name that is shown for it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from itn_sync.sandbox.call import importer
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State, declare_schema

declare_schema("CREATE TABLE IF NOT EXISTS person (email TEXT PRIMARY KEY, name TEXT NOT NULL)")


@importer("people")
def import_people(state: State, items: list[Json], now: datetime) -> None:  # noqa: ARG001  (importer)
    """Give people a name: `{"people": [{"email": "direction@ecole.example", "name": "…"}]}`.

    People need no import to exist; without one their name is made of their address.
    """
    state.executemany(
        "INSERT INTO person VALUES (?, ?) ON CONFLICT (email) DO UPDATE SET name = excluded.name",
        [(item["email"].lower(), item["name"]) for item in items],
    )


def display_name(state: State, email: str) -> str:
    """The name shown for an address: the imported one, else `Prenom Nom` from `prenom.nom@…`."""
    row = state.execute("SELECT name FROM person WHERE email = ?", (email.lower(),)).fetchone()
    if row is not None:
        return str(row["name"])
    return email.partition("@")[0].replace(".", " ").replace("-", " ").title()


def permission_id(email: str) -> str:
    """The number by which Drive knows a person, the same on every file."""
    return str(int.from_bytes(hashlib.sha256(email.lower().encode()).digest()[:8]) | 1 << 63)


def drive_user(state: State, email: str, me: str = "") -> Json:
    """A Drive `User` resource; `me` is the address of whoever asks."""
    return {
        "kind": "drive#user",
        "displayName": display_name(state, email),
        "me": email == me,
        "permissionId": permission_id(email),
        "emailAddress": email,
    }
