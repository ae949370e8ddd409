"""Where one is in a mailbox: its address, a folder or label, a search, a page of the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug import Response

from itn_sync.sandbox.pages.visit import Visit, see_other

EVERYTHING = "ALL"
DRAFTS = "DRAFT"
FOLDERS = {
    "INBOX": "Boîte de réception",
    "STARRED": "Suivis",
    "SENT": "Envoyés",
    DRAFTS: "Brouillons",
    EVERYTHING: "Tous les messages",
    "SPAM": "Spam",
    "TRASH": "Corbeille",
}
NOTICES = {
    "archive": "Conversation archivée.",
    "choix": "Cochez d’abord une conversation.",
    "delete": "Conversation supprimée définitivement.",
    "discard": "Brouillon supprimé.",
    "ham": "Conversation remise dans la boîte de réception.",
    "inbox": "Conversation remise dans la boîte de réception.",
    "label": "Étiquettes enregistrées.",
    "read": "Conversation marquée comme lue.",
    "restore": "Conversation remise dans la boîte de réception.",
    "save": "Brouillon enregistré.",
    "send": "Message envoyé.",
    "spam": "Conversation déplacée dans le spam.",
    "star": "Conversation suivie.",
    "trash": "Conversation déplacée dans la corbeille.",
    "unread": "Conversation marquée comme non lue.",
    "unstar": "Conversation non suivie.",
}


@dataclass(frozen=True)
class Place:
    """`folder` is an id of `FOLDERS` or of a person's label; `page` a token of the API's."""

    address: str
    folder: str = "INBOX"
    q: str = ""
    page: str = ""

    @classmethod
    def of(cls, address: str, given: Mapping[str, str]) -> Place:
        """As a query or a posted form says it (`dossier`, `q`, `page`); a search is everywhere."""
        q = given.get("q", "").strip()
        folder = given.get("dossier") or (EVERYTHING if q else "INBOX")
        return cls(address.lower(), folder, q, given.get("page", ""))

    @property
    def base(self) -> str:
        """The mailbox's own address on this server."""
        return f"/mail/{quote(self.address, safe='@')}"

    def url(self, **more: str) -> str:
        """The list's address; `id` opens a conversation, `fait` names what was just done."""
        asked = {"dossier": self.folder, "q": self.q, "page": self.page} | more
        return f"{self.base}?{urlencode({name: value for name, value in asked.items() if value})}"


def done(place: Place, what: str, **more: str) -> Response:
    """After an action: back to the list (or to `id`), where a line says what was done."""
    return see_other(place.url(fait=what, **more))


def gmail(visit: Visit, place: Place, method: str, **given: Any) -> Any:
    """`gmail.users.<method>` as the mailbox's person; raises ApiError."""
    return visit.open_call(f"gmail.users.{method}", user=place.address, userId="me", **given)
