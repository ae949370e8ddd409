"""Every method that takes media takes it in the three ways, at the addresses of its document.

Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads (Gmail's guide
«Upload attachments» says the same).
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.sandbox.contract.answers import faults
from tests.sandbox.contract.documents import Operation, filled, operations
from tests.sandbox.contract.methods import WORKING
from tests.sandbox.contract.world import Scenario
from tests.sandbox.contract.wrong import required_fields

TAKING = [operations()[name] for name in WORKING if operations()[name].upload_paths]
_MEDIA = {
    "drive": ("text/plain", b"Bonjour"),
    "gmail": ("message/rfc822", b"To: aline@etudiant.example\r\nSubject: Bonjour\r\n\r\nBonjour"),
}


class _Upload:
    """One upload of a method's media beside the metadata of its minimal call."""

    def __init__(self, called: Operation, scenario: Scenario) -> None:
        self.called = called
        self.params = scenario.params(called.id)
        self.metadata = self._metadata(scenario)
        self.mime_type, self.content = _MEDIA[called.api]
        self._school = scenario.school

    def _metadata(self, scenario: Scenario) -> Any:
        """Drive names the file; a mail is the media itself, so nothing of it stays here."""
        body = scenario.body(self.called.id)
        return body if "raw" not in json.dumps(body) else {}

    def send(self, verb: str, kind: str, how: str, body: bytes, **headers: str) -> Any:
        """One request to the address for `kind`, with `uploadType=how`."""
        path = filled(self.called.upload_paths[kind], self.params).lstrip("/")
        return self.to(verb, f"{self._school.sandbox.url}{path}?uploadType={how}", body, headers)

    def to(self, verb: str, address: str, body: bytes, headers: dict[str, str]) -> Any:
        """One request to any address."""
        bearer = {"Authorization": f"Bearer {self._school.token()}"}
        line = self._school.line
        return line.request(verb, address, data=body, headers=bearer | headers, timeout=10)


@pytest.fixture(params=TAKING, ids=lambda called: called.id)
def upload(request: pytest.FixtureRequest, scenario: Scenario) -> _Upload:
    return _Upload(request.param, scenario)


def _fits(upload: _Upload, answer: requests.Response) -> None:
    assert answer.status_code == 200, answer.text
    assert faults(upload.called.api, upload.called.response, answer.json()) == []


def test_media_alone(upload: _Upload) -> None:
    verb = upload.called.verb
    headers = {"Content-Type": upload.mime_type}
    answer = upload.send(verb, "simple", "media", upload.content, **headers)
    if required_fields(upload.called, upload.metadata):
        assert answer.status_code == 400, "drafts.send is told which draft in its metadata"
    else:
        _fits(upload, answer)


def test_metadata_and_media_in_two_parts(upload: _Upload) -> None:
    head = "--b\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
    middle = f"\r\n--b\r\nContent-Type: {upload.mime_type}\r\n\r\n"
    body = (head + json.dumps(upload.metadata) + middle).encode() + upload.content + b"\r\n--b--"
    headers = {"Content-Type": "multipart/related; boundary=b"}
    _fits(upload, upload.send(upload.called.verb, "simple", "multipart", body, **headers))


def test_a_session_takes_the_media_in_chunks(upload: _Upload) -> None:
    kind = {"Content-Type": "application/json", "X-Upload-Content-Type": upload.mime_type}
    metadata = json.dumps(upload.metadata).encode()
    opened = upload.send(upload.called.verb, "resumable", "resumable", metadata, **kind)
    assert opened.status_code == 200, opened.text
    address, size = opened.headers["Location"], len(upload.content)
    first = {"Content-Range": f"bytes 0-3/{size}"}
    begun = upload.to("PUT", address, upload.content[:4], first)
    assert (begun.status_code, begun.headers["Range"]) == (308, "bytes=0-3")
    rest = {"Content-Range": f"bytes 4-{size - 1}/{size}"}
    _fits(upload, upload.to("PUT", address, upload.content[4:], rest))
