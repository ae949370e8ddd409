"""What happens to the content of Google's own kinds when Drive copies their files."""

from __future__ import annotations

from collections.abc import Callable

from itn_sync.sandbox.world import State

Copier = Callable[[State, str, str], None]

_COPIERS: dict[str, Copier] = {}


def copier(mime_type: str) -> Callable[[Copier], Copier]:
    """Register the function `(state, from_id, to_id)` that copies the content of that kind."""

    def register(function: Copier) -> Copier:
        _COPIERS[mime_type] = function
        return function

    return register


def copier_of(mime_type: str) -> Copier | None:
    """The function that copies the content of that kind, if its room has one."""
    return _COPIERS.get(mime_type)
