"""Gmail: drafts, their sending, and what tells whether a mail went out.

Source: https://developers.google.com/workspace/gmail/api/guides/drafts, facts section 7. A draft
vanishes when it is sent and a new message appears; searching proves nothing, ids do.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from googleapiclient.discovery import Resource

from itn_sync.gateways.errors import Missing
from itn_sync.gateways.google import execute
from itn_sync.gateways.mail_text import (
    KEY_HEADER,
    OutgoingMail,
    decoded,
    is_reserved,
    valid_address,
)

__all__ = ["MAILER", "Draft", "Mailbox", "OutgoingMail", "Sent", "is_reserved", "valid_address"]

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
        """Write `mail` as a draft. Raises InvalidAddress when one of its addresses is none."""
        message = {"raw": base64.urlsafe_b64encode(mail.as_bytes()).decode()}
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
        request = self._users.threads().get(
            userId="me", id=thread_id, format="metadata", metadataHeaders=[KEY_HEADER]
        )
        try:
            messages = execute(request).get("messages", ())
        except Missing:
            return None
        return next((str(m["id"]) for m in messages if _was_sent_under(m, key)), None)

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
        keys = (self._sent_key(message_id) for message_id in self._sent_ids())
        return frozenset(key for key in keys if key)

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

    def _sent_key(self, message_id: str) -> str:
        """The key of one sent message, "" when it is not ours or is gone meanwhile."""
        request = self._users.messages().get(
            userId="me", id=message_id, format="metadata", metadataHeaders=[KEY_HEADER]
        )
        try:
            return _key_of(execute(request))
        except Missing:
            return ""

    def _draft_ids(self) -> Iterator[str]:
        request = self._drafts.list(userId="me", maxResults=500)
        while request is not None:
            page = execute(request)
            yield from (draft["id"] for draft in page.get("drafts", ()))
            request = self._drafts.list_next(request, page)


def _draft(raw: Json) -> Draft:
    message = raw["message"]
    return Draft(
        id=raw["id"],
        message_id=message["id"],
        thread_id=message.get("threadId", ""),
        labels=frozenset(message.get("labelIds", ())),
        key=_key_of(message),
    )


def _was_sent_under(message: Json, key: str) -> bool:
    return "SENT" in message.get("labelIds", ()) and _key_of(message) == key


def _key_of(message: Json) -> str:
    headers = message.get("payload", {}).get("headers", ())
    ours = (h["value"] for h in headers if h["name"].lower() == KEY_HEADER.lower())
    return decoded(next(ours, ""))
