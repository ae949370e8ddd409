"""What people were already told, whatever became of the rows (S115)."""

from __future__ import annotations

from functools import partial

from itn_sync.domain.seen import DeedState, Seen
from itn_sync.domain.told import last_version, told_key
from tests.school import a_deed

KEY_OF = partial(told_key, "VA-1")


def _told(*versions: int) -> Seen:
    return Seen(deeds={KEY_OF(n): a_deed(KEY_OF(n), DeedState.DONE) for n in versions})


def test_a_row_begins_at_version_one() -> None:
    assert last_version(KEY_OF, Seen()) == 1


def test_a_row_that_a_person_deleted_comes_back_at_the_version_told_last() -> None:
    assert last_version(KEY_OF, _told(1, 3)) == 3


def test_another_case_s_mails_do_not_count() -> None:
    assert last_version(partial(told_key, "VA-2"), _told(1, 2)) == 1
