"""A mail before it is written: empty, a draft as kept, an answer, a message handed on."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import getaddresses

from werkzeug.exceptions import NotFound

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.gmail.rfc822 import decoded, field
from itn_sync.sandbox.gmail.text import text_of_html
from itn_sync.sandbox.pages.mail_place import Place, gmail
from itn_sync.sandbox.pages.mail_text import Typed, editable_text
from itn_sync.sandbox.pages.mail_view import Mail, decoded_bytes, mail_of
from itn_sync.sandbox.pages.visit import Visit


@dataclass(frozen=True)
class Sheet:
    """The form of a mail being written: a draft's, a new one, an answer to message `answers`, or
    message `forwards` handed on with its attachments.

    `preview` is the formatted version of a draft that has one.
    """

    typed: Typed
    draft_id: str = ""
    answers: str = ""
    forwards: str = ""
    preview: Mail | None = None


def new_sheet(visit: Visit, place: Place) -> Sheet:
    """An empty mail, with the person's signature."""
    return Sheet(Typed(to="", text=_signature(visit, place)))


def draft_sheet(visit: Visit, place: Place, draft_id: str) -> Sheet:
    """The draft as it is kept; raises NotFound for one that was sent meanwhile."""
    raw = decoded_bytes(draft_of(visit, place, draft_id, "raw")["raw"])
    message = draft_of(visit, place, draft_id, "full")
    if "DRAFT" not in message.get("labelIds", ()):
        raise NotFound
    lines = {name: decoded(field(raw, name)) for name in ("To", "Cc", "Bcc", "Subject")}
    typed = Typed(lines["To"], lines["Cc"], lines["Bcc"], lines["Subject"], editable_text(raw))
    return Sheet(typed, draft_id=draft_id, preview=mail_of(message))


def answer_sheet(visit: Visit, place: Place, message_id: str, *, to_all: bool) -> Sheet:
    """An answer to a message, its text quoted below."""
    mail = mail_of(message_of(visit, place, message_id, "full"))
    to, cc = _answered_people(mail, place.address, to_all=to_all)
    prefix = "" if mail.subject.lower().startswith("re:") else "Re: "
    text = f"{_signature(visit, place)}\n\n{_quoted(mail)}"
    return Sheet(Typed(to, cc, "", prefix + mail.subject, text), answers=message_id)


def forward_sheet(visit: Visit, place: Place, message_id: str) -> Sheet:
    """A message to hand on to somebody else."""
    mail = mail_of(message_of(visit, place, message_id, "full"))
    lines = {
        "De": mail.header("From"),
        "Date": mail.received,
        "Objet": mail.subject,
        "À": mail.header("To"),
    }
    head = "\n".join(f"{name} : {value}" for name, value in lines.items())
    text = f"\n\n---------- Message transféré ----------\n{head}\n\n{_words_of(mail)}"
    subject = mail.subject if mail.subject.lower().startswith("fwd:") else f"Fwd: {mail.subject}"
    typed = Typed("", "", "", subject, _signature(visit, place) + text)
    return Sheet(typed, forwards=message_id)


def _answered_people(mail: Mail, own: str, *, to_all: bool) -> tuple[str, str]:
    """The To and Cc lines of an answer; one to a mail of one's own goes where that went."""
    others = [mail.header("To"), mail.header("Cc")]
    if mail.outgoing:
        return others[0], others[1] if to_all else ""
    to = mail.header("Reply-To") or mail.header("From")
    known = {address.lower() for _, address in getaddresses([to])} | {own}
    rest = [one for one in getaddresses(others) if one[1] and one[1].lower() not in known]
    return to, ", ".join(_written(one) for one in rest) if to_all else ""


def _written(person: tuple[str, str]) -> str:
    name, address = person
    return f'"{name}" <{address}>' if name else address


def _quoted(mail: Mail) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in _words_of(mail).splitlines())
    return f"Le {mail.received}, {mail.header('From')} a écrit :\n{lines}"


def _words_of(mail: Mail) -> str:
    return mail.text.strip() or " ".join(text_of_html(mail.html).split())


def default_alias(visit: Visit, place: Place) -> Json:
    """The address, name and signature under which the person writes."""
    aliases = gmail(visit, place, "settings.sendAs.list")["sendAs"]
    default: Json = next((one for one in aliases if one.get("isDefault")), aliases[0])
    return default


def _signature(visit: Visit, place: Place) -> str:
    text = text_of_html(default_alias(visit, place).get("signature", "")).strip()
    return f"\n\n-- \n{text}" if text else ""


def message_of(visit: Visit, place: Place, message_id: str, format_: str) -> Json:
    """A message in that format; raises ApiError."""
    found: Json = gmail(visit, place, "messages.get", id=message_id, format=format_)
    return found


def draft_of(visit: Visit, place: Place, draft_id: str, format_: str) -> Json:
    """The message inside a draft, in that format; raises ApiError."""
    found: Json = gmail(visit, place, "drafts.get", id=draft_id, format=format_)["message"]
    return found
