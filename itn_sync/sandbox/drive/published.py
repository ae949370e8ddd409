"""Who may answer a form: permissions of the `published` view, which let nobody open the file.

Source: https://developers.google.com/workspace/forms/api/guides/publish-form
"""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.drive.people import permission_id
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.world import declare_schema

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS drive_responder (
        file_id TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, address TEXT NOT NULL,
        PRIMARY KEY (file_id, id))
    """
)

VIEW = "published"


def let_answer(call: Call, file: Json, kind: str, address: str) -> Json:
    """Let a person, group, domain or anyone answer the form; the permission."""
    if file["mimeType"] != files.FORM or call.body.get("role") != "reader":
        raise invalid("Only readers of a form have a published view.", "permission.view")
    grant_id = permission_id(address) if address else "anyoneWithLink"
    row = (file["id"], grant_id, kind, address)
    call.state.execute("INSERT OR REPLACE INTO drive_responder VALUES (?, ?, ?, ?)", row)
    return _resource(grant_id, kind, address)


def responders(call: Call, file: Json) -> list[Json]:
    """The permissions of the published view, where the call asks for them."""
    if call.params.get("includePermissionsForView") != VIEW:
        return []
    query = "SELECT * FROM drive_responder WHERE file_id = ? ORDER BY rowid"
    rows = call.state.execute(query, (file["id"],)).fetchall()
    return [_resource(row["id"], row["type"], row["address"]) for row in rows]


def _resource(grant_id: str, kind: str, address: str) -> Json:
    held: Json = {"kind": "drive#permission", "id": grant_id, "type": kind, "role": "reader"}
    key = {"domain": "domain", "anyone": ""}.get(kind, "emailAddress")
    return held | ({key: address} if key else {}) | {"view": VIEW}
