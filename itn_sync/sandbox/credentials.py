"""The sandbox's own service account: a real RSA key in a real credentials file."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.crypt import RSAVerifier

from itn_sync.sandbox.errors import Json

PROJECT = "sandbox-project"
WEB_PROJECT = "classroom-web"  # what people do on Classroom's own pages
_CLIENT_ID = "100000000000000000001"


@dataclass(frozen=True)
class ServiceAccount:
    """What the token endpoint knows of the account that signs assertions."""

    email: str
    key_id: str
    client_id: str
    client_secret: str
    verifier: RSAVerifier
    private_pem: str = field(repr=False)


def write_credentials(path: Path, root_url: str) -> ServiceAccount:
    """Write `service-account.json` with this root's token endpoint, keeping an existing key.

    The file is the account's password: it is readable by its owner only.
    """
    kept = _kept(path)
    content = kept or _new_credentials()
    content |= {"token_uri": f"{root_url}token", "auth_uri": f"{root_url}o/oauth2/auth"}
    write_private(path, json.dumps(content, indent=2) + "\n")
    return _account(content)


def authorized_user(client_id: str, client_secret: str, refresh_token: str, root_url: str) -> Json:
    """The content of an `authorized_user` credentials file (installed-app OAuth)."""
    return {
        "type": "authorized_user",
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": refresh_token,
        "token_uri": f"{root_url}token",
    }


def _kept(path: Path) -> Json:
    try:
        content: Json = json.loads(path.read_text("utf-8"))
        _account(content)
    except (OSError, ValueError, KeyError):
        return {}
    return content


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _new_credentials() -> Json:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": secrets.token_hex(20),
        "private_key": pem.decode(),
        "client_email": f"itn-sync@{PROJECT}.iam.gserviceaccount.com",
        "client_id": _CLIENT_ID,
        "client_secret": secrets.token_urlsafe(24),
    }


def _account(content: Json) -> ServiceAccount:
    private = serialization.load_pem_private_key(content["private_key"].encode(), password=None)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return ServiceAccount(
        email=content["client_email"],
        key_id=content["private_key_id"],
        client_id=content["client_id"],
        client_secret=content["client_secret"],
        verifier=RSAVerifier.from_string(public),  # type: ignore[no-untyped-call]  # (google-auth)
        private_pem=content["private_key"],
    )
