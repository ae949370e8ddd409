"""What people may already have been told: the keys of mails, and whether they may have gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import count

from itn_sync.domain.seen import SETTLED, Deed, DeedState, Row, Seen
from itn_sync.domain.serials import school_day_of

ALERT = "alert"

_LETTER = "letter/"
_DOCUMENTS = (_LETTER, "attestation/")
_TO_STUDENT = re.compile(r"case/[^/]+/(evidence|closed)/")
_FROM_AN_ANSWER = re.compile(
    r"(?:case/([^/]+)/(?:told|handed-over)|registration/(.+)/acknowledged)/\d+"
)
_MAY_HAVE_GONE = frozenset({DeedState.DONE, DeedState.LEFT, DeedState.SENDING, DeedState.HELD})


def told_key(case: str, version: int) -> str:
    """The key of the mail that tells the owner of a case about its `version`."""
    return f"case/{case}/told/{version}"


def handed_over_key(case: str, version: int) -> str:
    """The key of the mail that tells an owner that the case left them at its `version`."""
    return f"case/{case}/handed-over/{version}"


def acknowledged_key(registration: str, version: int) -> str:
    """The key of the mail that tells a student what was understood of their answer."""
    return f"registration/{registration}/acknowledged/{version}"


def late_key(case: str, opening: int, level: str) -> str:
    """The key of the mail that tells `level` that a case, opened for the nth time, is late."""
    return f"case/{case}/late/{opening}/{level}"


def evidence_key(case: str, opening: int) -> str:
    """The key of the mail that asks a student for the pieces of a case, opened for the nth time."""
    return f"case/{case}/evidence/{opening}"


def closed_key(case: str, opening: int) -> str:
    """The key of the mail that tells a student what came of a case, opened for the nth time."""
    return f"case/{case}/closed/{opening}"


def digest_key(email: str, year: int, week: int) -> str:
    """The key of the digest that `email` gets in an ISO week."""
    return f"digest/{year}-W{week:02}/{email}"


def warning_key(kind: str, unit: str, person: str, step: str) -> str:
    """The key of the mail about a step of a student's absences in a UE: once per school year.

    `kind` is who hears of it (`warning`: the student), `unit` the UE with its year.
    """
    return f"{kind}/{unit}/{person}/{step}"


def turned(base: str, turn: int) -> str:
    """The key of the nth telling of the same step: a later one only where none went out before."""
    return base if turn == 1 else f"{base}/{turn}"


def telling_keys(base: str, deeds: Mapping[str, Deed]) -> Iterator[str]:
    """The keys of every telling of a step of which the ledger knows something."""
    turn = 1
    while (key := turned(base, turn)) in deeds or letter_key(key) in deeds:
        yield key
        turn += 1


def register_reminder_key(email: str, year: int, week: int) -> str:
    """The key of the mail that asks a teacher, in an ISO week, for marks that are missing."""
    return f"register/{year}-W{week:02}/{email}"


def again(key: str, seen: Seen) -> str:
    """`key`, or its next ordinal: what was taken back may come to be due once more."""
    keys = (key if n == 1 else f"{key}/{n}" for n in count(1))
    return next(k for k in keys if not _was_taken_back(k, seen))


def _was_taken_back(key: str, seen: Seen) -> bool:
    deed = seen.deeds.get(key)
    return deed is not None and deed.state is DeedState.SUPERSEDED


def alert_key(day: date) -> str:
    """The key of the mail that tells the admin, on that day, that the sync is in trouble."""
    return f"{ALERT}/{day:%Y%m%d}"


def letter_key(fact: str) -> str:
    """The key of the letter that says what a mail would have said; `fact` is that mail's key."""
    return f"{_LETTER}{fact}"


def attestation_key(person: str, first: date, last: date, made_on: date) -> str:
    """The key of the attendance certificate of a student for a period, made on that day."""
    return f"attestation/{person}/{first:%Y%m%d}/{last:%Y%m%d}/{made_on:%Y%m%d}"


def is_letter(key: str) -> bool:
    """True for a document that is posted."""
    return key.startswith(_LETTER)


def is_document(key: str) -> bool:
    """True for what is written as a document, and sent to nobody by a run."""
    return key.startswith(_DOCUMENTS)


def is_to_admin(key: str) -> bool:
    """True for the mails about the sync itself."""
    return key.startswith(f"{ALERT}/")


def is_about_absences(key: str) -> bool:
    """True for a mail or letter about a step of somebody's absences."""
    return key.removeprefix("letter/").startswith(("notice/", "warning/", "limit/"))


def is_warning(key: str) -> bool:
    """True for what warns a student of absences, by mail or by letter."""
    return key.removeprefix("letter/").startswith("warning/")


def is_to_student(key: str) -> bool:
    """True for the mails that tell a student about their answer."""
    return key.startswith(("registration/", "warning/")) or _TO_STUDENT.match(key) is not None


def subject_of(key: str) -> str:
    """The registration, or the case, whose answer asks for that mail; "" for any other mail."""
    found = _FROM_AN_ANSWER.fullmatch(key)
    return (found[1] or found[2]) if found else ""


def fact_and_version(key: str) -> tuple[str, int]:
    """What a mail tells about, and which version of it; other mails are facts of their own.

    Each day's alert is another version: the newest is the one that matters.
    """
    fact, _, version = key.rpartition("/")
    if (fact == ALERT or fact.endswith(("/told", "/acknowledged"))) and version.isdecimal():
        return fact, int(version)
    return key, 1


def last_version(key_of: Callable[[int], str], seen: Seen) -> int:
    """The version a row comes back with when a person has deleted it: nothing is told twice.

    Students do not edit an answer more often than this looks.
    """
    return next((n for n in range(99, 1, -1) if key_of(n) in seen.deeds), 1)


def told_days(case: Row, seen: Seen) -> list[date]:
    """The days on which an owner heard of the case in this row, oldest version first."""
    versions = range(1, int(case.number_in("version")) + 1)
    deeds = (seen.deeds.get(told_key(case.id, n)) for n in versions)
    return [school_day_of(deed.at) for deed in deeds if deed and deed.state in SETTLED]


def may_have_gone(key: str, seen: Seen) -> bool:
    """True unless nobody can have received that mail: in doubt, somebody was told."""
    deed = seen.deeds.get(key)
    return deed is not None and deed.state in _MAY_HAVE_GONE
