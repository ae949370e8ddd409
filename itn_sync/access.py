"""What the worker may do on Google: which need uses which API, as whom, let in how.

The doors of a run and `itn-sync scopes` are made from the same rights, so they cannot differ.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from googleapiclient.discovery import Resource

from itn_sync.config_credentials import Credential, CredentialKind
from itn_sync.gateways.classroom import CLASSROOM_METHODS, CLASSROOM_READER
from itn_sync.gateways.credentials import (
    ApplicationDefault,
    Identity,
    ImpersonatedServiceAccount,
    ServiceAccountKey,
    SignedInUser,
)
from itn_sync.gateways.documents import DOCUMENT_METHODS, REGISTRAR
from itn_sync.gateways.drive import DRIVE_METHODS, DRIVE_READER
from itn_sync.gateways.forms import FORMS_METHODS, FORMS_READER
from itn_sync.gateways.founding import FOUNDER, FOUNDER_METHODS
from itn_sync.gateways.gmail import GMAIL_METHODS, MAILER
from itn_sync.gateways.google import Google, scopes_of
from itn_sync.gateways.registers import REGISTER_METHODS
from itn_sync.gateways.retries import UNPACED, Policy, Quotas
from itn_sync.gateways.session import Session
from itn_sync.gateways.sheets import SCOPE, SHEETS_METHODS
from itn_sync.settings import Settings, Workspace


@dataclass(frozen=True)
class Right:
    """One API that a need uses: the scopes to ask for, the methods (by Google's ids) they serve."""

    need: str
    api: str
    scopes: tuple[str, ...]
    methods: tuple[str, ...]


READ_FORMS = Right("reader", "forms", FORMS_READER, FORMS_METHODS)
READ_ROSTERS = Right("reader", "classroom", CLASSROOM_READER, CLASSROOM_METHODS)
WRITE_SHEETS = Right("sheets", "sheets", (SCOPE,), SHEETS_METHODS)
KEEP_REGISTERS = Right("sheets", "sheets", (SCOPE,), REGISTER_METHODS)
SEE_SHARING = Right("sheets", "drive", DRIVE_READER, DRIVE_METHODS)
SEND_MAIL = Right("mailer", "gmail", MAILER, GMAIL_METHODS)

FOUND = Right("sheets", "drive", FOUNDER, FOUNDER_METHODS)

WRITE_DOCUMENTS = Right("sheets", "drive", REGISTRAR, DOCUMENT_METHODS)

RIGHTS = (
    READ_FORMS,
    READ_ROSTERS,
    WRITE_SHEETS,
    KEEP_REGISTERS,
    SEE_SHARING,
    SEND_MAIL,
    WRITE_DOCUMENTS,
)
"""What runs need; the next ones only where attendance is followed (`rights_of`)."""

OF_ATTENDANCE = (READ_ROSTERS, KEEP_REGISTERS, WRITE_DOCUMENTS)

ALL_RIGHTS = (*RIGHTS, FOUND)
"""And `itn-sync init`, which makes what is not there yet."""

NEEDS = tuple(dict.fromkeys(right.need for right in RIGHTS))


def enter(settings: Settings, *, policy: Policy | None = None) -> Google:
    """The school's Workspace, each need with its own credentials; close it after use."""
    workspace, machine = settings.workspace, ApplicationDefault()
    return Google(
        workspace.root_url,
        workspace.credentials,
        by_need={
            need: _identity(need, settings, machine) for need in workspace.credentials_by_need
        },
        policy=policy,
        quotas=Quotas() if workspace.is_google else UNPACED,
    )


def session(google: Google, workspace: Workspace, right: Right) -> Session:
    """A line for `right`, as the account of its need. Raises CredentialsRefused."""
    return google.session(account_of(workspace, right.need), right.scopes, need=right.need)


def resource(google: Google, workspace: Workspace, right: Right) -> Resource:
    """The API of `right`, as the account of its need. Raises CredentialsRefused."""
    account = account_of(workspace, right.need)
    return google.resource(right.api, account, right.scopes, need=right.need)


def account_of(workspace: Workspace, need: str) -> str:
    """The address that the worker acts as."""
    account: str = getattr(workspace.accounts, need)
    return account


def login_command(need: str, home: Path) -> str:
    """What a person types to sign in for `need`."""
    return f"itn-sync login --need {need} --home {shlex.quote(str(home))}"


def rights_of(settings: Settings) -> tuple[Right, ...]:
    """What this school's runs need: without UEs no roster and no register is read."""
    return tuple(right for right in RIGHTS if right not in OF_ATTENDANCE or settings.units)


def scopes_for(need: str, settings: Settings) -> tuple[str, ...]:
    """Every scope of a need, in the order of its rights."""
    rights = (*rights_of(settings), FOUND)
    wanted = (scope for right in rights if right.need == need for scope in right.scopes)
    return tuple(dict.fromkeys(wanted))


@dataclass(frozen=True)
class Grant:
    """What one credential must be granted: by scope, the methods it is for."""

    credential: Credential
    accounts: Mapping[str, str]
    """The account of each need that uses it."""
    scopes: Mapping[str, tuple[str, ...]]


def grants(settings: Settings) -> tuple[Grant, ...]:
    """One per credential; needs that share one are granted together, as Google does it."""
    workspace, rights = settings.workspace, (*rights_of(settings), FOUND)
    sharing: dict[Credential, list[str]] = {}
    for need in NEEDS:
        sharing.setdefault(workspace.credential(need), []).append(need)
    return tuple(
        Grant(
            credential,
            {need: account_of(workspace, need) for need in needs},
            _by_scope([right for right in rights if right.need in needs]),
        )
        for credential, needs in sharing.items()
    )


def _by_scope(rights: list[Right]) -> Mapping[str, tuple[str, ...]]:
    """For each scope the methods that accept it, as Google's discovery documents say."""
    found: dict[str, tuple[str, ...]] = {}
    for right in rights:
        for scope in right.scopes:
            uses = (method for method in right.methods if scope in scopes_of(method))
            found[scope] = (*found.get(scope, ()), *uses)
    return found


def _identity(need: str, settings: Settings, machine: ApplicationDefault) -> Identity:
    """Who asks for the tokens of `need`; looking for the machine's credentials may take seconds."""
    credential = settings.workspace.credential(need)
    if credential.kind is CredentialKind.USER:
        return SignedInUser(credential.token, login_command(need, settings.home))
    if credential.kind is CredentialKind.DEFAULT:
        return machine
    if credential.kind is CredentialKind.IMPERSONATED:
        return ImpersonatedServiceAccount(credential.principal, machine)
    return ServiceAccountKey(credential.file)
