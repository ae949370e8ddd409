"""The IAM Credentials API before the sandbox: it signs as the robot for whoever holds a token.

Source: https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from google.auth import crypt, jwt
from werkzeug import Request, Response
from werkzeug.serving import make_server

from itn_sync.sandbox.server import RunningSandbox

SIGN = "/v1/projects/-/serviceAccounts/{}:signJwt"


@dataclass
class Iam:
    """Its root address, which leads to the sandbox for everything else, and what it was asked."""

    sandbox: RunningSandbox
    url: str = ""
    refusal: str = ""
    """The JSON of a 403 to answer instead."""
    signed: list[dict[str, Any]] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        """Sign, refuse, or pass on."""
        key = json.loads(self.sandbox.credentials.read_text("utf-8"))
        if request.path != SIGN.format(key["client_email"]):
            return self._passed_on(request)
        self.bearers.append(request.headers["Authorization"])
        if self.refusal:
            return Response(self.refusal, 403, mimetype="application/json")
        self.signed.append(json.loads(request.get_json()["payload"]))
        signer = crypt.RSASigner.from_service_account_info(key)  # type: ignore[no-untyped-call]  # (google-auth)
        signed: bytes = jwt.encode(signer, self.signed[-1])  # type: ignore[no-untyped-call]  # (same)
        return Response(json.dumps({"signedJwt": signed.decode()}), mimetype="application/json")

    def _passed_on(self, request: Request) -> Response:
        kept = ("Authorization", "Content-Type")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        url = self.sandbox.url + request.full_path.lstrip("/")
        answer = requests.request(
            request.method, url, data=request.get_data(), headers=headers, timeout=10
        )
        return Response(answer.content, answer.status_code, mimetype="application/json")


@contextmanager
def iam_before(sandbox: RunningSandbox) -> Iterator[Iam]:
    """It answers as long as the context lasts."""
    found = Iam(sandbox)
    server = make_server("127.0.0.1", 0, Request.application(found.answer), threaded=True)
    found.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
