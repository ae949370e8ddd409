"""Who may do what with a file: permissions on it and on the folders above it."""

from __future__ import annotations

import sqlite3
from typing import Any

from itn_sync.sandbox.drive.people import display_name, permission_id
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State, declare_schema, now, rfc3339

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS drive_permission (
        file_id TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, role TEXT NOT NULL,
        address TEXT NOT NULL, discoverable INTEGER NOT NULL DEFAULT 0,
        expires TEXT NOT NULL DEFAULT '', PRIMARY KEY (file_id, id));
    CREATE INDEX IF NOT EXISTS drive_permission_address ON drive_permission (address)
    """
)

RANKS = {"reader": 1, "commenter": 2, "writer": 3, "fileOrganizer": 4, "organizer": 5, "owner": 6}

_CHAIN = """
    WITH RECURSIVE chain(id, depth) AS (
        SELECT ?, 0 UNION ALL
        SELECT f.parent, depth + 1 FROM drive_file f JOIN chain ON f.id = chain.id
        WHERE f.parent <> '' AND depth < 100)
    SELECT p.*, chain.depth FROM chain JOIN drive_permission p ON p.file_id = chain.id
    WHERE p.expires = '' OR p.expires > ? ORDER BY chain.depth, p.rowid
"""


def grant(
    state: State,
    file_id: str,
    *,
    role: str,
    kind: str,
    address: str = "",
    discoverable: bool = False,
    expires: str = "",
) -> str:
    """Give `role` to a person, group, domain or anyone (`kind`); answers the permission's id."""
    address = address.lower()
    grant_id = _grant_id(kind, address, discoverable)
    state.execute(
        "INSERT INTO drive_permission VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (file_id, id)"
        " DO UPDATE SET role = excluded.role, discoverable = excluded.discoverable,"
        " expires = excluded.expires WHERE role <> 'owner' OR excluded.role = 'owner'",
        (file_id, grant_id, kind, role, address, discoverable, expires),
    )
    return grant_id


def _grant_id(kind: str, address: str, discoverable: bool) -> str:
    if kind == "anyone":
        return "anyone" if discoverable else "anyoneWithLink"
    return permission_id(address) + ("k" if kind == "domain" else "")


def effective(state: State, file_id: str) -> list[Json]:
    """Every permission that holds on a file, the strongest per grantee; own ones first.

    The owner of a folder is a writer of what others put in it.
    """
    strongest: dict[str, Json] = {}
    for row in state.execute(_CHAIN, (file_id, rfc3339(now(state)))):
        found = _resource(state, row)
        known = strongest.get(found["id"])
        if known is None or RANKS[known["role"]] < RANKS[found["role"]]:
            strongest[found["id"]] = found
    return list(strongest.values())


def _resource(state: State, row: sqlite3.Row) -> Json:
    inherited = row["depth"] > 0
    role = "writer" if inherited and row["role"] == "owner" else row["role"]
    resource: Json = {"kind": "drive#permission", "id": row["id"], "type": row["type"]}
    resource |= {"role": role, **_grantee(state, row)}
    if row["expires"]:
        resource["expirationTime"] = row["expires"]
    detail: Json = {"permissionType": "file", "role": role, "inherited": inherited}
    if inherited:
        detail["inheritedFrom"] = row["file_id"]
    return resource | {"permissionDetails": [detail]}


def _grantee(state: State, row: sqlite3.Row) -> Json:
    address, kind = row["address"], row["type"]
    if kind == "domain":
        discovery = bool(row["discoverable"])
        return {"domain": address, "displayName": address, "allowFileDiscovery": discovery}
    if kind == "anyone":
        return {"allowFileDiscovery": bool(row["discoverable"])}
    return {
        "emailAddress": address,
        "displayName": display_name(state, address),
        "deleted": False,
        "pendingOwner": False,
    }


def holds_for(permission: Json, user: str) -> bool:
    """Whether a permission gives its role to this person."""
    if permission["type"] == "anyone":
        return True
    if permission["type"] == "domain":
        return bool(permission["domain"] == user.rpartition("@")[2])
    return bool(permission["emailAddress"] == user)


def strongest_role(permissions: list[Json], user: str) -> str | None:
    """The strongest role that a list of permissions gives to a person."""
    roles = [p["role"] for p in permissions if holds_for(p, user)]
    return max(roles, key=RANKS.__getitem__, default=None)


_VISIBLE = """
    WITH RECURSIVE seen(id) AS (
        SELECT file_id FROM drive_permission
        WHERE (address = :user OR (discoverable AND type = 'anyone')
               OR (discoverable AND type = 'domain' AND address = :domain))
          AND (expires = '' OR expires > :now)
        UNION SELECT f.id FROM drive_file f JOIN seen ON f.parent = seen.id)
    SELECT f.* FROM drive_file f JOIN seen ON f.id = seen.id
"""


def visible_rows(state: State, user: str) -> list[Any]:
    """The rows of `drive_file` that a person finds by searching.

    A file open to everyone who has its link is not found by searching.
    """
    domain = user.rpartition("@")[2]
    values = {"user": user, "domain": domain, "now": rfc3339(now(state))}
    return state.execute(_VISIBLE, values).fetchall()
