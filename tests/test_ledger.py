"""The worker's memory: durable, fenced by a lease, and sure of what it was told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from itn_sync.domain.seen import Deed, DeedState
from itn_sync.ledger import LeaseHeldError, LeaseLostError, Ledger
from itn_sync.ledger_rows import FormMemory

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = "case/VA-1/told/1"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/school/ledger.db"


@contextmanager
def opened(url: str) -> Iterator[Ledger]:
    ledger = Ledger(url)
    try:
        yield ledger
    finally:
        ledger.close()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger whose lease is ours."""
    with opened(url) as mine, mine.lease():
        yield mine


# Deeds


def test_a_deed_is_followed_from_its_intention_to_its_outcome(ledger: Ledger) -> None:
    ledger.begin(KEY, "MSG-1", NOON)
    assert ledger.deeds() == {KEY: Deed(KEY, "MSG-1", DeedState.BEGUN, NOON)}
    ledger.drafted(KEY, draft_id="d1", thread_id="t1", at=NOON + MINUTE)
    ledger.sending(KEY, NOON + 2 * MINUTE)
    trace = ledger.trace(KEY)
    assert trace is not None
    assert (trace.draft_id, trace.thread_id, trace.message_id) == ("d1", "t1", "")
    assert (trace.deed.state, trace.deed.at) == (DeedState.SENDING, NOON + 2 * MINUTE)
    ledger.done(KEY, message_id="m1", at=NOON + 3 * MINUTE)
    trace = ledger.trace(KEY)
    assert trace is not None
    assert (trace.deed.state, trace.draft_id, trace.message_id) == (DeedState.DONE, "d1", "m1")


def test_a_deed_begun_twice_stays_as_far_as_it_came(ledger: Ledger) -> None:
    ledger.begin(KEY, "MSG-1", NOON)
    ledger.done(KEY, message_id="m1", at=NOON)
    ledger.begin(KEY, "MSG-1", NOON + MINUTE)
    assert ledger.deeds()[KEY].state is DeedState.DONE


def test_a_deed_unknown_has_no_trace(ledger: Ledger) -> None:
    assert ledger.trace(KEY) is None


def test_a_reason_is_kept_until_the_mail_goes_out_all_the_same(ledger: Ledger) -> None:
    ledger.begin(KEY, "MSG-1", NOON)
    ledger.begin("other", "MSG-2", NOON)
    ledger.note(KEY, "quota atteint")
    assert ledger.deeds()[KEY] == Deed(KEY, "MSG-1", DeedState.BEGUN, NOON, "quota atteint")
    assert ledger.deeds()["other"].reason == ""
    ledger.settle(KEY, DeedState.HELD, "envoi incertain", NOON + MINUTE)
    assert (ledger.deeds()[KEY].state, ledger.deeds()[KEY].reason) == (
        DeedState.HELD,
        "envoi incertain",
    )
    ledger.done(KEY, message_id="m1", at=NOON)
    assert ledger.deeds()[KEY].reason == ""


def test_unsure_deeds_are_listed_oldest_first_and_others_not(ledger: Ledger) -> None:
    for key, minutes in (("late", 3), ("early", 1), ("mid", 2), ("sent", 0)):
        ledger.begin(key, key, NOON)
        ledger.sending(key, NOON + minutes * MINUTE)
    ledger.done("sent", message_id="m", at=NOON)
    assert [t.deed.key for t in ledger.traces(DeedState.SENDING)] == ["early", "mid", "late"]
    assert len(ledger.traces(DeedState.SENDING, DeedState.DONE)) == 4
    assert ledger.traces() == []


def test_deeds_found_in_the_workspace_are_added_and_known_ones_kept(ledger: Ledger) -> None:
    ledger.begin(KEY, "MSG-1", NOON)
    found = {
        KEY: Deed(KEY, "MSG-1", DeedState.DONE, NOON),
        "lost": Deed("lost", "MSG-2", DeedState.HELD, NOON, "à vérifier"),
    }
    assert ledger.restore(found) == 1
    assert ledger.deeds()[KEY].state is DeedState.BEGUN
    assert ledger.deeds()["lost"] == found["lost"]
    assert ledger.restore(found) == 0


def test_instants_of_other_zones_are_the_same_instants(ledger: Ledger) -> None:
    quebec = timezone(timedelta(hours=-4))
    ledger.begin("late", "r", (NOON + MINUTE).astimezone(quebec))
    ledger.begin("early", "r", NOON)
    assert ledger.deeds()["late"].at == NOON + MINUTE
    assert [t.deed.key for t in ledger.traces(DeedState.BEGUN)] == ["early", "late"]


# Durable


def test_another_ledger_on_the_same_file_sees_each_step_at_once(ledger: Ledger, url: str) -> None:
    ledger.begin(KEY, "MSG-1", NOON)
    with opened(url) as other:
        assert other.deeds()[KEY].state is DeedState.BEGUN


def test_another_process_sees_each_step_at_once(ledger: Ledger, url: str) -> None:
    ledger.begin(KEY, "MSG-1", NOON)
    assert elsewhere(url, "print(list(Ledger(url).deeds()))") == f"['{KEY}']"


def test_a_process_that_dies_at_once_has_written_what_it_wrote_down(url: str) -> None:
    elsewhere(
        url,
        "import os; from datetime import UTC, datetime; ledger = Ledger(url)\n"
        "with ledger.lease():\n"
        f"  ledger.begin('{KEY}', 'MSG-1', datetime(2026, 9, 7, tzinfo=UTC)); os._exit(0)",
    )
    with opened(url) as ledger, ledger.lease():
        assert ledger.deeds()[KEY].state is DeedState.BEGUN


def test_a_commit_waits_for_the_disk(ledger: Ledger, url: str) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as tx:
        assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    with ledger._engine.connect() as tx:  # synchronous belongs to each connection
        assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://ledger.test/itn"])
def test_a_ledger_that_is_no_file_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be an SQLite file"):
        Ledger(url)


def test_no_answer_of_a_student_is_in_the_ledger(url: str) -> None:
    with opened(url):
        columns = sa.inspect(engine := sa.create_engine(url))
        names = {c["name"] for t in columns.get_table_names() for c in columns.get_columns(t)}
        engine.dispose()
    assert names == {
        *("key", "reference", "state", "at", "reason", "draft_id", "thread_id", "message_id"),
        *("form", "id", "submitted", "listed_at", "settings", "read_until"),
        *("spreadsheet", "number", "epoch", "mark"),
        *("job", "pid", "started", "ended", "ending", "cause", "detail"),
        *("rows_created", "rows_changed", "mails_sent"),
    }


# The lease


def elsewhere(url: str, script: str) -> str:
    """What `script`, run by another process, prints."""
    code = f"from itn_sync.ledger import *; url = {url!r}\n{script}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


TAKE = """
try:
    with Ledger(url).lease(): print("taken")
except LeaseHeldError: print("held")
"""


def test_two_processes_cannot_hold_the_lease(ledger: Ledger, url: str) -> None:
    assert elsewhere(url, TAKE) == "held"
    ledger.begin(KEY, "MSG-1", NOON)


def test_the_lease_is_free_again_when_a_run_ends_well_or_badly(url: str) -> None:
    with opened(url) as ledger:
        with ledger.lease():
            pass
        assert elsewhere(url, TAKE) == "taken"
        with pytest.raises(RuntimeError), ledger.lease():
            raise RuntimeError
        assert elsewhere(url, TAKE) == "taken"


def test_the_lease_of_a_process_that_was_killed_is_free(url: str) -> None:
    elsewhere(url, "import os; lease = Ledger(url).lease(); lease.__enter__(); os._exit(0)")
    assert elsewhere(url, TAKE) == "taken"


def test_two_ledgers_of_one_process_cannot_hold_the_lease_either(ledger: Ledger, url: str) -> None:
    with opened(url) as other, pytest.raises(LeaseHeldError), other.lease():
        pytest.fail("the lease was taken twice")
    ledger.begin(KEY, "MSG-1", NOON)


def test_a_thread_that_fails_to_take_the_lease_does_not_take_it_from_the_other(
    ledger: Ledger,
) -> None:
    refused: list[bool] = []

    def take() -> None:
        with pytest.raises(LeaseHeldError), ledger.lease():
            pytest.fail("the lease was taken twice")
        refused.append(True)

    thread = Thread(target=take)
    thread.start()
    thread.join()
    assert refused == [True]
    ledger.begin(KEY, "MSG-1", NOON)


def test_without_the_lease_nothing_is_written(url: str) -> None:
    with opened(url) as ledger:
        with pytest.raises(LeaseLostError):
            ledger.begin(KEY, "MSG-1", NOON)
        with ledger.lease():
            pass
        with pytest.raises(LeaseLostError):
            ledger.next_operation("suivi", NOON)
        assert ledger.deeds() == {}


def test_a_run_that_was_frozen_while_another_took_over_can_write_nothing_more(
    ledger: Ledger, url: str
) -> None:
    ledger.begin(KEY, "MSG-1", NOON)
    taken_over(url)
    for write in (
        lambda: ledger.sending(KEY, NOON),
        lambda: ledger.note(KEY, "…"),
        lambda: ledger.begin("other", "MSG-2", NOON),
        lambda: ledger.restore({}),
        lambda: ledger.listed("inscription", NOON, "a"),
        lambda: ledger.settle_responses("inscription", {}, []),
        lambda: ledger.next_operation("suivi", NOON),
        lambda: ledger.forget_operations("suivi", ()),
    ):
        with pytest.raises(LeaseLostError):
            write()
    assert ledger.deeds() == {KEY: Deed(KEY, "MSG-1", DeedState.BEGUN, NOON)}


def taken_over(url: str) -> None:
    """Another run's lease, as when the lock's file system forgot ours."""
    engine = sa.create_engine(url)
    with engine.begin() as tx:
        tx.execute(sa.text("UPDATE lease SET epoch = epoch + 1"))
    engine.dispose()


def test_nobody_takes_over_between_the_look_at_the_lease_and_the_write(
    ledger: Ledger, url: str
) -> None:
    hasty = sa.create_engine(url, connect_args={"timeout": 0})
    take = sa.text("UPDATE lease SET epoch = epoch + 1")
    with ledger._write(), hasty.connect() as tx, pytest.raises(sa.exc.OperationalError):
        tx.execute(take)
    hasty.dispose()


def test_each_lease_has_an_epoch_of_its_own(url: str) -> None:
    with opened(url) as first, opened(url) as second:
        for ledger in (first, second, first):
            with ledger.lease():
                ledger.begin(KEY, "MSG-1", NOON)


def test_a_forgotten_deed_never_began_and_every_answer_is_read_again(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "mark")
    ledger.settle_responses("inscription", {"r1": NOON}, [])
    for key in (KEY, "other"):
        ledger.begin(key, "MSG-1", NOON)
    ledger.forget(KEY)
    assert set(ledger.deeds()) == {"other"}
    assert ledger.trace(KEY) is None
    memory = ledger.form("inscription")
    assert memory is not None
    assert memory.settings != "mark"
    assert memory.settled == {"r1": NOON}


# Responses


def test_a_form_never_read_is_unknown(ledger: Ledger) -> None:
    assert ledger.form("inscription") is None


def test_a_form_just_listed_has_nothing_settled(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "abc")
    assert ledger.form("inscription") == FormMemory(NOON, "abc", None, {})


def test_everything_settled_means_read_until_the_latest(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "abc")
    settled = {"r1": NOON + MINUTE, "r2": NOON}
    ledger.settle_responses("inscription", settled, [])
    assert ledger.form("inscription") == FormMemory(NOON, "abc", NOON + MINUTE, settled)


def test_what_is_not_settled_is_read_again_from_the_earliest(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "abc")
    late = [NOON + 3 * MINUTE, NOON + MINUTE]
    ledger.settle_responses("inscription", {"r1": NOON + 5 * MINUTE}, late)
    memory = ledger.form("inscription")
    assert memory is not None
    assert memory.read_until == NOON + MINUTE
    assert memory.settled == {"r1": NOON + 5 * MINUTE}


def test_once_the_rest_is_settled_reading_goes_on_from_the_latest_of_all(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "abc")
    ledger.settle_responses("inscription", {"r1": NOON + 5 * MINUTE}, [NOON])
    ledger.settle_responses("inscription", {"r2": NOON}, [])
    memory = ledger.form("inscription")
    assert memory is not None
    assert memory.read_until == NOON + 5 * MINUTE
    assert set(memory.settled) == {"r1", "r2"}


def test_nothing_settled_and_nothing_open_is_nothing_read(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "abc")
    ledger.settle_responses("inscription", {}, [])
    assert ledger.form("inscription") == FormMemory(NOON, "abc", None, {})


def test_an_edited_answer_is_settled_anew(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "abc")
    ledger.settle_responses("inscription", {"r1": NOON}, [])
    ledger.settle_responses("inscription", {"r1": NOON + MINUTE}, [])
    memory = ledger.form("inscription")
    assert memory is not None
    assert memory.settled == {"r1": NOON + MINUTE}


def test_forms_are_remembered_apart(ledger: Ledger) -> None:
    for form, instant in (("inscription", NOON + MINUTE), ("va", NOON)):
        ledger.listed(form, NOON, form)
        ledger.settle_responses(form, {"r1": instant}, [])
    first, second = ledger.form("inscription"), ledger.form("va")
    assert first == FormMemory(NOON, "inscription", NOON + MINUTE, {"r1": NOON + MINUTE})
    assert second == FormMemory(NOON, "va", NOON, {"r1": NOON})


def test_listing_again_keeps_what_is_settled(ledger: Ledger) -> None:
    ledger.listed("inscription", NOON, "abc")
    ledger.settle_responses("inscription", {"r1": NOON}, [])
    ledger.listed("inscription", NOON + MINUTE, "def")
    assert ledger.form("inscription") == FormMemory(NOON + MINUTE, "def", NOON, {"r1": NOON})


# Operations


def _landing(ledger: Ledger, count: int) -> list[int]:
    """The numbers of so many appends that all arrive."""
    numbers: list[int] = []
    for _ in range(count):
        numbers.append(ledger.next_operation("suivi", NOON, landed=numbers))
    return numbers


def test_no_two_writes_to_a_spreadsheet_carry_the_same_number(ledger: Ledger, url: str) -> None:
    numbers = _landing(ledger, 5)
    assert numbers == sorted(set(numbers))
    with opened(url) as other:
        assert other.expired_operations("suivi", NOON + MINUTE) == tuple(numbers[:-1])


def test_a_number_is_not_used_again_though_all_marks_have_expired(ledger: Ledger) -> None:
    used = _landing(ledger, 3)
    ledger.forget_operations("suivi", ledger.expired_operations("suivi", NOON + MINUTE))
    assert ledger.next_operation("suivi", NOON, landed=used[-1:]) not in used


def test_the_number_of_an_append_that_never_arrived_is_given_again(ledger: Ledger) -> None:
    """So that the spreadsheet refuses it, should it arrive beside the next one."""
    landed = ledger.next_operation("suivi", NOON)
    lost = ledger.next_operation("suivi", NOON, landed={landed})
    assert lost != landed
    assert ledger.next_operation("suivi", NOON, landed={landed}) == lost
    assert ledger.next_operation("suivi", NOON, landed={landed, lost}) not in {landed, lost}


def test_a_younger_ledger_goes_on_above_what_the_spreadsheet_remembers(ledger: Ledger) -> None:
    assert ledger.next_operation("suivi", NOON, landed={2_000_000}) == 2_000_001


def test_only_old_marks_expire_and_each_spreadsheet_has_its_own(ledger: Ledger) -> None:
    old = ledger.next_operation("suivi", NOON)
    newer = ledger.next_operation("suivi", NOON + 2 * MINUTE, landed={old})
    ledger.next_operation("suivi", NOON + 2 * MINUTE, landed={old, newer})
    elsewhere_old = ledger.next_operation("confidentiel", NOON)
    ledger.next_operation("confidentiel", NOON, landed={elsewhere_old})
    assert ledger.expired_operations("suivi", NOON + MINUTE) == (old,)
    assert ledger.expired_operations("suivi", NOON) == ()
    ledger.forget_operations("suivi", (old,))
    assert ledger.expired_operations("suivi", NOON + MINUTE) == ()
    assert ledger.expired_operations("confidentiel", NOON + MINUTE) == (elsewhere_old,)
    assert ledger.expired_operations("autre", NOON) == ()


def test_how_the_spreadsheets_were_left_is_remembered(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/left.db")
    assert ledger.left_as() == ""
    with ledger.lease():
        ledger.leave_as("one")
        ledger.leave_as("two")
        ledger.leave_as("two")
    assert ledger.left_as() == "two"
    ledger.close()
