"""A person says what became of a mail that no run can settle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itn_sync.domain.seen import DeedState
from itn_sync.ledger import Ledger
from itn_sync.settle import NotToSettleError, settle_again, settle_as_sent

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with one mail, MSG-1, under the lease."""
    opened = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    with opened.lease():
        opened.begin("case/VA-1/told/1", "MSG-1", NOW)
        yield opened
    opened.close()


@pytest.mark.parametrize("state", [DeedState.HELD, DeedState.FAILED])
def test_a_held_or_refused_mail_is_sent_anew(ledger: Ledger, state: DeedState) -> None:
    ledger.settle("case/VA-1/told/1", state, "", NOW)
    settle_again(ledger, " msg-1 ")
    assert ledger.deeds() == {}


def test_a_held_mail_that_was_found_is_done(ledger: Ledger) -> None:
    ledger.settle("case/VA-1/told/1", DeedState.HELD, "", NOW)
    settle_as_sent(ledger, "MSG-1")
    assert ledger.deeds()["case/VA-1/told/1"].state is DeedState.DONE


def test_a_refused_mail_was_surely_not_sent(ledger: Ledger) -> None:
    ledger.settle("case/VA-1/told/1", DeedState.FAILED, "", NOW)
    with pytest.raises(NotToSettleError, match="it is failed"):
        settle_as_sent(ledger, "MSG-1")


def test_an_unknown_reference_is_named(ledger: Ledger) -> None:
    with pytest.raises(NotToSettleError, match="MSG-2"):
        settle_again(ledger, "MSG-2")
