"""The batchUpdate request updateBorders: lines around and within a range."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.attributes import Attrs
from itn_sync.sandbox.sheets.cells import paired_colours
from itn_sync.sandbox.sheets.range_requests import placed, taken
from itn_sync.sandbox.sheets.requests import Edit, request

_SIDES = ("top", "bottom", "left", "right")


@request("updateBorders")
def update_borders(edit: Edit, details: Json) -> None:
    """Frame a range; a side that is not named stays, style NONE clears it."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    sent = paired_colours({n: v for n, v in details.items() if n != "range"})
    _frame(edit, rect, sent)
    for neighbour, side, border in _neighbours(edit, rect, sent):
        _frame(edit, neighbour, {side: border})


def _neighbours(edit: Edit, rect: Rect, sent: Json) -> list[tuple[Rect, str, Json]]:
    """The cells across each named outer side, whose own border it is too."""
    rows, columns = edit.book.size(rect.sheet_id)
    tab, top, left, bottom, right = rect.sheet_id, rect.top, rect.left, rect.bottom, rect.right
    across = {
        "top": (Rect(tab, top - 1, left, top, right), "bottom"),
        "bottom": (Rect(tab, bottom, left, bottom + 1, right), "top"),
        "left": (Rect(tab, top, left - 1, bottom, left), "right"),
        "right": (Rect(tab, top, right, bottom, right + 1), "left"),
    }
    grid = Rect(tab, 0, 0, rows, columns)
    return [
        (neighbour, side, sent[name])
        for name, (neighbour, side) in across.items()
        if name in sent and grid.holds(neighbour)
    ]


def _frame(edit: Edit, rect: Rect, sent: Json) -> None:
    grid, attrs = edit.book.grid(rect.sheet_id), edit.book.attrs
    cells = taken(grid, rect)
    framed = [
        [
            (value, _framed(attrs, key, _borders_at(sent, rect, down, across)))
            for across, (value, key) in enumerate(line)
        ]
        for down, line in enumerate(cells)
    ]
    placed(grid, rect, framed)


def _borders_at(sent: Json, rect: Rect, down: int, across: int) -> Json:
    last_row, last_column = rect.height - 1, rect.width - 1
    names = {
        "top": "innerHorizontal" if down else "top",
        "bottom": "innerHorizontal" if down < last_row else "bottom",
        "left": "innerVertical" if across else "left",
        "right": "innerVertical" if across < last_column else "right",
    }
    return {side: sent[name] for side, name in names.items() if name in sent}


def _framed(attrs: Attrs, key: int, borders: Json) -> int:
    kept = attrs.get(key)
    look = kept.get("userEnteredFormat", {})
    merged = look.get("borders", {}) | borders
    drawn = {s: merged[s] for s in _SIDES if s in merged and merged[s].get("style") != "NONE"}
    look = {n: v for n, v in look.items() if n != "borders"}
    look |= {"borders": drawn} if drawn else {}
    rest = {n: v for n, v in kept.items() if n != "userEnteredFormat"}
    return attrs.id_of(rest | ({"userEnteredFormat": look} if look else {}))
