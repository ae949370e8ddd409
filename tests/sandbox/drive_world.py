"""A world called directly: what the wire would do after its checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from itn_sync.sandbox import behaviours
from itn_sync.sandbox.call import Call, Media, behaviour_of
from itn_sync.sandbox.discovery import method
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.world import State

OWNER = "itn-sync@ecole.example"
EDITOR = "secretariat@ecole.example"
STRANGER = "direction@ecole.example"
NOW = datetime(2026, 9, 1, 8, 0, 0, 250_000, tzinfo=UTC)

Do = Callable[..., Any]

behaviours.load()


def caller(state: State) -> Do:
    """A function `do(method_id, user=…, body=…, media=…, minutes=…, **params)`."""

    def do(
        method_id: str,
        *,
        user: str = OWNER,
        body: Json | None = None,
        media: Media | None = None,
        minutes: int = 0,
        project: str = "sandbox-project",
        **params: Any,
    ) -> Any:
        one = Call(
            method(method_id),
            user,
            state,
            NOW + timedelta(minutes=minutes),
            method(method_id).defaults | params,
            body or {},
            media,
            project,
        )
        return behaviour_of(method_id)(one)

    return do


@contextmanager
def refused(code: int, text: str = "", reason: str = "") -> Iterator[None]:
    """The call within is refused with that status, text in the message, and reason."""
    with pytest.raises(ApiError) as caught:
        yield
    assert caught.value.code == code
    assert text in caught.value.message
    assert reason in caught.value.reason
