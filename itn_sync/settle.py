"""What a person found out about a mail that no run can settle."""

from __future__ import annotations

from itn_sync.domain.seen import Deed, DeedState
from itn_sync.ledger import Ledger


class NotToSettleError(Exception):
    """The reference names no mail that waits for this answer."""


def settle_as_sent(ledger: Ledger, reference: str) -> None:
    """A person found the held mail among the sent ones; raises NotToSettleError."""
    deed = _waiting(ledger, reference, DeedState.HELD)
    ledger.done(deed.key, message_id="", at=deed.at)


def settle_again(ledger: Ledger, reference: str) -> None:
    """It never went out: the next run decides and sends it anew; raises NotToSettleError.

    A mail that Gmail refused, or whose address was invalid, surely never went out either.
    """
    deed = _waiting(ledger, reference, DeedState.HELD, DeedState.FAILED)
    ledger.forget(deed.key)


def _waiting(ledger: Ledger, reference: str, *states: DeedState) -> Deed:
    """The mail of that reference, as people may type it."""
    wanted = reference.strip().upper()
    found = next((d for d in ledger.deeds().values() if d.reference == wanted), None)
    if found is None:
        raise NotToSettleError(f"No mail has the reference {wanted}; `Envois` lists them.")
    if found.state not in states:
        expected = " or ".join(states)
        raise NotToSettleError(f"{wanted} is not {expected}: it is {found.state}.")
    return found
