"""Calls with all that they need made first, as needs/*.toml say."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import requests

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.contract.documents import Json, Operation, all_scopes, operations

_NEEDS = Path(__file__).with_name("needs")
_MADE = re.compile(r"<([\w.]+) ([\w.]+)>")
_NUMBERS = count(1)
_TEACHER = "itn-sync@ecole.example"


@cache
def needs() -> Json:
    """The whole table: `world` to import, `default` parameters by API, `method` needs."""
    table: Json = {"world": {}, "default": {}, "method": {}}
    for file in sorted(_NEEDS.glob("*.toml")):
        for part, entries in tomllib.loads(file.read_text("utf-8")).items():
            table[part] |= entries
    return table


def needs_of(method_id: str) -> Json:
    """What a minimal call of that method needs; fails where the table has no line for it."""
    table: Json = needs()["method"]
    assert method_id in table, f"say in needs/ what a minimal call of {method_id} needs"
    found: Json = table[method_id]
    return found


@dataclass
class School:
    """The sandbox as one HTTP client sees it: one line kept open, one token per person."""

    sandbox: RunningSandbox
    line: requests.Session
    tokens: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def control(self, path: str, body: Json) -> Json:
        """A control endpoint that must succeed."""
        answer = self.line.post(f"{self.sandbox.url}sandbox/v1/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        found: Json = answer.json()
        return found

    def token(self, user: str = _TEACHER, scopes: tuple[str, ...] = ()) -> str:
        """An access token of `user`, for everything unless told."""
        key = (user, scopes or all_scopes())
        if key not in self.tokens:
            self.tokens[key] = self._granted(*key)
        return self.tokens[key]

    def call(
        self,
        operation: Operation,
        params: Json,
        body: Any = None,
        *,
        user: str = _TEACHER,
        token: str | None = None,
        media: str = "",
    ) -> requests.Response:
        """One call; `token=""` sends none, `media` is uploaded in place of a body."""
        path, query = operation.address(params | ({"uploadType": "media"} if media else {}))
        bearer = self.token(user) if token is None else token
        return self.line.request(
            operation.verb,
            f"{self.sandbox.url}{'upload/' if media else ''}{path}",
            params=query,
            json=None if media else body,
            data=media.encode() or None,
            headers={"Authorization": f"Bearer {bearer}"} if bearer else {},
            timeout=10,
            allow_redirects=False,
        )

    def _granted(self, user: str, scopes: tuple[str, ...]) -> str:
        file = self.control("authorized-users", {"user": user, "scopes": list(scopes)})
        form = {key: file[key] for key in ("client_id", "client_secret", "refresh_token")}
        form["grant_type"] = "refresh_token"
        answer = self.line.post(f"{self.sandbox.url}token", data=form, timeout=10)
        return str(answer.json()["access_token"])


@dataclass
class Scenario:
    """One test's calls: whatever several of them need is made once and shared."""

    school: School
    user: str = _TEACHER
    made: dict[str, Json] = field(default_factory=dict)
    nth: Counter[str] = field(default_factory=Counter)

    def params(self, method_id: str) -> Json:
        """The parameters of a minimal call, once all that must come before has happened."""
        self._before(method_id)
        operation = operations()[method_id]
        usual = needs()["default"].get(operation.api, {})
        places = {name: usual[name] for name in operation.located("path") if name in usual}
        found: Json = self._resolved(places | needs_of(method_id).get("params", {}))
        return found

    def body(self, method_id: str) -> Any:
        """The body of a minimal call; None where the method takes none."""
        if not operations()[method_id].request:
            return None
        self.nth[method_id] += 1
        body = needs_of(method_id).get("body", {})
        return _replaced(self._resolved(body), "<nth>", str(self.nth[method_id]))

    def perform(
        self, method_id: str, more: Json | None = None, *, body: Any = None
    ) -> requests.Response:
        """A minimal call, with more parameters or another body."""
        params, whole = self.params(method_id), self.body(method_id)
        sent = whole if body is None else body
        called = operations()[method_id]
        return self.school.call(called, params | (more or {}), sent, user=self.caller(method_id))

    def caller(self, method_id: str) -> str:
        """Who calls: the teacher of this test, or the one person who may."""
        return str(self._resolved(needs_of(method_id).get("user", self.user)))

    def answer(self, method_id: str) -> Json:
        """The answer of a minimal call that must succeed; the same one when asked again."""
        if method_id not in self.made:
            given = self.perform(method_id)
            assert given.ok, f"{method_id}: {given.text}"
            self.made[method_id] = given.json() if given.content else {}
        return self.made[method_id]

    def _before(self, method_id: str) -> None:
        for earlier in needs_of(method_id).get("after", []):
            if isinstance(earlier, str):
                self.answer(earlier)
            else:
                self._do(self._resolved(earlier))

    def _do(self, step: Json) -> None:
        called = operations()[step["call"]]
        params, body, media = step.get("params", {}), step.get("body"), step.get("media", "")
        given = self.school.call(called, params, body, user=self.user, media=media)
        assert given.ok, f"{called.id}: {given.text}"
        self.made[step.get("named", called.id)] = given.json()

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._resolved(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._resolved(inner) for inner in value]
        if not isinstance(value, str):
            return value
        return _MADE.sub(self._found, value.replace("<n>", str(next(_NUMBERS))))

    def _found(self, match: re.Match[str]) -> str:
        answer: Any = self.answer(match[1])
        for step in match[2].split("."):
            answer = answer[int(step)] if step.isdigit() else answer[step]
        return str(answer)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, old, new) for inner in value]
    return value.replace(old, new) if isinstance(value, str) else value
