"""When the mailbox may send no more today, the rest waits for tomorrow (F32)."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.answers import crowd
from tests.rehearsal import Rehearsal


def test_the_rest_goes_out_the_next_day_once_each(school: Rehearsal) -> None:
    school.submit(crowd(9, school.now() - timedelta(hours=2)))
    due = len(school.plan()["mails"])
    school.control("PUT", "quotas", mode="enforced", sendingLimit=5)
    result = school.worker("run", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["mails_sent"] == 5
    assert len(report["waiting"]) == due - 5
    assert sorted({row["État"] for row in school.rows("Envois")}) == ["En attente", "Envoyé"]
    assert len(school.sent()) == 5
    again = school.worker("run", "--json")
    assert again.exit_code == 1
    assert len(school.sent()) == 5
    school.control("PUT", "quotas", mode="enforced", sendingLimit=2000)
    school.control("POST", "clock", advance=86_400 + 60)
    assert school.run()["mails_sent"] == due - 5
    assert len(school.sent()) == due
    assert set(school.sent().values()) == {1}
    assert school.received() == school.sent()
    assert {row["État"] for row in school.rows("Envois")} == {"Envoyé"}
    assert school.drafts() == []
