"""One call of one API method, and the register of what each method does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itn_sync.sandbox.errors import Json, unimplemented
from itn_sync.sandbox.world import State

if TYPE_CHECKING:
    from itn_sync.sandbox.discovery import Method


@dataclass(frozen=True)
class Media:
    """Bytes sent with an upload, or answered by a download."""

    content: bytes
    mime_type: str


@dataclass(frozen=True)
class Call:
    """A validated request.

    `params` holds path and query parameters, typed as the discovery document says (repeated ones
    are lists, absent ones with a default have it); `user` is the impersonated address, lower case.
    """

    method: Method
    user: str
    state: State
    now: datetime
    params: Json = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    media: Media | None = None
    project: str = "sandbox-project"
    scopes: frozenset[str] = frozenset()
    domain: str = "ecole.example"
    root_url: str = "http://127.0.0.1/"

    def invoke(
        self, method_id: str, *, user: str = "", body: Json | None = None, **params: Any
    ) -> Any:
        """Call another method within the same transaction, as the same or another user."""
        from itn_sync.sandbox.discovery import method  # noqa: PLC0415  (a method may call a method)

        inner = replace(
            self,
            method=method(method_id),
            user=user or self.user,
            params=method(method_id).defaults | params,
            body=body or {},
            media=None,
        )
        return behaviour_of(method_id)(inner)


Answer = Json | Media | None
Behaviour = Callable[[Call], Answer]

_BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(method_id: str) -> Callable[[Behaviour], Behaviour]:
    """Register the function that does what `method_id` (`sheets.spreadsheets.get`) does.

    It returns the resource as JSON (the wire applies `fields`), `Media` for a download, or None
    for an empty 204 answer; it raises `ApiError`.
    """

    def register(function: Behaviour) -> Behaviour:
        _BEHAVIOURS[method_id] = function
        return function

    return register


def behaviour_of(method_id: str) -> Behaviour:
    """The registered function; raises 501 naming the method where there is none."""
    try:
        return _BEHAVIOURS[method_id]
    except KeyError:
        raise unimplemented(method_id) from None


_DEFAULT_FIELDS: dict[str, str] = {}
_FIELDS_REQUIRED: set[str] = set()


def default_fields(method_id: str, mask: str) -> None:
    """Say what `method_id` answers where the request has no `fields` (`kind,id,name,mimeType`)."""
    _DEFAULT_FIELDS[method_id] = mask


def required_fields(method_id: str) -> None:
    """Say that `method_id` answers 400 without `fields` (drive.about.get)."""
    _FIELDS_REQUIRED.add(method_id)


def default_fields_of(method_id: str) -> str:
    """The mask that applies where the request has none; empty: the whole resource."""
    return _DEFAULT_FIELDS.get(method_id, "")


def requires_fields(method_id: str) -> bool:
    """True where `fields` must be given."""
    return method_id in _FIELDS_REQUIRED


def forget_behaviour(method_id: str) -> None:
    """Undo `behaviour`: for tests of the wire that lend a behaviour to a method without one."""
    del _BEHAVIOURS[method_id]


def methods_with_behaviour() -> frozenset[str]:
    """The ids of all methods that do something here."""
    return frozenset(_BEHAVIOURS)


Importer = Callable[[State, list[Json], datetime], None]
_IMPORTERS: dict[str, Importer] = {}


def importer(kind: str) -> Callable[[Importer], Importer]:
    """Register what `POST /sandbox/v1/import` does with the list under key `kind`."""

    def register(function: Importer) -> Importer:
        _IMPORTERS[kind] = function
        return function

    return register


def importers() -> dict[str, Importer]:
    """Every import kind with its function, in order of registration."""
    return dict(_IMPORTERS)
