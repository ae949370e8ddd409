"""Aliases and signatures.

Source: https://developers.google.com/workspace/gmail/api/guides/alias_and_signature_settings
"""

from __future__ import annotations

from typing import Any

import pytest

from itn_sync.sandbox.gmail.sanitized import sanitized
from tests.sandbox.gmail_mail import ME, body, headers_of, imported, mail, mailbox, refusal

SECRETARIAT = "secretariat@ecole.example"
OUTSIDE = "contact@ailleurs.example"
DELEGATED = ["https://www.googleapis.com/auth/gmail.settings.sharing"]
BASIC = ["https://www.googleapis.com/auth/gmail.settings.basic"]


@pytest.fixture
def aliases(service: Any) -> Any:
    return service("gmail").users().settings().sendAs()


def test_a_new_account_writes_as_itself_only(aliases: Any) -> None:
    [own] = aliases.list(userId="me").execute()["sendAs"]
    assert (own["sendAsEmail"], own["isPrimary"], own["isDefault"]) == (ME, True, True)


def test_an_alias_of_the_domain_serves_at_once(aliases: Any, service: Any) -> None:
    made = aliases.create(
        userId="me", body={"sendAsEmail": SECRETARIAT, "displayName": "Secrétariat"}
    ).execute()
    assert made["verificationStatus"] == "accepted"
    messages = service("gmail").users().messages()
    sent = messages.send(userId="me", body=body(mail(From=SECRETARIAT))).execute()
    found = messages.get(userId="me", id=sent["id"], format="metadata").execute()
    assert headers_of(found)["From"] == SECRETARIAT


def test_a_foreign_alias_waits_for_its_holder(aliases: Any, sandbox: Any, service: Any) -> None:
    made = aliases.create(userId="me", body={"sendAsEmail": OUTSIDE}).execute()
    assert made["verificationStatus"] == "pending"
    aliases.verify(userId="me", sendAsEmail=OUTSIDE).execute()
    asked = mailbox(sandbox, OUTSIDE)["messages"]
    assert len(asked) == 2
    assert all(ME in question["text"] for question in asked)
    messages = service("gmail").users().messages()
    sent = messages.send(userId="me", body=body(mail(From=OUTSIDE))).execute()
    found = headers_of(messages.get(userId="me", id=sent["id"], format="metadata").execute())
    assert (found["From"], found["X-Google-Original-From"]) == (ME, OUTSIDE)

    accepted = {"sendAsEmail": OUTSIDE, "verificationStatus": "accepted"}
    imported(sandbox, mailboxes=[{"address": ME, "sendAs": [accepted]}])
    assert refusal(aliases.verify(userId="me", sendAsEmail=OUTSIDE))[2] == "failedPrecondition"


def test_a_signature_is_kept_without_what_acts(service: Any) -> None:
    own = service("gmail", scopes=BASIC).users().settings().sendAs()
    signature = '<p onclick="x()">Le <b>secrétariat</b><script>alert(1)</script></p>'
    changed = own.patch(userId="me", sendAsEmail=ME, body={"signature": signature}).execute()
    assert changed["signature"] == "<p>Le <b>secrétariat</b></p>"
    named = own.patch(userId="me", sendAsEmail=ME, body={"displayName": "Accompagnement"}).execute()
    assert named["signature"] == changed["signature"]
    replaced = own.update(userId="me", sendAsEmail=ME, body={"displayName": "Autre"}).execute()
    assert (replaced["signature"], replaced["isPrimary"]) == ("", True)


def test_a_new_default_takes_the_place_of_the_old(aliases: Any) -> None:
    aliases.create(userId="me", body={"sendAsEmail": SECRETARIAT, "isDefault": True}).execute()
    assert "isDefault" not in aliases.get(userId="me", sendAsEmail=ME).execute()
    aliases.delete(userId="me", sendAsEmail=SECRETARIAT).execute()
    assert aliases.get(userId="me", sendAsEmail=ME).execute()["isDefault"]
    assert refusal(aliases.get(userId="me", sendAsEmail=SECRETARIAT))[0] == 404


def test_the_password_of_a_relay_is_never_shown(aliases: Any) -> None:
    relay = {"host": "smtp.ailleurs.example", "port": 587, "securityMode": "starttls"}
    secret = relay | {"username": "contact", "password": "secret"}
    asked = {"sendAsEmail": OUTSIDE, "smtpMsa": secret}
    assert aliases.create(userId="me", body=asked).execute()["smtpMsa"] == relay


def test_what_cannot_be_asked_of_aliases(aliases: Any, service: Any) -> None:
    assert refusal(aliases.create(userId="me", body={"sendAsEmail": "pas une adresse"}))[0] == 400
    assert refusal(aliases.create(userId="me", body={"sendAsEmail": ME}))[0] == 409
    assert refusal(aliases.delete(userId="me", sendAsEmail=ME))[0] == 400
    aliases.create(userId="me", body={"sendAsEmail": SECRETARIAT}).execute()
    basic = service("gmail", scopes=BASIC).users().settings().sendAs()
    request = basic.patch(userId="me", sendAsEmail=SECRETARIAT, body={"signature": "x"})
    assert refusal(request)[:2] == (
        403,
        "Access restricted to service accounts that have been delegated domain-wide authority",
    )
    assert refusal(basic.create(userId="me", body={"sendAsEmail": OUTSIDE}))[0] == 403
    delegated = service("gmail", scopes=DELEGATED).users().settings().sendAs()
    delegated.delete(userId="me", sendAsEmail=SECRETARIAT).execute()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<a href=" https://ecole.example">a</a>', '<a href=" https://ecole.example">a</a>'),
        ('<img src="data:text/html,x" onerror="x()"/>', "<img>"),
        ('<svg><a xlink:href="javascript:x()">a</a></svg>', ""),
        ("Cordialement & bien à vous", "Cordialement &amp; bien à vous"),
    ],
)
def test_what_is_kept_of_html(given: str, kept: str) -> None:
    assert sanitized(given) == kept
