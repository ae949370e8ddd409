"""What Gmail does to a mail on its way (facts 7.3), and who receives it."""

from __future__ import annotations

import re
from email import message_from_bytes
from typing import Any

import pytest
from googleapiclient.http import MediaInMemoryUpload

from tests.sandbox.gmail_mail import (
    ME,
    STUDENT,
    Json,
    body,
    control,
    decoded,
    encoded,
    headers_of,
    imported,
    mail,
    mailbox,
    refusal,
)


@pytest.fixture
def messages(service: Any) -> Any:
    return service("gmail").users().messages()


def sent(messages: Any, message: Any = None, **more: Any) -> Json:
    """The SENT copy in full after messages.send."""
    answer = messages.send(userId="me", body=body(message, **more)).execute()
    found: Json = messages.get(userId="me", id=answer["id"]).execute()
    return found


def test_the_answer_is_the_sent_copy(messages: Any) -> None:
    answer = messages.send(userId="me", body=body()).execute()
    assert set(answer) == {"id", "threadId", "labelIds"}
    assert answer["labelIds"] == ["SENT"]


def test_message_id_is_googles_and_the_date_is_set(messages: Any) -> None:
    ours = mail(Message_ID="<le-notre@itn.example>", Date="Mon, 01 Jan 2001 00:00:00 +0000")
    headers = headers_of(sent(messages, ours))
    assert re.fullmatch(r"<CA[^>]+@mail\.gmail\.com>", headers["Message-ID"])
    assert "2001" not in headers["Date"]


def test_message_id_is_kept_where_the_rewriting_is_switched_off(
    messages: Any, sandbox: Any
) -> None:
    imported(sandbox, gmail=[{"rewriteMessageId": False}])
    headers = headers_of(sent(messages, mail(Message_ID="<le-notre@itn.example>")))
    assert headers["Message-ID"] == "<le-notre@itn.example>"


def test_sender_and_recipient_share_the_message_id_not_the_id(messages: Any, sandbox: Any) -> None:
    copy = sent(messages)
    received = mailbox(sandbox, STUDENT)["messages"][0]
    assert received["headers"]["Message-ID"] == headers_of(copy)["Message-ID"]
    assert received["id"] != copy["id"]
    assert received["labelIds"] == ["INBOX", "UNREAD"]


def test_everybody_receives_one_copy_and_nobody_sees_bcc(messages: Any, sandbox: Any) -> None:
    copies = mail(
        to=f"Aline Dupré <{STUDENT}>, {STUDENT.upper()}",
        Cc="secretariat@ecole.example",
        Bcc="direction@ecole.example",
    )
    copy = sent(messages, copies)
    assert headers_of(copy)["Bcc"] == "direction@ecole.example"
    for address in (STUDENT, "secretariat@ecole.example", "direction@ecole.example"):
        received = mailbox(sandbox, address)["messages"]
        assert [(found["bcc"], "Bcc" in found["headers"]) for found in received] == [("", False)]


def test_a_mail_to_oneself_is_one_message(messages: Any, sandbox: Any) -> None:
    answer = messages.send(userId="me", body=body(mail(to=ME))).execute()
    assert set(answer["labelIds"]) == {"SENT", "INBOX", "UNREAD"}
    assert len(mailbox(sandbox, ME)["messages"]) == 1


def test_a_plus_tag_leads_to_the_same_mailbox_of_the_domain(messages: Any, sandbox: Any) -> None:
    sent(messages, mail(to="secretariat+va@ecole.example"))
    received = mailbox(sandbox, "secretariat@ecole.example")["messages"][0]
    assert received["headers"]["Delivered-To"] == "secretariat+va@ecole.example"


def test_without_from_the_account_writes(messages: Any) -> None:
    assert headers_of(sent(messages))["From"] == ME


def test_a_display_name_of_ones_own_address_is_kept(messages: Any) -> None:
    headers = headers_of(sent(messages, mail(From=f"Équipe d'accompagnement <{ME}>")))
    assert headers["From"] == f"Équipe d'accompagnement <{ME}>"
    assert "X-Google-Original-From" not in headers


@pytest.mark.parametrize("alias", ["autre@ecole.example", "attente@ecole.example"])
def test_a_from_that_is_not_ours_is_rewritten(messages: Any, sandbox: Any, alias: str) -> None:
    pending = {"sendAsEmail": "attente@ecole.example", "verificationStatus": "pending"}
    imported(sandbox, mailboxes=[{"address": ME, "sendAs": [pending]}])
    headers = headers_of(sent(messages, mail(From=f"Direction <{alias}>")))
    assert headers["From"] == ME
    assert headers["X-Google-Original-From"] == f"Direction <{alias}>"


def test_an_accepted_alias_may_write(messages: Any, sandbox: Any) -> None:
    alias = {"sendAsEmail": "accompagnement@ecole.example", "displayName": "Accompagnement"}
    imported(sandbox, mailboxes=[{"address": ME, "sendAs": [alias]}])
    headers = headers_of(sent(messages, mail(From="accompagnement@ecole.example")))
    assert headers["From"] == "accompagnement@ecole.example"


def test_send_as_lists_the_account_first(service: Any, sandbox: Any) -> None:
    alias = {"sendAsEmail": "accompagnement@ecole.example", "displayName": "Accompagnement"}
    imported(sandbox, mailboxes=[{"address": ME, "sendAs": [alias]}])
    resource = service("gmail").users().settings().sendAs()
    own, other = resource.list(userId="me").execute()["sendAs"]
    assert (own["sendAsEmail"], own["isPrimary"], own["isDefault"]) == (ME, True, True)
    assert (other["displayName"], other["verificationStatus"]) == ("Accompagnement", "accepted")
    assert resource.get(userId="me", sendAsEmail=ME).execute() == own
    assert refusal(resource.get(userId="me", sendAsEmail="rien@ecole.example"))[0] == 404


def test_an_unknown_address_answers_with_a_delivery_report(messages: Any, sandbox: Any) -> None:
    imported(sandbox, bouncing=["partie@ecole.example"])
    copy = sent(messages, mail(to=f"partie@ecole.example, x@invalid.example, {STUDENT}"))
    inbox = [m for m in mailbox(sandbox, ME)["messages"] if "INBOX" in m["labelIds"]]
    failed = {found["headers"]["X-Failed-Recipients"] for found in inbox}
    assert failed == {"partie@ecole.example", "x@invalid.example"}
    assert {found["threadId"] for found in inbox} == {copy["threadId"]}
    assert len(mailbox(sandbox, STUDENT)["messages"]) == 1
    assert mailbox(sandbox, "partie@ecole.example")["messages"] == []


def test_a_delivery_report_is_a_multipart_report(messages: Any) -> None:
    sent(messages, mail(to="x@invalid.example"))
    found = messages.list(userId="me", labelIds=["INBOX"]).execute()["messages"][0]
    raw = messages.get(userId="me", id=found["id"], format="raw").execute()["raw"]
    report = message_from_bytes(decoded(raw))
    kinds = [part.get_content_type() for part in report.walk()]
    assert kinds[:3] == ["multipart/report", "text/plain", "message/delivery-status"]
    assert "message/rfc822" in kinds


def test_no_recipient_no_sending(messages: Any) -> None:
    send = messages.send(userId="me", body=body(mail(to="")))
    assert refusal(send) == (400, "Recipient address required", "invalidArgument")


def test_a_hundred_recipients_and_no_more(messages: Any) -> None:
    people = [f"e{number}@etudiant.example" for number in range(101)]
    assert messages.send(userId="me", body=body(mail(to=", ".join(people[1:])))).execute()
    status, text, _ = refusal(messages.send(userId="me", body=body(mail(to=", ".join(people)))))
    assert (status, text) == (400, "Too many recipients: 101, the limit is 100")


@pytest.mark.parametrize("resumable", [False, True])
def test_a_message_may_be_uploaded(messages: Any, sandbox: Any, resumable: bool) -> None:
    raw = mail("Envoyé par téléversement").as_bytes()
    upload = MediaInMemoryUpload(raw, mimetype="message/rfc822", resumable=resumable)
    answer = messages.send(userId="me", media_body=upload).execute()
    assert answer["labelIds"] == ["SENT"]
    assert "téléversement" in mailbox(sandbox, STUDENT)["messages"][0]["text"]


def test_an_upload_may_join_a_thread(messages: Any) -> None:
    first = sent(messages)
    upload = MediaInMemoryUpload(mail("Suite").as_bytes(), mimetype="message/rfc822")
    thread = {"threadId": first["threadId"]}
    answer = messages.send(userId="me", body=thread, media_body=upload).execute()
    assert answer["threadId"] == first["threadId"]


def test_other_peoples_mailboxes_are_closed(messages: Any) -> None:
    request = messages.list(userId="direction@ecole.example")
    assert refusal(request) == (403, f"Delegation denied for {ME}", "forbidden")
    assert messages.list(userId=ME.upper()).execute() == {"resultSizeEstimate": 0}


def test_a_person_without_mail_is_told_so(service: Any, sandbox: Any) -> None:
    imported(sandbox, mailDisabled=["sansmail@ecole.example"])
    users = service("gmail", user="sansmail@ecole.example").users()
    found = refusal(users.getProfile(userId="me"))
    assert found == (400, "Mail service not enabled", "failedPrecondition")


def test_a_header_break_inside_a_word_adds_no_header(messages: Any, sandbox: Any) -> None:
    raw = f"To: {STUDENT}\r\nSubject: =?utf-8?q?Bonjour=0D=0ABcc:_x@y.example?=\r\n\r\nSalut"
    answer = messages.send(userId="me", body={"raw": encoded(raw.encode())}).execute()
    headers = headers_of(messages.get(userId="me", id=answer["id"]).execute())
    assert headers["Subject"] == "Bonjour Bcc: x@y.example"
    assert "Bcc" not in headers
    assert mailbox(sandbox, "x@y.example")["messages"] == []


def test_a_days_allowance_is_spent_and_comes_back(messages: Any, sandbox: Any) -> None:
    control(sandbox, "PUT", "quotas", {"mode": "enforced", "sendingLimit": 2})
    sent(messages)
    sent(messages)
    status, text, reason = refusal(messages.send(userId="me", body=body()))
    assert (status, reason) == (429, "rateLimitExceeded")
    assert re.match(r"User-rate limit exceeded\.  Retry after \d{4}-\d\d-\d\dT[\d:.]+Z$", text)
    assert len(mailbox(sandbox, STUDENT)["messages"]) == 2


def test_a_bare_service_account_has_no_mailbox(service: Any) -> None:
    robot = service("gmail", user="robot@projet.iam.gserviceaccount.com").users()
    found = refusal(robot.getProfile(userId="me"))
    assert found == (400, "Precondition check failed.", "failedPrecondition")
