"""What OpenID Connect clients read of us beforehand: where everything is, and our public key.

Source: https://developers.google.com/identity/openid-connect/openid-connect#discovery
"""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from itn_sync.sandbox.credentials import ServiceAccount
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.exchange import Response, json_response
from itn_sync.sandbox.tenant import Tenant

ISSUER = "https://accounts.google.com"


def openid_configuration(tenant: Tenant) -> Response:
    """`/.well-known/openid-configuration`: where everything is."""
    root = tenant.root_url
    return json_response(
        {
            "issuer": ISSUER,
            "authorization_endpoint": f"{root}o/oauth2/v2/auth",
            "token_endpoint": f"{root}token",
            "userinfo_endpoint": f"{root}oauth2/v3/userinfo",
            "revocation_endpoint": f"{root}revoke",
            "jwks_uri": f"{root}oauth2/v3/certs",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": [
                "aud",
                "email",
                "email_verified",
                "exp",
                "iat",
                "iss",
                "name",
                "sub",
            ],
            "code_challenge_methods_supported": ["plain", "S256"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ],
        }
    )


def certs(tenant: Tenant) -> Response:
    """`/oauth2/v3/certs`: the key that ID tokens are signed with."""
    return json_response({"keys": [_web_key(tenant.account)]})


def _web_key(account: ServiceAccount) -> Json:
    private = serialization.load_pem_private_key(account.private_pem.encode(), password=None)
    public = private.public_key()
    assert isinstance(public, RSAPublicKey)  # noqa: S101  (we made it)
    numbers = public.public_numbers()
    return {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": account.key_id,
        "n": unpadded(_big_endian(numbers.n)),
        "e": unpadded(_big_endian(numbers.e)),
    }


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def unpadded(raw: bytes) -> str:
    """URL-safe base64 without its `=`, as in JWTs."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
