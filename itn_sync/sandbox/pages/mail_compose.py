"""Writing as a person: what was typed is saved as a draft, sent, or thrown away."""

from __future__ import annotations

import base64
from dataclasses import replace
from email.utils import formataddr

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.conversation import references
from itn_sync.sandbox.gmail.drafts import send_by_hand
from itn_sync.sandbox.gmail.rfc822 import field
from itn_sync.sandbox.pages.mail_place import DRAFTS, Place, done, gmail
from itn_sync.sandbox.pages.mail_sheet import Sheet, default_alias, draft_of, message_of
from itn_sync.sandbox.pages.mail_text import attachments, composed, edited
from itn_sync.sandbox.pages.mail_view import decoded_bytes
from itn_sync.sandbox.pages.visit import Visit
from itn_sync.sandbox.world import now


def write(visit: Visit, place: Place, sheet: Sheet, action: str) -> Response:
    """`save`, `send` or `discard` what was typed; raises ApiError, leaving all as it was."""
    if action == "discard":
        return _discard(visit, place, sheet)
    if sheet.draft_id:
        return _write_draft(visit, place, sheet, action)
    message = _new_message(visit, place, sheet)
    if action == "send":
        gmail(visit, place, "messages.send", body=message)
        return done(replace(place, folder="SENT"), "send")
    draft = gmail(visit, place, "drafts.create", body={"message": message})
    return done(replace(place, folder=DRAFTS), "save", id=draft["id"])


def _discard(visit: Visit, place: Place, sheet: Sheet) -> Response:
    if sheet.draft_id:
        gmail(visit, place, "drafts.delete", id=sheet.draft_id)
    return done(replace(place, folder=DRAFTS), "discard")


def _new_message(visit: Visit, place: Place, sheet: Sheet) -> Json:
    alias = default_alias(visit, place)
    sender = formataddr((alias.get("displayName", ""), alias["sendAsEmail"]))
    if sheet.forwards:
        forwarded = decoded_bytes(message_of(visit, place, sheet.forwards, "raw")["raw"])
        return {"raw": _encoded(composed(sheet.typed, sender, files=attachments(forwarded)))}
    if not sheet.answers:
        return {"raw": _encoded(composed(sheet.typed, sender))}
    answered = message_of(visit, place, sheet.answers, "raw")
    raw = decoded_bytes(answered["raw"])
    chain = [*references(raw), field(raw, "Message-ID")]
    known = list(dict.fromkeys(one for one in chain if one))
    return {
        "raw": _encoded(composed(sheet.typed, sender, answers=known)),
        "threadId": answered["threadId"],
    }


def _write_draft(visit: Visit, place: Place, sheet: Sheet, action: str) -> Response:
    drafts = replace(place, folder=DRAFTS)
    _save(visit, drafts, sheet)
    if action == "save":
        return done(drafts, "save", id=sheet.draft_id)
    _send(visit, drafts, sheet.draft_id)
    return done(replace(place, folder="SENT"), "send")


def _save(visit: Visit, place: Place, sheet: Sheet) -> None:
    """Replace the draft where something changed; one that is as it was keeps its HTML."""
    draft = draft_of(visit, place, sheet.draft_id, "raw")
    before = decoded_bytes(draft["raw"])
    after = edited(before, sheet.typed)
    if after != before:
        message = {"raw": _encoded(after), "threadId": draft["threadId"]}
        gmail(visit, place, "drafts.update", id=sheet.draft_id, body={"message": message})


def _send(visit: Visit, place: Place, draft_id: str) -> None:
    """As Gmail's own page does it, not the API: the draft's id may outlive it (facts 7.2)."""
    with visit.transaction(write=True) as state:
        draft = store.find_draft(state, place.address, draft_id)
        if draft is None or "DRAFT" not in store.labels_of(state, draft):
            raise NotFound
        send_by_hand(state, draft, now=now(state))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


_REFUSALS = {
    "Recipient address required": "indiquez au moins un destinataire.",
    "Invalid To header": "une adresse du champ «À» n’est pas valable.",
    "Invalid Cc header": "une adresse du champ «Cc» n’est pas valable.",
    "Invalid Bcc header": "une adresse du champ «Cci» n’est pas valable.",
    "Message not a draft": "ce brouillon a déjà été envoyé.",
    "Too many recipients": "il y a trop de destinataires pour un seul message.",
    "User-rate limit exceeded": "cette boîte a envoyé autant de messages qu’elle peut en un jour.",
}


def reason(error: ApiError) -> str:
    """Why the API refused, in French where its words are known."""
    known = (text for words, text in _REFUSALS.items() if error.message.startswith(words))
    return next(known, error.message)
