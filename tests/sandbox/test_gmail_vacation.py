"""The automatic answer of a person who is away.

Sources: https://developers.google.com/workspace/gmail/api/guides/vacation_settings;
https://support.google.com/mail/answer/25922
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.gmail_mail import ME, body, later, mail, mailbox, refusal

AWAY = "referent.va@ecole.example"
AWAY_MAIL = {
    "enableAutoReply": True,
    "responseSubject": "Absente",
    "responseBodyHtml": "<p>Bientôt.</p>",
}


@pytest.fixture
def settings(service: Any) -> Any:
    return service("gmail", AWAY).users().settings()


@pytest.fixture
def write(service: Any) -> Any:
    """Send a mail to the person who is away."""
    messages = service("gmail").users().messages()

    def send(**headers: str) -> None:
        messages.send(userId="me", body=body(mail(to=AWAY, subject="Bonjour", **headers))).execute()

    return send


def answers(sandbox: Any) -> list[dict[str, Any]]:
    return [one for one in mailbox(sandbox, ME)["messages"] if "INBOX" in one["labelIds"]]


def set_away(settings: Any, **more: Any) -> Any:
    return settings.updateVacation(userId="me", body=AWAY_MAIL | more).execute()


def test_nobody_is_away_unless_they_say_so(settings: Any, write: Any, sandbox: Any) -> None:
    assert settings.getVacation(userId="me").execute()["enableAutoReply"] is False
    write()
    assert answers(sandbox) == []


def test_the_answer_joins_the_conversation_of_both(settings: Any, write: Any, sandbox: Any) -> None:
    assert settings.getVacation(userId="me").execute() != set_away(settings)
    write()
    [answer] = answers(sandbox)
    assert (answer["from"], answer["subject"]) == (AWAY, "Absente Re: Bonjour")
    assert (answer["text"].strip(), answer["headers"]["Auto-Submitted"]) == (
        "Bientôt.",
        "auto-replied",
    )
    [sent] = [one for one in mailbox(sandbox, AWAY)["messages"] if "SENT" in one["labelIds"]]
    assert sent["headers"]["In-Reply-To"]


def test_nobody_is_answered_twice_within_four_days(settings: Any, write: Any, sandbox: Any) -> None:
    set_away(settings)
    write()
    write()
    assert len(answers(sandbox)) == 1
    later(sandbox, 4 * 86_400 + 1)
    write()
    assert len(answers(sandbox)) == 2


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"}, {"List_Id": "<l.x.example>"}],
)
def test_automatic_mail_is_not_answered(
    settings: Any, write: Any, sandbox: Any, headers: dict[str, str]
) -> None:
    set_away(settings)
    write(**headers)
    assert answers(sandbox) == []


def test_two_people_away_do_not_answer_each_other_for_ever(
    settings: Any, write: Any, sandbox: Any, service: Any
) -> None:
    set_away(settings)
    set_away(service("gmail").users().settings())
    write()
    assert len(answers(sandbox)) == 1


def test_only_those_one_writes_to_or_works_with(
    settings: Any, write: Any, sandbox: Any, service: Any
) -> None:
    set_away(settings, restrictToContacts=True, restrictToDomain=True)
    write()
    assert answers(sandbox) == []
    own = service("gmail", AWAY).users().messages()
    own.send(userId="me", body=body(mail(to=ME))).execute()
    write()
    assert [one["subject"] for one in answers(sandbox)] == ["Absente Re: Bonjour", "Votre demande"]


def test_the_answer_keeps_to_its_days(settings: Any, write: Any, sandbox: Any) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    days = {"startTime": tomorrow, "endTime": tomorrow + timedelta(days=1)}
    set_away(settings, **{name: str(int(day.timestamp() * 1000)) for name, day in days.items()})
    write()
    assert answers(sandbox) == []
    later(sandbox, 86_400 + 60)
    write()
    assert len(answers(sandbox)) == 1
    later(sandbox, 86_400 * 6)
    write()
    assert len(answers(sandbox)) == 1


def test_an_answer_without_words_or_in_reversed_time_is_refused(settings: Any) -> None:
    silent = settings.updateVacation(userId="me", body={"enableAutoReply": True})
    assert refusal(silent)[0] == 400
    times = AWAY_MAIL | {"startTime": "2000", "endTime": "1000"}
    assert refusal(settings.updateVacation(userId="me", body=times))[0] == 400
