"""Behaviours lent to methods for the time of a test, so that the wire is tested alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from itn_sync.sandbox.call import (
    Behaviour,
    Call,
    behaviour,
    behaviour_of,
    forget_behaviour,
    methods_with_behaviour,
)
from itn_sync.sandbox.server import RunningSandbox

Json = dict[str, Any]


@contextmanager
def lent(method_id: str, function: Behaviour) -> Iterator[None]:
    """`method_id` does what `function` does until the end of the block."""
    own = behaviour_of(method_id) if method_id in methods_with_behaviour() else None
    behaviour(method_id)(function)
    try:
        yield
    finally:
        forget_behaviour(method_id) if own is None else behaviour(method_id)(own)


def echo(call: Call) -> Json:
    """A behaviour that notes who called and answers the body."""
    call.state.execute("INSERT OR REPLACE INTO setting VALUES ('world.echo', ?)", (call.user,))
    return dict(call.body)


def control(sandbox: RunningSandbox, verb: str, path: str, data: Any = None) -> Json:
    """A call of the sandbox's control endpoints that must succeed."""
    answer = requests.request(verb, f"{sandbox.url}sandbox/v1/{path}", json=data, timeout=10)
    assert answer.ok, answer.text
    found: Json = answer.json()
    return found


def error_of(answer: requests.Response) -> Json:
    """The `error` object of an envelope."""
    found: Json = answer.json()["error"]
    return found
