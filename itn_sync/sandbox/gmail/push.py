"""users.stop. (users.watch answers 501: there is no Pub/Sub here that would bring notices.)"""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.gmail.access import mailbox_of


@behaviour("gmail.users.stop")
def stop(call: Call) -> None:
    """No notice is pushed for the mailbox from now on, as none ever was."""
    mailbox_of(call)
