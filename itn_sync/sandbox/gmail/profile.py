"""users.getProfile."""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.gmail import history
from itn_sync.sandbox.gmail.access import mailbox_of


@behaviour("gmail.users.getProfile")
def get_profile(call: Call) -> Json:
    """Whose mailbox, how much is in it, and where its history stands."""
    mailbox = mailbox_of(call)
    row = call.state.execute(
        "SELECT count(*) AS messages, count(DISTINCT thread_id) AS threads"
        " FROM gmail_message WHERE mailbox = ?",
        (mailbox,),
    ).fetchone()
    return {
        "emailAddress": mailbox,
        "messagesTotal": row["messages"],
        "threadsTotal": row["threads"],
        "historyId": str(history.current(call.state, mailbox)),
    }
