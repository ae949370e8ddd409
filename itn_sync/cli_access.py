"""`itn-sync login` and `itn-sync scopes`: how the worker is let into the Workspace."""

from __future__ import annotations

import json
import os
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from itn_sync.access import NEEDS, Grant, account_of, grants, login_command, scopes_for
from itn_sync.config_credentials import Credential, CredentialKind
from itn_sync.gateways.credentials_files import KEY, Json, keep_private, read_credentials
from itn_sync.gateways.credentials_login import SIGN_IN, sign_in
from itn_sync.gateways.errors import CredentialsRefused
from itn_sync.settings import ConfigError, Settings, load

_BAD_SETTINGS = 2
_ADMIN = "Admin console: Security, Access and data control, API controls, Domain-wide delegation."
_UNKNOWN_ID = "(unique ID of the service account; Cloud console: IAM, Service accounts)"

Home = Annotated[Path, typer.Option("--home", help="Folder of the school.")]


def login(
    need: Annotated[str, typer.Option(help=f"Only this need: {', '.join(NEEDS)}.")] = "",
    home: Home = Path(),
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address to open.")
    ] = False,
    port: Annotated[int, typer.Option(help="Where the answer comes to; 0 picks a free one.")] = 0,
) -> None:
    """Ask a person for access to their account, for each need whose kind is "user"."""
    with _explained():
        settings = load(home, os.environ)
        for one in _to_sign_in(settings, need):
            account = account_of(settings.workspace, one)
            credential = settings.workspace.credential(one)
            typer.echo(f"{one}: {account} is asked for access.")
            ask = _print_address if no_browser else _open_address
            token = sign_in(credential.file, account, scopes_for(one, settings), ask=ask, port=port)
            keep_private(credential.token, token)
            typer.echo(f"{one}: {account} has signed in; kept in {credential.token}.")


def scopes(
    home: Home = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = (
        False
    ),
) -> None:
    """What each credential must be granted, with the methods it is for; asks Google nothing."""
    with _explained():
        settings = load(home, os.environ)
    found = grants(settings)
    if as_json:
        shown = {"credentials": [_as_json(grant) for grant in found]}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    typer.echo("\n\n".join("\n".join(_as_text(grant, settings.home)) for grant in found))


def _print_address(url: str) -> None:
    typer.echo(f"Open this address and accept:\n{url}")


def _open_address(url: str) -> None:
    _print_address(url)
    webbrowser.open(url)


def _to_sign_in(settings: Settings, need: str) -> Sequence[str]:
    if need and need not in NEEDS:
        _stop(f'There is no need "{need}": write one of {", ".join(NEEDS)}.')
    asked = [need] if need else NEEDS
    found = [n for n in asked if settings.workspace.credential(n).kind is CredentialKind.USER]
    if not found:
        table = f"[credentials.{need or 'mailer'}]"
        _stop(f'Nobody needs to sign in: no {table} of workspace.toml has kind = "user".')
    return found


def _as_text(grant: Grant, home: Path) -> Iterator[str]:
    yield f"{_name(grant.credential)}: {_needs(grant)}"
    for scope, methods in _all_scopes(grant).items():
        yield f"  {scope}"
        yield f"      {', '.join(methods)}"
    if grant.credential.kind is CredentialKind.USER:
        yield "Declare them on the OAuth consent screen of the client's project, then:"
        yield from (login_command(need, home) for need in grant.accounts)
    else:
        yield f"{_ADMIN} Client ID {_client_id(grant.credential) or _UNKNOWN_ID}, OAuth scopes:"
        yield ",".join(grant.scopes)


def _as_json(grant: Grant) -> dict[str, Any]:
    credential = grant.credential
    found = _all_scopes(grant)
    return {
        "kind": credential.kind,
        "name": _name(credential),
        "clientId": _client_id(credential),
        "accounts": dict(grant.accounts),
        "scopes": [{"scope": scope, "methods": list(found[scope])} for scope in found],
        "paste": ",".join(found),
    }


def _all_scopes(grant: Grant) -> dict[str, tuple[str, ...]]:
    """A person is also asked who they are."""
    signing_in = dict.fromkeys(SIGN_IN, ("itn-sync login",))
    is_user = grant.credential.kind is CredentialKind.USER
    return {**(signing_in if is_user else {}), **grant.scopes}


def _needs(grant: Grant) -> str:
    return ", ".join(f"{need} as {account}" for need, account in grant.accounts.items())


def _name(credential: Credential) -> str:
    if credential.kind is CredentialKind.USER:
        return f"OAuth client {credential.file}"
    if credential.kind is CredentialKind.DEFAULT:
        return "Application-default credentials of this machine"
    if credential.kind is CredentialKind.IMPERSONATED:
        return f"Service account {credential.principal}, impersonated"
    email = _key_of(credential).get("client_email")
    return f"Service account {email or 'of ' + str(credential.file)}"


def _client_id(credential: Credential) -> str:
    """The number that the Admin console asks for, "" where only the Cloud console knows it."""
    return str(_key_of(credential).get("client_id", ""))


def _key_of(credential: Credential) -> Json:
    """The service account's key, empty while there is none."""
    if credential.kind is not CredentialKind.SERVICE_ACCOUNT:
        return {}
    try:
        return read_credentials(credential.file, KEY)
    except CredentialsRefused:
        return {}


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (ConfigError, CredentialsRefused) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}; make it writable")


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(_BAD_SETTINGS)
