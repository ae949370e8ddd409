"""Gmail: drafts, their sending, and what tells whether a mail went out.

Source: https://developers.google.com/workspace/gmail/api/guides/drafts, facts section 7. A draft
vanishes when it is sent and a new message appears; searching proves nothing, ids do.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from googleapiclient.discovery import Resource

from itn_sync.gateways.errors import Missing
from itn_sync.gateways.google import execute
from itn_sync.gateways.mail_text import (
    KEY_HEADER,
    OutgoingMail,
    is_reserved,
    valid_address,
)
from itn_sync.gateways.mail_thread import (
    HEADERS,
    Earlier,
    Message,
    earlier_of,
    last_failure,
    message_of,
)

__all__ = [
    "MAILER",
    "Draft",
    "Earlier",
    "Mailbox",
    "Message",
    "OutgoingMail",
    "Sent",
    "is_reserved",
    "valid_address",
]

MAILER = (
    "https://www.googleapis.com/auth/gmail.compose",
    "https://www.googleapis.com/auth/gmail.metadata",
    "https://www.googleapis.com/auth/gmail.settings.basic",
)
"""What `Mailbox` needs for these methods (facts 7.1)."""

GMAIL_METHODS = (
    "gmail.users.drafts.create",
    "gmail.users.drafts.delete",
    "gmail.users.drafts.get",
    "gmail.users.drafts.list",
    "gmail.users.drafts.send",
    "gmail.users.messages.get",
    "gmail.users.messages.list",
    "gmail.users.settings.sendAs.list",
    "gmail.users.threads.get",
)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """A draft; `message_id` changes whenever somebody edits it, `id` never."""

    id: str
    message_id: str
    thread_id: str
    labels: frozenset[str] = frozenset({"DRAFT"})
    key: str = ""
    at: datetime | None = field(default=None, compare=False)
    """When it was last written, by Google's clock; None where the answer does not say."""

    @property
    def is_unsent(self) -> bool:
        """False for the ghost of a draft that a person sent in Gmail: it is the sent mail."""
        return "DRAFT" in self.labels and "SENT" not in self.labels


@dataclass(frozen=True)
class Sent:
    """A mail that went out."""

    message_id: str
    thread_id: str


class Mailbox:
    """The mailbox of one person, through google-api-python-client's `gmail` resource.

    Every method raises GatewayErrors. Creating and sending are never tried twice: OutcomeUnknown
    means that the answer was lost. QuotaSpent means that nothing more goes out today.
    """

    def __init__(self, resource: Resource) -> None:
        self._users = resource.users()
        self._drafts = self._users.drafts()

    def create_draft(self, mail: OutgoingMail) -> Draft:
        """Write `mail` as a draft. Raises InvalidAddress when one of its addresses is none.

        Raises Missing when the conversation that it joins is gone.
        """
        message = {"raw": base64.urlsafe_b64encode(mail.as_bytes()).decode()}
        if mail.thread_id:
            message["threadId"] = mail.thread_id
        request = self._drafts.create(userId="me", body={"message": message})
        return _draft(execute(request, idempotent=False))

    def send_draft(self, draft_id: str) -> Sent:
        """Send the draft as it is. Raises Missing when gone, InvalidAddress for its recipient."""
        request = self._drafts.send(userId="me", body={"id": draft_id})
        sent = execute(request, idempotent=False)
        return Sent(message_id=sent["id"], thread_id=sent["threadId"])

    def draft(self, draft_id: str) -> Draft | None:
        """The draft as it is now, None when it was sent or deleted."""
        try:
            return _draft(execute(self._drafts.get(userId="me", id=draft_id, format="metadata")))
        except Missing:
            return None

    def sent_message_id(self, thread_id: str, key: str) -> str | None:
        """The id of the message in that thread that was sent under `key`, None when there is none.

        None proves nothing by itself: a request may still be under way.
        """
        sent = (m.id for m in self.thread(thread_id) if m.was_sent and m.key == key)
        return next(sent, None)

    def thread(self, thread_id: str) -> tuple[Message, ...]:
        """The messages of a conversation, oldest first; none when it is gone."""
        request = self._users.threads().get(
            userId="me", id=thread_id, format="metadata", metadataHeaders=list(HEADERS)
        )
        try:
            return tuple(map(message_of, execute(request).get("messages", ())))
        except Missing:
            return ()

    def earlier(self, thread_id: str, message_id: str, key: str) -> Earlier | None:
        """How to go on in the conversation of the mail that was sent as `message_id`, under `key`.

        None when it is not there any more. Gmail replaces the Message-ID that a program wrote
        (facts 7.3), so it is read back.
        """
        sent = [m for m in self.thread(thread_id) if m.was_sent]
        found = [m for m in sent if message_id == m.id or key == m.key]
        return earlier_of(found[-1]) if found else None

    def bounced(self, thread_id: str, among: Collection[str] = ()) -> str:
        """The address that a delivery report in that conversation says failed, "" if none.

        The latest one; only those `among` count if any are given (a copy may bounce, too).
        """
        return last_failure(self.thread(thread_id), among)

    def sent_since(self, instant: datetime) -> Iterator[Message]:
        """What left this mailbox, newest first, back to `instant` by Google's clock."""
        for message_id in self._sent_ids():
            message = self._sent_message(message_id)
            if message and message.at < instant:
                return
            if message:
                yield message

    def drafts_by_key(self) -> Mapping[str, tuple[Draft, ...]]:
        """The unsent drafts that this program wrote, by key; a call per draft: for recovery."""
        found: dict[str, tuple[Draft, ...]] = {}
        for draft_id in self._draft_ids():
            draft = self.draft(draft_id)
            if draft and draft.key and draft.is_unsent:
                found[draft.key] = (*found.get(draft.key, ()), draft)
        return found

    def sent_keys(self) -> frozenset[str]:
        """The keys of the mails of ours that went out; a call per sent mail: for recovery."""
        messages = (self._sent_message(message_id) for message_id in self._sent_ids())
        return frozenset(message.key for message in messages if message and message.key)

    def delete_draft(self, draft_id: str) -> bool:
        """Delete it if it is surely unsent; False when it was sent, is a ghost or is gone.

        Deleting the ghost of a sent draft would erase the sent mail for ever (facts 7.2).
        """
        draft = self.draft(draft_id)
        if draft is None or not draft.is_unsent:
            return False
        try:
            execute(self._drafts.delete(userId="me", id=draft_id), idempotent=False)
        except Missing:
            return False
        return True

    def aliases(self) -> frozenset[str]:
        """The addresses this mailbox may write as; from any other Gmail rewrites the sender."""
        listed = execute(self._users.settings().sendAs().list(userId="me")).get("sendAs", ())
        return frozenset(
            alias["sendAsEmail"].lower()
            for alias in listed
            if alias.get("isPrimary") or alias.get("verificationStatus") == "accepted"
        )

    def _sent_ids(self) -> Iterator[str]:
        """By label: a search may lag, and the metadata scope does not allow one (facts 7)."""
        messages = self._users.messages()
        request = messages.list(
            userId="me", labelIds=["SENT"], includeSpamTrash=True, maxResults=500
        )
        while request is not None:
            page = execute(request)
            yield from (message["id"] for message in page.get("messages", ()))
            request = messages.list_next(request, page)

    def _sent_message(self, message_id: str) -> Message | None:
        """One sent message, None when it is gone meanwhile."""
        request = self._users.messages().get(
            userId="me", id=message_id, format="metadata", metadataHeaders=[KEY_HEADER]
        )
        try:
            return message_of(execute(request))
        except Missing:
            return None

    def _draft_ids(self) -> Iterator[str]:
        request = self._drafts.list(userId="me", maxResults=500)
        while request is not None:
            page = execute(request)
            yield from (draft["id"] for draft in page.get("drafts", ()))
            request = self._drafts.list_next(request, page)


def _draft(raw: Json) -> Draft:
    message = message_of(raw["message"])
    return Draft(
        id=raw["id"],
        message_id=message.id,
        thread_id=message.thread_id,
        labels=message.labels,
        key=message.key,
        at=message.at if "internalDate" in raw["message"] else None,
    )
