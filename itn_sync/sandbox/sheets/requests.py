"""The register of batchUpdate requests: each family of kinds adds its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Area, Rect, area_of
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.protection import guard


@dataclass(frozen=True)
class Edit:
    """One batchUpdate at work: who asks, and the book it changes."""

    call: Call
    book: Book

    def guard(self, area: Area) -> None:
        """Raise 400 when the caller may not edit some cell of `area`."""
        guard(self.call, self.book, area)

    def area(self, grid_range: Json) -> Rect:
        """The cells of a GridRange in its grid; raises 400 for a tab that does not exist or a
        range that starts outside."""
        return self.book.clamp(area_of(grid_range))

    def kept_range(self, grid_range: Json) -> Json:
        """The GridRange to keep: its tab named, its ends within the grid, those without a bound
        left open; raises 400 as `area` does."""
        rect = self.area(grid_range)
        ends = {"endRowIndex": rect.bottom, "endColumnIndex": rect.right}
        given = {name: end for name, end in ends.items() if name in grid_range}
        return {"sheetId": rect.sheet_id} | grid_range | given


# A request's reply under its own kind; None for the empty reply.
Handler = Callable[[Edit, Json], Json | None]
_HANDLERS: dict[str, Handler] = {}


def request(kind: str) -> Callable[[Handler], Handler]:
    """Register what the batchUpdate request `kind` does; it raises 400 without a prefix."""

    def register(handler: Handler) -> Handler:
        _HANDLERS[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """The registered handler; raises 400 naming a kind that the sandbox does not support."""
    if kind not in _HANDLERS:
        raise invalid(f"The request kind {kind} is not supported by the sandbox.")
    return _HANDLERS[kind]


def supported_kinds() -> frozenset[str]:
    """The kinds of request that do something here."""
    return frozenset(_HANDLERS)
