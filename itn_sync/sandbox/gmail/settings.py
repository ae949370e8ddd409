"""The addresses an account may write as, as they are kept."""

from __future__ import annotations

import json

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State, declare_schema

declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_send_as (
    mailbox TEXT NOT NULL,
    address TEXT NOT NULL,
    resource TEXT NOT NULL,
    PRIMARY KEY (mailbox, address)
)
"""
)


def put_send_as(state: State, mailbox: str, given: Json) -> None:
    """Declare an alias (accepted unless told), or the display name of the account itself."""
    address = str(given["sendAsEmail"]).lower()
    store_send_as(state, mailbox, _resource(mailbox, address) | given | {"sendAsEmail": address})


def store_send_as(state: State, mailbox: str, resource: Json) -> None:
    """Keep a whole SendAs; a default one takes that place from the others."""
    if resource.get("isDefault"):
        for other in send_as(state, mailbox):
            if other.get("isDefault") and other["sendAsEmail"] != resource["sendAsEmail"]:
                _keep(state, mailbox, {k: v for k, v in other.items() if k != "isDefault"})
    _keep(state, mailbox, resource)


def _keep(state: State, mailbox: str, resource: Json) -> None:
    state.execute(
        "INSERT INTO gmail_send_as VALUES (?, ?, ?) ON CONFLICT (mailbox, address)"
        " DO UPDATE SET resource = excluded.resource",
        (mailbox, resource["sendAsEmail"], json.dumps(resource)),
    )


def forget_send_as(state: State, mailbox: str, address: str) -> None:
    """Remove an alias; where it was the default, the account's own address is again."""
    state.execute("DELETE FROM gmail_send_as WHERE mailbox = ? AND address = ?", (mailbox, address))
    if not any(alias.get("isDefault") for alias in send_as(state, mailbox)):
        _keep(state, mailbox, primary(state, mailbox) | {"isDefault": True})


def _resource(mailbox: str, address: str) -> Json:
    common = {"sendAsEmail": address, "displayName": "", "replyToAddress": "", "signature": ""}
    if address == mailbox:
        return common | {"isPrimary": True, "isDefault": True}
    return common | {"treatAsAlias": True, "verificationStatus": "accepted"}


def send_as(state: State, mailbox: str) -> list[Json]:
    """Every SendAs of the account, its own address first."""
    rows = state.execute(
        "SELECT * FROM gmail_send_as WHERE mailbox = ? ORDER BY address <> mailbox, rowid",
        (mailbox,),
    ).fetchall()
    found = [json.loads(row["resource"]) for row in rows]
    declared = any(alias["sendAsEmail"] == mailbox for alias in found)
    return found if declared else [_resource(mailbox, mailbox), *found]


def primary(state: State, mailbox: str) -> Json:
    """The SendAs of the account's own address."""
    return send_as(state, mailbox)[0]


def accepted_senders(state: State, mailbox: str) -> set[str]:
    """The addresses that may stand in From."""
    return {
        alias["sendAsEmail"]
        for alias in send_as(state, mailbox)
        if alias.get("verificationStatus", "accepted") == "accepted"
    }
