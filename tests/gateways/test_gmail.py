"""Mails that leave once: drafts, their sending, and what tells whether one went out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.gateways.errors import InvalidAddress, OutcomeUnknown, QuotaSpent
from itn_sync.gateways.gmail import MAILER, Mailbox, OutgoingMail, is_reserved, valid_address
from itn_sync.gateways.mail_thread import last_failure
from tests.gateways.conftest import WORKER, Workspace

CREATE = "gmail.users.drafts.create"
SEND = "gmail.users.drafts.send"
LEA = "lea@etudiant.example"
KEY = "inscription/R1/accuse"
MAIL = OutgoingMail(
    sender=WORKER,
    sender_name="Secrétariat de l'école",
    to=LEA,
    to_name="Léa Été",
    reply_to="secretariat@ecole.example",
    subject="Votre inscription – bien reçue",
    text="Bonjour Léa,\n\nC'est noté.\n",
    html="<p>Bonjour <b>Léa</b></p>",
    key=KEY,
    reference="AV-7K3Q2M",
)


@pytest.fixture
def mailbox(workspace: Workspace) -> Mailbox:
    """The worker's mailbox."""
    return Mailbox(workspace.google().resource("gmail", WORKER, MAILER))


def test_the_student_reads_what_was_written(workspace: Workspace, mailbox: Mailbox) -> None:
    mailbox.send_draft(mailbox.create_draft(MAIL).id)
    (mail,) = workspace.mailbox(LEA)["messages"]
    assert mail["subject"] == "Votre inscription – bien reçue"
    assert "Secrétariat de l'école" in mail["from"]
    assert WORKER in mail["from"]
    assert mail["text"].replace("\r\n", "\n") == MAIL.text
    assert "<b>Léa</b>" in mail["html"]
    assert mail["headers"]["X-ITN-Sync-Key"] == KEY
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    assert mail["headers"]["Reply-To"] == "secretariat@ecole.example"


def test_a_draft_is_known_until_it_is_sent(workspace: Workspace, mailbox: Mailbox) -> None:
    draft = mailbox.create_draft(MAIL)
    again = mailbox.draft(draft.id)
    assert again is not None
    assert again.message_id == draft.message_id
    assert again.is_unsent
    assert again.key == KEY
    assert mailbox.sent_message_id(draft.thread_id, KEY) is None
    sent = mailbox.send_draft(draft.id)
    assert mailbox.draft(draft.id) is None
    assert mailbox.sent_message_id(draft.thread_id, KEY) == sent.message_id
    assert mailbox.sent_message_id(draft.thread_id, "another/key") is None
    assert len(workspace.mailbox(LEA)["messages"]) == 1


def test_a_thread_that_is_gone_proves_nothing(mailbox: Mailbox) -> None:
    assert mailbox.sent_message_id("18f0000000000000", KEY) is None


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}, {"status": 503}], ids=str)
def test_a_send_whose_answer_is_lost_is_not_tried_again(
    workspace: Workspace, mailbox: Mailbox, fault: dict[str, Any]
) -> None:
    draft = mailbox.create_draft(MAIL)
    workspace.trouble(SEND, **fault)
    with pytest.raises(OutcomeUnknown):
        mailbox.send_draft(draft.id)
    assert workspace.calls(SEND) == 1
    landed = len(workspace.mailbox(LEA)["messages"])
    assert (mailbox.sent_message_id(draft.thread_id, KEY) is not None) == bool(landed)
    assert (mailbox.draft(draft.id) is None) == bool(landed)


def test_a_draft_whose_answer_is_lost_is_found_by_its_key(
    workspace: Workspace, mailbox: Mailbox
) -> None:
    workspace.trouble(CREATE, drop="after", times=1)
    with pytest.raises(OutcomeUnknown):
        mailbox.create_draft(MAIL)
    second = mailbox.create_draft(MAIL)
    other = mailbox.create_draft(replace(MAIL, key="autre"))
    found = mailbox.drafts_by_key()
    assert set(found) == {KEY, "autre"}
    assert second in {replace(d, key="") for d in found[KEY]}
    assert len(found[KEY]) == 2
    assert [d.id for d in found["autre"]] == [other.id]


def test_drafts_that_people_write_are_not_ours(workspace: Workspace, mailbox: Mailbox) -> None:
    mail = {"from": WORKER, "to": LEA, "subject": "À la main", "labelIds": ["DRAFT"]}
    workspace.control("POST", "import", {"mailboxes": [{"address": WORKER, "messages": [mail]}]})
    assert mailbox.drafts_by_key() == {}


def test_more_drafts_than_a_page_holds_are_all_found(
    workspace: Workspace, mailbox: Mailbox
) -> None:
    mails = [
        {"to": LEA, "labelIds": ["DRAFT"], "headers": {"X-ITN-Sync-Key": f"k{n}"}}
        for n in range(501)
    ]
    workspace.control("POST", "import", {"mailboxes": [{"address": WORKER, "messages": mails}]})
    assert len(mailbox.drafts_by_key()) == 501
    assert workspace.calls("gmail.users.drafts.list") == 2


def test_only_an_unsent_draft_is_deleted(workspace: Workspace, mailbox: Mailbox) -> None:
    unsent, by_hand, sent = (mailbox.create_draft(MAIL) for _ in range(3))
    workspace.control(
        "POST", "import", {"sentByPerson": [{"address": WORKER, "draftId": by_hand.id}]}
    )
    mailbox.send_draft(sent.id)
    assert [mailbox.delete_draft(d.id) for d in (unsent, by_hand, sent)] == [True, False, False]
    assert workspace.calls("gmail.users.drafts.delete") == 1
    assert len(workspace.mailbox(LEA)["messages"]) == 2
    assert sum("SENT" in m["labelIds"] for m in workspace.mailbox(WORKER)["messages"]) == 2


def test_what_went_out_is_known_by_its_keys(workspace: Workspace, mailbox: Mailbox) -> None:
    mailbox.send_draft(mailbox.create_draft(MAIL).id)
    mailbox.create_draft(replace(MAIL, key="another/key"))
    by_hand = {"from": WORKER, "to": LEA, "subject": "À la main", "labelIds": ["SENT"]}
    workspace.control("POST", "import", {"mailboxes": [{"address": WORKER, "messages": [by_hand]}]})
    assert mailbox.sent_keys() == {KEY}


@pytest.mark.parametrize("now", ["2026-02-01T08:00:00Z", "2031-02-01T08:00:00Z"])
def test_the_sending_limit_ends_the_day(workspace: Workspace, mailbox: Mailbox, now: str) -> None:
    workspace.control("POST", "clock", {"now": now})
    drafts = [mailbox.create_draft(MAIL) for _ in range(2)]
    workspace.control("PUT", "quotas", {"mode": "enforced", "sendingLimit": 1})
    mailbox.send_draft(drafts[0].id)
    with pytest.raises(QuotaSpent):
        mailbox.send_draft(drafts[1].id)
    assert workspace.calls(SEND) == 2
    assert mailbox.draft(drafts[1].id) is not None


def test_a_short_limit_is_waited_for(workspace: Workspace, mailbox: Mailbox) -> None:
    draft = mailbox.create_draft(MAIL)
    workspace.trouble(SEND, status=429, times=1)
    mailbox.send_draft(draft.id)
    assert workspace.calls(SEND) == 2
    assert len(workspace.mailbox(LEA)["messages"]) == 1


def test_only_accepted_aliases_count(workspace: Workspace, mailbox: Mailbox) -> None:
    aliases = [
        {"sendAsEmail": "Ne-Pas-Repondre@ecole.example"},
        {"sendAsEmail": "attente@ecole.example", "verificationStatus": "pending"},
    ]
    workspace.control("POST", "import", {"mailboxes": [{"address": WORKER, "sendAs": aliases}]})
    assert mailbox.aliases() == {WORKER, "ne-pas-repondre@ecole.example"}


@pytest.mark.parametrize("address", ["", "lea", "a b@c.example", "a@b.example, c@d.example"])
def test_a_mail_to_no_address_is_refused_before_google(
    workspace: Workspace, mailbox: Mailbox, address: str
) -> None:
    with pytest.raises(InvalidAddress) as refused:
        mailbox.create_draft(replace(MAIL, to=address))
    assert address == "" or address not in str(refused.value)
    assert workspace.calls(CREATE) == 0


def test_a_recipient_that_google_refuses_is_refused(workspace: Workspace, mailbox: Mailbox) -> None:
    draft = mailbox.create_draft(MAIL)
    workspace.trouble(SEND, status=400, reason="invalidArgument", message="Invalid To header")
    with pytest.raises(InvalidAddress, match="Invalid To header"):
        mailbox.send_draft(draft.id)
    assert workspace.calls(SEND) == 1


def _parsed(mail: OutgoingMail) -> EmailMessage:
    return message_from_bytes(mail.as_bytes(), policy=SMTP)


ANYTHING = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "a\r\nBcc: vol@evil.example",
        "a\nX: y",
        "nul\0",
        "x\u2028Bcc: y",
        "\ud800",
        "🎓" * 50,
        "\u202eabc",
    ]
)
PUT: dict[str, Callable[[str], OutgoingMail]] = {
    "subject": lambda text: replace(MAIL, subject=text),
    "sender_name": lambda text: replace(MAIL, sender_name=text),
    "to_name": lambda text: replace(MAIL, to_name=text),
    "key": lambda text: replace(MAIL, key=text),
    "answers": lambda text: replace(MAIL, answers=(text, f"<{text}@b.example>")),
    "reference": lambda text: replace(MAIL, reference=text),
}


@given(place=st.sampled_from(sorted(PUT)), text=ANYTHING)
def test_nothing_breaks_out_of_a_header(place: str, text: str) -> None:
    mail = _parsed(PUT[place](text))
    allowed = {
        *("From", "To", "Reply-To", "X-ITN-Sync-Reference"),
        *(
            "In-Reply-To",
            "References",
            "Subject",
            "Auto-Submitted",
            "X-ITN-Sync-Key",
            "MIME-Version",
            "Content-Type",
        ),
    }
    assert set(mail.keys()) <= allowed
    assert [a.addr_spec for a in mail["To"].addresses] == [LEA]
    assert [a.addr_spec for a in mail["From"].addresses] == [WORKER]
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Bonjour Léa")


def test_a_long_conversation_is_referred_to_whole() -> None:
    """Folding may part two ids, never one."""
    known = tuple(f"<CA{str(n) * 55}@mail.gmail.com>" for n in range(20))
    raw = replace(MAIL, answers=known, cc=("a@ecole.example", "b@ecole.example")).as_bytes()
    mail = message_from_bytes(raw, policy=SMTP)
    assert str(mail["References"]).split() == list(known)
    assert str(mail["In-Reply-To"]).strip() == known[-1]
    assert b"=?" not in raw.partition(b"From:")[0]
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert [a.addr_spec for a in mail["Cc"].addresses] == ["a@ecole.example", "b@ecole.example"]


@pytest.mark.parametrize(
    ("sender", "subject", "failed", "found"),
    [
        ("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "(Failure)", LEA, LEA),
        ("Postmaster <postmaster@ecole.example>", "Undeliverable", f"a@b.test, {LEA}", LEA),
        ("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "(Delay)", LEA, ""),
        ("Léa <lea@etudiant.example>", "Re: (Failure)", LEA, ""),
        ("", "(Failure)", LEA, ""),
        ("mailer-daemon@googlemail.com", "(Failure)", "", ""),
    ],
)
def test_only_a_failed_delivery_is_a_bounce(
    workspace: Workspace, mailbox: Mailbox, sender: str, subject: str, failed: str, found: str
) -> None:
    sent = mailbox.send_draft(mailbox.create_draft(MAIL).id)
    (out,) = workspace.mailbox(WORKER)["messages"]
    headers = {"In-Reply-To": out["headers"]["Message-ID"]}
    headers |= {"X-Failed-Recipients": failed} if failed else {}
    report = {"from": sender, "subject": f"Re: {MAIL.subject}", "headers": headers}
    workspace.control("POST", "import", {"mailboxes": [{"address": WORKER, "messages": [report]}]})
    thread = mailbox.thread(sent.thread_id)
    assert len(thread) == 2
    retitled = replace(thread[-1], headers={**thread[-1].headers, "subject": subject})
    assert last_failure((thread[0], retitled), ()) == found


@given(text=ANYTHING)
def test_any_text_can_be_a_body(text: str) -> None:
    body = _parsed(replace(MAIL, text=text, html=f"<p>{text}</p>")).get_body(("html",))
    assert body is not None
    assert "\0" not in body.get_content()


@pytest.mark.parametrize("key", ["k/1", "é", "formulaire/" + "A1" * 60, "deux mots " * 30])
def test_a_key_of_any_length_comes_back_whole(mailbox: Mailbox, key: str) -> None:
    draft = mailbox.draft(mailbox.create_draft(replace(MAIL, key=key.strip())).id)
    assert draft is not None
    assert draft.key == key.strip()


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Lea.Ete@Etudiant.EXAMPLE ", "Lea.Ete@etudiant.example"),
        ("a@école.test", "a@xn--cole-9oa.test"),
        ("lea@", None),
        ("lea", None),
        ("lea@etudiant", None),
        ("a b@c.example", None),
        ("a@b.example\r\nBcc: c@d.example", None),
        ("Léa <lea@etudiant.example>", None),
        ("é@b.example", None),
        ("", None),
    ],
)
def test_an_address_is_normalised_or_none(typed: str, address: str | None) -> None:
    assert valid_address(typed) == address


@pytest.mark.parametrize(
    ("address", "reserved"),
    [
        ("a@ecole.example", True),
        ("a@b.TEST", True),
        ("a@b.invalid", True),
        ("a@localhost", True),
        ("a@example.com", True),
        ("a@mail.example.org.", True),
        ("a@notexample.com", False),
        ("a@example.be", False),
        ("a@test.be", False),
    ],
)
def test_reserved_addresses_are_known(address: str, reserved: bool) -> None:
    assert is_reserved(address) is reserved


@given(st.text(st.sampled_from("Ab é@<>,;:()[]\"\\.'\u202e"), max_size=120))
def test_whatever_a_person_is_called_a_mail_has_one_recipient(name: str) -> None:
    """A long name with specials is where Python's folding forgets the quotes."""
    raw = replace(MAIL, to_name=name).as_bytes()
    to = message_from_bytes(raw, policy=SMTP)["To"]
    assert [address.addr_spec for address in to.addresses] == [MAIL.to]


def test_a_long_name_with_an_address_in_it_reaches_its_owner_alone(mailbox: Mailbox) -> None:
    name = f"Anne <evil@x.example>, {'b' * 22} {'c' * 24} {'d' * 23}"
    raw = replace(MAIL, to_name=name).as_bytes()
    (line,) = (n for n in message_from_bytes(raw, policy=SMTP)["To"].addresses)
    assert line.addr_spec == MAIL.to
    assert mailbox.create_draft(replace(MAIL, to_name=name)).id
