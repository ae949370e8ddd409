"""Warnings and letters under kill -9 and a tenth of all calls failing: each student once (S126).

The long form: `ITN_SYNC_KILLS=40 ITN_SYNC_WARNINGS=200 pytest tests/faults/test_warnings.py -s`
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from tests.evenings import (
    TODAY,
    a_student,
    documents,
    follow,
    moment,
    note,
)
from tests.faults.test_kills import run_and_kill
from tests.rehearsal import KEY_HEADER, Rehearsal

KILLS = int(os.environ.get("ITN_SYNC_KILLS", "3"))
WARNINGS = int(os.environ.get("ITN_SYNC_WARNINGS", "6"))
COPIED = "coordination.cess@ecole.example"
TROUBLES = (
    {"probability": 0.1, "seed": 20261012, "status": 503},
    {"method": "gmail.users.drafts.send", "probability": 0.05, "seed": 3, "drop": "after"},
    {"method": "gmail.users.drafts.create", "probability": 0.05, "seed": 4, "drop": "before"},
    {"method": "drive.files.create", "probability": 0.1, "seed": 5, "drop": "after"},
)

WHILE_KILLED = TROUBLES if "ITN_SYNC_KILLS" in os.environ else TROUBLES[1:]
"""In the short form a process that waits to be killed does not wait for Google as well."""

pytestmark = pytest.mark.usefixtures("hurried")
"""What is killed is a process of its own, with the waits of a real one."""


def absent_twice(school: Rehearsal, count: int) -> list[str]:
    """So many students who are at 10 %; their addresses."""
    students = [a_student(f"Léa Étudiante{n:03}") for n in range(count)]
    follow(school, *students, mode="auto", settling=0, valve=count, late=1)
    addresses = [str(student["email"]) for student in students]
    note(school, {email: ["A", "A", *"PPPP"] for email in addresses})
    return addresses


def warned(school: Rehearsal) -> Counter[str]:
    """How many warnings lie in each student's mailbox."""
    return Counter(
        mail["mailbox"]
        for mail in school.mails()
        if "INBOX" in mail["labelIds"]
        and mail["headers"][KEY_HEADER].startswith("warning/")
        and mail["mailbox"] != COPIED
    )


def sent_to(school: Rehearsal) -> Counter[str]:
    """How many warnings left to each address."""
    return Counter({to: n for (key, to), n in school.sent().items() if key.startswith("warning/")})


def run_until_done(school: Rehearsal, tries: int = 12) -> int:
    """Runs as a schedule would start them, until one ends well; how many it took."""
    for number in range(1, tries + 1):
        if school.worker("run", "--force", *moment(hour=8 + number // 4)).exit_code == 0:
            return number
    raise AssertionError("no run ended well")


def test_each_student_gets_exactly_one_mail(school: Rehearsal) -> None:
    addresses = absent_twice(school, WARNINGS)
    dice = random.Random(20261012)  # noqa: S311  (a repeatable rehearsal)
    school.run("--force", *moment(hour=7))  # the first reading; the second one sends
    assert warned(school) == {}
    school.fault(*WHILE_KILLED)
    step = 10 * WARNINGS // KILLS + 25
    kills = sum(run_and_kill(school, dice.randint(15, step), *moment()) for _ in range(KILLS))
    before = len(warned(school))
    struck = school.struck()
    school.fault(*TROUBLES)
    runs = run_until_done(school)
    school.fault()
    run_until_done(school)
    assert kills >= KILLS // 2
    assert warned(school) == dict.fromkeys(addresses, 1)
    assert sent_to(school) == dict.fromkeys(addresses, 1)
    assert school.drafts() == []
    assert {row["État"] for row in school.rows("Avertissements")} == {"Envoyé"}
    assert len(school.rows("Dossiers")) == WARNINGS
    assert school.plan(*moment(hour=14))["mails"] == []
    print(f"{kills} kills, {struck} faults, {before} of {WARNINGS} before, {runs} runs after")  # noqa: T201  (figures of the long form)


def test_each_refused_address_gets_exactly_one_letter(school: Rehearsal) -> None:
    count = max(WARNINGS // 3, 3)
    addresses = absent_twice(school, count)
    school.control("POST", "import", bouncing=addresses)
    school.run("--force", *moment(hour=7))
    school.run("--force", *moment())
    assert sent_to(school) == dict.fromkeys(addresses, 1)
    assert documents(school) == []
    school.fault(*WHILE_KILLED)
    dice = random.Random(20261013)  # noqa: S311  (a repeatable rehearsal)
    later = ("--now", f"{TODAY + timedelta(days=1)}T08:00:00")
    kills = sum(
        run_and_kill(school, dice.randint(4, 20 + 4 * count // 3), *later) for _ in range(KILLS)
    )
    school.fault(*TROUBLES)
    runs = run_until_done(school)
    school.fault()
    run_until_done(school)
    assert sorted(file["name"] for file in documents(school)) == [
        f"Courrier – Léa Étudiante{n:03} – Mathématiques 1" for n in range(count)
    ]
    assert sent_to(school) == dict.fromkeys(addresses, 1)
    assert {row["État"] for row in school.rows("Avertissements")} == {"Courrier"}
    print(f"{kills} kills, {count} letters, {runs} runs after")  # noqa: T201  (figures of the long form)
