"""OAuth clients: the applications to which people may give access, each of one Cloud project.

Source: https://developers.google.com/identity/protocols/oauth2/native-app
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from itn_sync.sandbox.credentials import PROJECT, ServiceAccount, write_private
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.world import State, declare_schema, get_setting, put_setting

declare_schema(
    "CREATE TABLE IF NOT EXISTS oauth_client (id TEXT PRIMARY KEY, content TEXT NOT NULL)"
)

_DEFAULT = "oauth.client"  # outlives a reset: its file was given away at the start
_SUFFIX = ".apps.googleusercontent.com"
# By the letter: a library may read the loopback where a browser reads another host, which would
# then get the code (`http://elsewhere.example\[::1]/`).
_LOOPBACK = re.compile(
    r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::(?P<port>\d{1,5}))?(?:[/?][!$-\[\]-~]*)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Client:
    """An application; `kind` is `installed` (on a person's machine) or `web`."""

    id: str
    secret: str
    name: str
    project: str
    kind: str = "installed"
    redirect_uris: tuple[str, ...] = ()

    def may_redirect_to(self, uri: str) -> bool:
        """Web clients name their addresses; installed ones use any port of the loopback."""
        if self.kind == "web":
            return uri in self.redirect_uris
        found = _LOOPBACK.fullmatch(uri)
        return found is not None and 0 < int(found["port"] or 80) < 65_536

    def knows(self, secret: str) -> bool:
        """Whether this is its secret."""
        return hmac.compare_digest(secret.encode(), self.secret.encode())


def keep_default_client(state: State, account: ServiceAccount) -> Client:
    """The client that every sandbox has from its start, in the project of its robot."""
    client = Client(
        f"{account.client_id}{_SUFFIX}", account.client_secret, "Application d’essai", PROJECT
    )
    put_setting(state, _DEFAULT, asdict(client))
    return client


def client_of(state: State, client_id: str) -> Client | None:
    """The client with that id, its usual ending left out or not; None if there is none."""
    name = client_id.removesuffix(_SUFFIX) + _SUFFIX
    content = get_setting(state, _DEFAULT)
    if content is None or content["id"] != name:
        row = state.execute("SELECT content FROM oauth_client WHERE id = ?", (name,)).fetchone()
        content = None if row is None else json.loads(row["content"])
    if content is None:
        return None
    return Client(**content | {"redirect_uris": tuple(content["redirect_uris"])})


def new_client(state: State, wanted: Mapping[str, object]) -> Client:
    """Register `{name, project, kind, redirectUris}`, all optional; raises 400."""
    kind, uris = wanted.get("kind", "installed"), wanted.get("redirectUris", [])
    if kind not in {"installed", "web"}:
        raise invalid("kind is 'installed' or 'web'.", "kind")
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise invalid("redirectUris is a list of addresses.", "redirectUris")
    number = str(10**11 + secrets.randbelow(9 * 10**11))
    client = Client(
        id=f"{number}-{secrets.token_hex(16)}{_SUFFIX}",
        secret=f"GOCSPX-{secrets.token_urlsafe(21)}",
        name=str(wanted.get("name") or "Autre application d’essai"),
        project=str(wanted.get("project") or f"sandbox-project-{number}"),
        kind=str(kind),
        redirect_uris=tuple(uris),
    )
    state.execute("INSERT INTO oauth_client VALUES (?, ?)", (client.id, json.dumps(asdict(client))))
    return client


def client_file(client: Client, root_url: str) -> Json:
    """The `client_secret.json` that Google's console offers, pointing here."""
    return {
        client.kind: {
            "client_id": client.id,
            "project_id": client.project,
            "auth_uri": f"{root_url}o/oauth2/auth",
            "token_uri": f"{root_url}token",
            "auth_provider_x509_cert_url": f"{root_url}oauth2/v3/certs",
            "client_secret": client.secret,
            "redirect_uris": list(client.redirect_uris) or ["http://localhost"],
        }
    }


def write_client_file(path: Path, client: Client, root_url: str) -> None:
    """Write it where only the owner of the sandbox can read it."""
    write_private(path, json.dumps(client_file(client, root_url), indent=2) + "\n")
