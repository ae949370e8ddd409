"""users.settings.sendAs: list, get, create, update, patch, delete, verify.

Source: https://developers.google.com/workspace/gmail/api/guides/alias_and_signature_settings.
An address of the account's own domain is accepted at once; another one is `pending`, and a mail
asks its holder (who accepts through the control endpoint's import of `sendAs`).
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import (
    ApiError,
    Json,
    failed_precondition,
    forbidden,
    invalid,
    not_found,
)
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import mailbox_of
from itn_sync.sandbox.gmail.addresses import is_address
from itn_sync.sandbox.gmail.outgoing import new_message_id
from itn_sync.sandbox.gmail.sanitized import sanitized
from itn_sync.sandbox.gmail.settings import forget_send_as, send_as, store_send_as

_SHARING = "https://www.googleapis.com/auth/gmail.settings.sharing"
_TEXTS = {"displayName": "", "replyToAddress": "", "signature": ""}
_WRITABLE = (*_TEXTS, "treatAsAlias", "smtpMsa", "isDefault")
_ASKS = """\
Bonjour,

{mailbox} demande à pouvoir envoyer des messages avec votre adresse {alias}.
Tant que vous n'acceptez pas, rien ne part sous ce nom.
"""


@behaviour("gmail.users.settings.sendAs.list")
def list_send_as(call: Call) -> Json:
    """Every address the account may write as, pending ones too."""
    return {"sendAs": send_as(call.state, mailbox_of(call))}


@behaviour("gmail.users.settings.sendAs.get")
def get_send_as(call: Call) -> Json:
    """One of them; raises 404."""
    return _asked(call, mailbox_of(call))


def _asked(call: Call, mailbox: str) -> Json:
    wanted = call.params["sendAsEmail"].lower()
    for alias in send_as(call.state, mailbox):
        if alias["sendAsEmail"] == wanted:
            return alias
    raise not_found()


@behaviour("gmail.users.settings.sendAs.create")
def create_send_as(call: Call) -> Json:
    """A new alias: accepted in the account's domain, else pending; raises 400, 409."""
    mailbox = mailbox_of(call)
    address = str(call.body.get("sendAsEmail", "")).strip().lower()
    if not is_address(address):
        raise invalid("Invalid sendAsEmail")
    if any(alias["sendAsEmail"] == address for alias in send_as(call.state, mailbox)):
        raise ApiError(409, "Requested entity already exists", reason="alreadyExists")
    own_domain = address.rpartition("@")[2] == call.domain
    status = {"verificationStatus": "accepted" if own_domain else "pending"}
    made = {"sendAsEmail": address, **_TEXTS, "treatAsAlias": False, **_fields(call.body), **status}
    store_send_as(call.state, mailbox, made)
    if not own_domain:
        _ask_holder(call, mailbox, address)
    return made


def _fields(body: Json) -> Json:
    """What a client may write: no password is kept, the signature's HTML is made harmless."""
    found = {key: body[key] for key in _WRITABLE if key in body}
    if "signature" in found:
        found["signature"] = sanitized(found["signature"])
    if "smtpMsa" in found:
        hidden = {"username", "password"}
        found["smtpMsa"] = {k: v for k, v in found["smtpMsa"].items() if k not in hidden}
    if not found.get("isDefault", True):
        raise invalid("isDefault can only be set to true")
    return found


@behaviour("gmail.users.settings.sendAs.update")
def update_send_as(call: Call) -> Json:
    """Replace name, reply address and signature; raises 403 for an alias without delegation."""
    return _changed(call, _TEXTS)


@behaviour("gmail.users.settings.sendAs.patch")
def patch_send_as(call: Call) -> Json:
    """Change the given fields; raises as update."""
    return _changed(call, {})


def _changed(call: Call, base: Json) -> Json:
    mailbox = mailbox_of(call)
    alias = _asked(call, mailbox)
    if not alias.get("isPrimary") and _SHARING not in call.scopes:
        raise forbidden(
            "Access restricted to service accounts that have been delegated domain-wide authority"
        )
    changed = alias | base | _fields(call.body)
    if alias.get("isPrimary"):
        changed = {k: v for k, v in changed.items() if k not in {"treatAsAlias", "smtpMsa"}}
    store_send_as(call.state, mailbox, changed)
    return changed


@behaviour("gmail.users.settings.sendAs.delete")
def delete_send_as(call: Call) -> None:
    """Remove an alias; raises 400 for the account's own address, 404."""
    mailbox = mailbox_of(call)
    alias = _asked(call, mailbox)
    if alias.get("isPrimary"):
        raise invalid("The primary send-as address cannot be deleted")
    forget_send_as(call.state, mailbox, alias["sendAsEmail"])


@behaviour("gmail.users.settings.sendAs.verify")
def verify_send_as(call: Call) -> None:
    """Ask the alias's holder once more; raises 400 unless it is pending."""
    mailbox = mailbox_of(call)
    alias = _asked(call, mailbox)
    if alias.get("verificationStatus") != "pending":
        raise failed_precondition("Verification status must be pending")
    _ask_holder(call, mailbox, alias["sendAsEmail"])


def _ask_holder(call: Call, mailbox: str, alias: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Équipe de messagerie <gmail-noreply@google.com>"
    message["To"] = alias
    message["Subject"] = f"Demande de confirmation : envoyer en tant que {alias}"
    message["Date"] = format_datetime(call.now)
    message["Message-ID"] = new_message_id()
    message.set_content(_ASKS.format(mailbox=mailbox, alias=alias))
    new = store.NewMessage(alias, message.as_bytes(), ("INBOX", "UNREAD"), call.now)
    store.insert(call.state, new, now=call.now)
