"""Mails as clients write them, and the control endpoints the Gmail tests use."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import requests
from googleapiclient.errors import HttpError

ME = "itn-sync@ecole.example"
STUDENT = "aline@etudiant.example"
Json = dict[str, Any]


def encoded(content: bytes) -> str:
    """Base64url, as `raw` wants it."""
    return base64.urlsafe_b64encode(content).decode()


def decoded(data: str) -> bytes:
    """The bytes of a base64url field."""
    return base64.urlsafe_b64decode(data)


def mail(
    text: str = "Bonjour, votre demande est bien reçue.",
    *,
    to: str = STUDENT,
    subject: str = "Votre demande",
    html: str = "",
    **headers: str,
) -> EmailMessage:
    """A mail; other headers as keywords, `X_ITN_Sync_Key` for X-ITN-Sync-Key."""
    message = EmailMessage(policy=SMTP)
    if to:
        message["To"] = to
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def body(message: EmailMessage | None = None, **more: Any) -> Json:
    """A Message resource holding the mail."""
    return {"raw": encoded((message or mail()).as_bytes()), **more}


def control(sandbox: Any, verb: str, path: str, data: Json | None = None) -> Json:
    """One call of the sandbox's control endpoints."""
    url = f"{sandbox.url}sandbox/v1/{path}"
    answer = requests.request(verb, url, json=data, timeout=10)
    assert answer.ok, answer.text
    found: Json = answer.json()
    return found


def imported(sandbox: Any, **kinds: list[Any]) -> None:
    """Put data into the sandbox."""
    control(sandbox, "POST", "import", kinds)


def later(sandbox: Any, seconds: float) -> None:
    """Let the sandbox's clock advance."""
    control(sandbox, "POST", "clock", {"advance": seconds})


def mailbox(sandbox: Any, address: str) -> Json:
    """What an address has in its mailbox."""
    return control(sandbox, "GET", f"mailboxes/{address}")


def headers_of(message: Json) -> dict[str, str]:
    """Name to value of a message's payload."""
    return {header["name"]: header["value"] for header in message["payload"]["headers"]}


def refusal(request: Any) -> tuple[int, str, str]:
    """Status, message and legacy reason of a request that must fail."""
    try:
        answer = request.execute()
    except HttpError as error:
        found = json.loads(error.content)["error"]
        return error.status_code, found["message"], found["errors"][0]["reason"]
    raise AssertionError(f"expected a refusal, got {answer}")
