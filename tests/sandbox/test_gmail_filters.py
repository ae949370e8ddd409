"""Filters sort the mail that comes in.

Source: https://developers.google.com/workspace/gmail/api/guides/filter_settings
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.gmail_mail import ME, body, mail, mailbox, refusal

READER = "referent.va@ecole.example"
ARCHIVED = {"removeLabelIds": ["INBOX"]}


@pytest.fixture
def filters(service: Any) -> Any:
    return service("gmail", READER).users().settings().filters()


@pytest.fixture
def arrives(service: Any, sandbox: Any) -> Any:
    """The labels that a mail to the reader gets."""
    messages = service("gmail").users().messages()

    def send(**headers: str) -> set[str]:
        messages.send(userId="me", body=body(mail(to=READER, **headers))).execute()
        return set(mailbox(sandbox, READER)["messages"][0]["labelIds"])

    return send


def make(filters: Any, criteria: dict[str, Any], action: dict[str, Any]) -> Any:
    wanted = {"criteria": criteria, "action": action}
    return filters.create(userId="me", body=wanted).execute()


def test_a_filter_is_made_listed_and_deleted(filters: Any) -> None:
    assert filters.list(userId="me").execute() == {}
    made = make(filters, {"from": ME}, ARCHIVED)
    assert filters.list(userId="me").execute() == {"filter": [made]}
    assert filters.get(userId="me", id=made["id"]).execute() == made
    filters.delete(userId="me", id=made["id"]).execute()
    assert refusal(filters.get(userId="me", id=made["id"]))[0] == 404


@pytest.mark.parametrize(
    ("criteria", "is_sorted"),
    [
        ({"from": "itn-sync"}, True),
        ({"from": "direction@ecole.example"}, False),
        ({"to": "referent.va@"}, True),
        ({"subject": "votre  DEMANDE"}, True),
        ({"subject": "demande votre"}, False),
        ({"query": "bien OR mal", "from": ME}, True),
        ({"query": "bien", "from": "direction"}, False),
        ({"negatedQuery": "absent"}, True),
        ({"negatedQuery": "reçue"}, False),
        ({"hasAttachment": True}, False),
        ({"size": 10_000, "sizeComparison": "smaller"}, True),
        ({"size": 10_000, "sizeComparison": "larger"}, False),
    ],
)
def test_it_archives_what_meets_all_its_criteria(
    filters: Any, arrives: Any, criteria: dict[str, Any], is_sorted: bool
) -> None:
    make(filters, criteria, ARCHIVED)
    assert ("INBOX" not in arrives()) == is_sorted


def test_several_filters_add_up(filters: Any, arrives: Any, service: Any) -> None:
    labels = service("gmail", READER).users().labels()
    label = labels.create(userId="me", body={"name": "Robot"}).execute()["id"]
    make(filters, {"from": ME}, {"addLabelIds": [label], "removeLabelIds": ["UNREAD"]})
    make(filters, {"subject": "Votre demande"}, {"addLabelIds": ["STARRED"]})
    assert arrives() == {"INBOX", "STARRED", label}


def test_a_filter_may_throw_away(filters: Any, arrives: Any) -> None:
    make(filters, {"from": ME}, {"addLabelIds": ["TRASH"]})
    assert arrives() == {"TRASH", "UNREAD"}


def test_mail_that_is_there_already_stays_as_it_is(filters: Any, arrives: Any) -> None:
    before = arrives()
    make(filters, {"from": ME}, ARCHIVED)
    assert before == {"INBOX", "UNREAD"}


def test_what_no_filter_can_be(filters: Any) -> None:
    refused: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        ({}, ARCHIVED, "Filter doesn't have any criteria"),
        ({"from": ME}, {}, "Filter doesn't have any actions"),
        ({"from": ME}, {"addLabelIds": ["Label_99"]}, "labelId not found"),
        ({"from": ME}, {"forward": "a@x.example"}, "Unrecognized forwarding address"),
    ]
    for criteria, action, said in refused:
        request = filters.create(userId="me", body={"criteria": criteria, "action": action})
        assert refusal(request)[:2] == (400, said)
    make(filters, {"from": ME}, ARCHIVED)
    again = filters.create(userId="me", body={"criteria": {"from": ME}, "action": ARCHIVED})
    assert refusal(again)[1] == "Filter already exists"
