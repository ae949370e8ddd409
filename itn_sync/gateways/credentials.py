"""Who asks Google for access tokens: a service account by its key, a person who signed in, or
keyless what the machine is (application-default credentials), also as another service account.

Each knows what a person has to mend when Google refuses. Sources: facts 2,
https://developers.google.com/identity/protocols/oauth2/service-account#delegatingauthority,
https://cloud.google.com/docs/authentication/application-default-credentials,
https://cloud.google.com/iam/docs/create-short-lived-credentials-direct
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import google.auth
from google.auth import impersonated_credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from itn_sync.gateways.credentials_files import KEY, TOKEN, bad_file, read_credentials
from itn_sync.gateways.errors import CredentialsRefused

_CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
_GCLOUD = "gcloud auth application-default login"


@dataclass(frozen=True)
class Asked:
    """What a token is asked for: to act as `subject` (an address) with these scopes."""

    subject: str
    scopes: tuple[str, ...]

    @property
    def words(self) -> str:
        """For messages."""
        return f"{self.subject} with scopes {' '.join(self.scopes)}"


@dataclass(frozen=True)
class Refusal:
    """Why there is no token: OAuth's code, or IAM's reason, and the description."""

    code: str
    said: str
    by_iam: bool = False


class Identity(Protocol):
    """One way to be let in."""

    def credentials(self, asked: Asked) -> Any:
        """google-auth's credentials, without a token yet. Raises CredentialsRefused."""

    def remedy(self, asked: Asked, refusal: Refusal) -> str:
        """What a person has to mend."""


@dataclass(frozen=True)
class ServiceAccountKey:
    """A service account with its key in a file; acts as anybody whom delegation allows."""

    file: Path

    def credentials(self, asked: Asked) -> Any:
        """Raises CredentialsRefused when the file is missing or is no key."""
        key = read_credentials(self.file, KEY)
        try:
            return _acting(_account(json.dumps(key, sort_keys=True)), asked)
        except (ValueError, TypeError, AttributeError, GoogleAuthError) as error:
            # the cause could quote the key: only its kind is told
            what = f"is {KEY.words}, but not a whole one ({type(error).__name__})"
            raise bad_file(self.file, what, KEY) from None

    def remedy(self, asked: Asked, refusal: Refusal) -> str:
        """In the Admin console, or a new key."""
        key = read_credentials(self.file, KEY)
        email, client = str(key.get("client_email")), str(key.get("client_id"))
        return _delegation(asked, refusal, email, f"client {client}")


@dataclass(frozen=True)
class SignedInUser:
    """A person who consented in a browser; `login` is the command that asks them (again)."""

    token_file: Path
    login: str

    def credentials(self, asked: Asked) -> Any:
        """Raises CredentialsRefused unless it was that person, who granted all these scopes."""
        if not self.token_file.exists():
            raise self._unsigned(f"nobody has signed in as {asked.subject} yet")
        token = read_credentials(self.token_file, TOKEN)
        if str(token.get("account", "")).lower() != asked.subject.lower():
            raise self._unsigned(f"{self.token_file} is not {asked.subject}'s")
        if missing := [s for s in asked.scopes if s not in token.get("scopes", ())]:
            raise self._unsigned(f"{asked.subject} has not granted {' '.join(missing)}")
        return self._credentials(token, asked)

    def remedy(self, asked: Asked, refusal: Refusal) -> str:
        """Mostly: sign in again."""
        if refusal.code in ("invalid_client", "deleted_client", "disabled_client"):
            why = f"Google no longer knows the OAuth client ({refusal.said}); put the file of a new"
            return f"{why} one in the place that workspace.toml names, then run `{self.login}`"
        why = f"{asked.subject}'s consent has expired or was revoked ({refusal.said})"
        return f"{why}: run `{self.login}`"

    def _credentials(self, token: Mapping[str, Any], asked: Asked) -> Any:
        try:
            return user_credentials.Credentials(  # type: ignore[no-untyped-call]  # (google-auth)
                None,
                refresh_token=token["refresh_token"],
                token_uri=token["token_uri"],
                client_id=token["client_id"],
                client_secret=token["client_secret"],
                scopes=list(asked.scopes),
            )
        except KeyError as error:
            raise self._unsigned(f"{self.token_file} has no {error}") from None

    def _unsigned(self, why: str) -> CredentialsRefused:
        return CredentialsRefused(0, "not_signed_in", f"{why}: run `{self.login}`")


@dataclass(frozen=True)
class ApplicationDefault:
    """What the machine is: GOOGLE_APPLICATION_CREDENTIALS, gcloud's login, or the cloud's own.

    A service account's key among them acts as anybody whom delegation allows; else the token is of
    whoever they are, and the subject is not looked at.
    """

    def credentials(self, asked: Asked) -> Any:
        """Raises CredentialsRefused when the machine has none."""
        scoped = google.auth.credentials.with_scopes_if_required(self.source, list(asked.scopes))  # type: ignore[no-untyped-call]  # (google-auth)
        return _acting(scoped, asked) if hasattr(scoped, "with_subject") else scoped

    def remedy(self, asked: Asked, refusal: Refusal) -> str:
        """In the Admin console for a key, with gcloud for a person."""
        if hasattr(self.source, "with_subject"):
            email = self.source.service_account_email
            return _delegation(asked, refusal, email, f"the unique ID of {email}")
        scopes = ",".join((_CLOUD_PLATFORM, *asked.scopes))
        return f"no token ({refusal.said}): sign in with `{_GCLOUD} --scopes={scopes}`"

    @cached_property
    def source(self) -> Any:
        """google-auth's credentials, of no scope yet. Raises CredentialsRefused."""
        try:
            with warnings.catch_warnings(action="ignore"):  # about quota projects, to developers
                return google.auth.default()[0]
        except DefaultCredentialsError as error:
            mend = f'run `{_GCLOUD}`, or choose another kind than "default" or "impersonated"'
            message = f"this machine has no usable application-default credentials: {mend}"
            raise CredentialsRefused(0, "default_credentials", message) from error


@dataclass(frozen=True)
class ImpersonatedServiceAccount:
    """The service account `principal` without its key: IAM signs for whoever `machine` is."""

    principal: str
    machine: ApplicationDefault

    def credentials(self, asked: Asked) -> Any:
        """Raises CredentialsRefused when the machine has no credentials to start from."""
        return impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]  # (google-auth)
            self.machine.source,
            self.principal,
            list(asked.scopes),
            subject=None if asked.subject.lower() == self.principal.lower() else asked.subject,
        )

    def remedy(self, asked: Asked, refusal: Refusal) -> str:
        """In IAM, with gcloud, or in the Admin console."""
        if refusal.by_iam:
            return (
                f"this machine may not sign as {self.principal} ({refusal.said}): in the Cloud "
                "console give it the role Service Account Token Creator on that account, and "
                "enable the IAM Service Account Credentials API"
            )
        if "expired or revoked" in refusal.said or "rapt" in refusal.said:
            return f"this machine's own credentials have expired ({refusal.said}): run `{_GCLOUD}`"
        where = f"the unique ID of {self.principal}"
        return _delegation(asked, refusal, self.principal, where)


@lru_cache(maxsize=4)
def _account(key: str) -> Any:
    """The service account of a key file's JSON; reading an RSA key takes 50 ms, so once for all."""
    return service_account.Credentials.from_service_account_info(json.loads(key))  # type: ignore[no-untyped-call]  # (google-auth)


def _acting(account: Any, asked: Asked) -> Any:
    """The service account as the subject; as itself it needs no delegation."""
    scoped = account.with_scopes(list(asked.scopes))
    is_itself = asked.subject.lower() == str(account.service_account_email).lower()
    return scoped if is_itself else scoped.with_subject(asked.subject)


def _delegation(asked: Asked, refusal: Refusal, email: str, client: str) -> str:
    said = refusal.said
    if refusal.code == "unauthorized_client":
        return (
            f"the service account may not act as {asked.subject}: in the Admin console, "
            f"domain-wide delegation, grant {client} exactly these scopes: "
            f"{' '.join(asked.scopes)}"
        )
    if refusal.code == "invalid_grant" and ("JWT" in said or "token" in said):
        return (
            f"Google refuses the key of {email} ({said}): check this machine's clock, "
            "then make a new key"
        )
    if refusal.code == "invalid_grant":
        return f"{asked.subject} is no active account of the domain ({said})"
    return f"no token for {asked.words} ({said})"
