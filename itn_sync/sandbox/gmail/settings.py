"""users.settings.sendAs: the addresses an account may write as."""

from __future__ import annotations

import json

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.gmail.access import mailbox_of
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
    state.execute(
        "INSERT OR REPLACE INTO gmail_send_as VALUES (?, ?, ?)",
        (mailbox, address, json.dumps(_resource(mailbox, address) | given)),
    )


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


@behaviour("gmail.users.settings.sendAs.list")
def list_send_as(call: Call) -> Json:
    """Every address the account may write as, pending ones too."""
    return {"sendAs": send_as(call.state, mailbox_of(call))}


@behaviour("gmail.users.settings.sendAs.get")
def get_send_as(call: Call) -> Json:
    """One of them; raises 404."""
    wanted = call.params["sendAsEmail"].lower()
    for alias in send_as(call.state, mailbox_of(call)):
        if alias["sendAsEmail"] == wanted:
            return alias
    raise not_found()
