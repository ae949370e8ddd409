"""Credentials files: what each kind is called, where it comes from, and how one is kept.

Sources: https://developers.google.com/identity/protocols/oauth2/service-account,
https://developers.google.com/identity/protocols/oauth2/native-app
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itn_sync.gateways.errors import CredentialsRefused

Json = dict[str, Any]

_TYPES = {
    "service_account": "a service account's key",
    "authorized_user": "a person's token",
    "impersonated_service_account": "gcloud's note of an impersonation",
    "external_account": "a workload identity's description",
}
_CLIENTS = {
    "installed": "the OAuth client of a desktop application",
    "web": "the OAuth client of a web application",
}


@dataclass(frozen=True)
class FileKind:
    """A kind of credentials file: its name in words, and where a person gets one."""

    words: str
    source: str
    kind: str
    """What `kind = "…"` says of it in workspace.toml."""


KEY = FileKind(
    _TYPES["service_account"],
    "put there the JSON key of the service account, from the Cloud console "
    "(IAM, Service accounts, Keys)",
    "service_account",
)
CLIENT = FileKind(
    _CLIENTS["installed"],
    "put there the JSON file of an OAuth client of type Desktop app, from the Cloud console "
    "(APIs and services, Credentials)",
    "user",
)
TOKEN = FileKind(_TYPES["authorized_user"], "delete it and sign in again", "user")


def read_credentials(path: Path, wanted: FileKind) -> Json:
    """The content of a file of the kind `wanted`.

    Raises CredentialsRefused, saying which kind it is instead; never what it holds.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise bad_file(path, f"cannot be read ({error.strerror})", wanted) from error
    except ValueError:
        raise bad_file(path, "is not JSON", wanted) from None
    found = _words_of(content)
    if found != wanted.words:
        raise bad_file(path, f"is {found}, not {wanted.words}", wanted)
    return content if wanted is not CLIENT else {**content["installed"]}


def bad_file(path: Path, what: str, wanted: FileKind) -> CredentialsRefused:
    """`path` cannot be used as it is: what is wrong with it and where a good one comes from."""
    return CredentialsRefused(0, "credentials_file", f"{path} {what}: {wanted.source}")


def keep_private(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file that only its owner may read, whole or not at all. Raises OSError."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _words_of(content: object) -> str:
    if not isinstance(content, dict):
        return "no credentials file"
    for name, words in _CLIENTS.items():
        if isinstance(content.get(name), dict):
            return words
    return _TYPES.get(str(content.get("type", "")), "no credentials file that we know")
