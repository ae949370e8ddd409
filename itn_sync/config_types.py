"""The kinds of values that the configuration files hold, and the shape that each table extends."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from itn_sync.domain.forms import FIELDS, KINDS

GOOGLE = "https://www.googleapis.com/"
LEDGER = "sqlite:///itn-sync.db"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


# each ValueError reads `what is wrong; how to mend it`
def _email(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f'"{text}" is not an e-mail address; correct it') from error
    return found.normalized


def _drive_id(text: str) -> str:
    if not re.fullmatch(r"[\w-]{10,}", text, re.ASCII):
        raise ValueError("this is not a Google id; copy the part of the link after /d/")
    return text


def _root_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        raise ValueError("this address is not safe; write it with https://")
    if url.scheme not in {"http", "https"} or not text.endswith("/"):
        raise ValueError(f"this is not a root address; write it like {GOOGLE}")
    return text


def _field(text: str) -> str:
    if text not in FIELDS:
        raise ValueError(f'unknown field "{text}"; write one of {", ".join(FIELDS)}')
    return text


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(f'unknown kind of question "{text}"; write one of {", ".join(KINDS)}')
    return text


def _ledger_url(text: str) -> str:
    named = re.fullmatch(r"sqlite:///([^?]+)", text)
    if named is None or named[1] == ":memory:":
        raise ValueError(f"the ledger can only be an SQLite file; write it like {LEDGER}")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Email = Annotated[Text, AfterValidator(_email)]
DriveId = Annotated[Text, AfterValidator(_drive_id)]
RootUrl = Annotated[Text, AfterValidator(_root_url)]
FieldName = Annotated[Text, AfterValidator(_field)]
QuestionKind = Annotated[Text, AfterValidator(_kind)]
LedgerUrl = Annotated[Text, AfterValidator(_ledger_url)]
Count = Annotated[int, Field(strict=True, ge=0)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


class Shape(BaseModel):
    """A table of a file: an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
