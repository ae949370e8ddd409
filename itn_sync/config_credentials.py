"""`[credentials.NEED]` of workspace.toml: how the worker is let in for one need alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import model_validator

from itn_sync.config_types import Email, Shape


class CredentialKind(StrEnum):
    """How Google is asked for access."""

    SERVICE_ACCOUNT = "service_account"
    USER = "user"
    DEFAULT = "default"
    IMPERSONATED = "impersonated"


_TAKES = {
    CredentialKind.SERVICE_ACCOUNT: "file",
    CredentialKind.USER: "file",
    CredentialKind.DEFAULT: "",
    CredentialKind.IMPERSONATED: "principal",
}
"""The one key that each kind needs beside itself."""


@dataclass(frozen=True)
class Credential:
    """How the worker is let in for a need.

    `file` is the service account's key, or the OAuth client that a person consents to; `token` is
    where their consent is kept; `principal` the service account that is impersonated.
    """

    kind: CredentialKind
    file: Path = Path()
    token: Path = Path()
    principal: str = ""


class CredentialShape(Shape):
    """`[credentials.reader]` and its sisters."""

    kind: CredentialKind
    file: Path | None = None
    principal: Email | None = None

    @model_validator(mode="after")
    def _takes_what_its_kind_takes(self) -> CredentialShape:
        given = {name for name in ("file", "principal") if getattr(self, name)}
        wanted = {_TAKES[self.kind]} - {""}
        for name in wanted - given:
            raise ValueError(f'kind "{self.kind}" needs `{name}`; add it')
        for name in given - wanted:
            raise ValueError(f'kind "{self.kind}" has no use for `{name}`; remove it')
        return self


class CredentialsShape(Shape):
    """`[credentials]` of workspace.toml and google.toml; what is absent uses `[google]`'s."""

    reader: CredentialShape | None = None
    sheets: CredentialShape | None = None
    mailer: CredentialShape | None = None


def credentials_of(shape: CredentialsShape, folder: Path, home: Path) -> Mapping[str, Credential]:
    """By need; a relative file starts at `folder`, tokens are kept in `home`."""
    chosen = {need: getattr(shape, need) for need in CredentialsShape.model_fields}
    return {
        need: Credential(
            kind=one.kind,
            file=folder / one.file.expanduser() if one.file else Path(),
            token=home / f"token-{need}.json",
            principal=one.principal or "",
        )
        for need, one in chosen.items()
        if one
    }
