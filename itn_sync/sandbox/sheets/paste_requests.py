"""batchUpdate requests that copy, cut or frame cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.cell_requests import shifted_formula
from itn_sync.sandbox.sheets.cells import paired_colours
from itn_sync.sandbox.sheets.functions import CellError
from itn_sync.sandbox.sheets.grid import EMPTY, Attrs, Cell
from itn_sync.sandbox.sheets.range_requests import placed, taken
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.requests import Edit, request

Paste = Callable[[Cell, Cell], Cell]  # (source, what was there) -> what is there afterwards


def _paste_of(edit: Edit, kind: str, sheet_id: int) -> Paste:
    """What pasting one cell over another does, by PasteType."""
    attrs, renderer = edit.book.attrs, Renderer(edit.book)
    pastes: dict[str, Paste] = {
        "PASTE_NORMAL": lambda new, _: new,
        "PASTE_FORMAT": lambda new, old: (old[0], _with(attrs, old, new, "userEnteredFormat")),
        "PASTE_DATA_VALIDATION": lambda new, old: (
            old[0],
            _with(attrs, old, new, "dataValidation"),
        ),
        "PASTE_VALUES": lambda new, old: (_plain(renderer.effective(new[0], sheet_id)), old[1]),
        "PASTE_FORMULA": lambda new, old: (new[0], old[1]),
        "PASTE_CONDITIONAL_FORMATTING": lambda _, old: old,
        "PASTE_NO_BORDERS": lambda new, old: (new[0], _without_borders(attrs, new, old)),
    }
    return pastes[kind]


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, CellError) else value


def _with(attrs: Attrs, old: Cell, new: Cell, name: str) -> int:
    kept = {key: value for key, value in attrs.get(old[1]).items() if key != name}
    source = attrs.get(new[1])
    return attrs.id_of(kept | ({name: source[name]} if name in source else {}))


def _without_borders(attrs: Attrs, new: Cell, old: Cell) -> int:
    result = dict(attrs.get(new[1]))
    own = attrs.get(old[1]).get("userEnteredFormat", {}).get("borders")
    source = result.pop("userEnteredFormat", {})
    look = {n: v for n, v in source.items() if n != "borders"} | ({"borders": own} if own else {})
    return attrs.id_of(result | ({"userEnteredFormat": look} if look else {}))


@request("copyPaste")
def copy_paste(edit: Edit, details: Json) -> None:
    """Copy a range; a destination that is a multiple of its size is filled with repeats."""
    source = edit.area(details.get("source", {}))
    cells = taken(edit.book.grid(source.sheet_id), source)
    if details.get("pasteOrientation") == "TRANSPOSE":
        cells = [list(line) for line in zip(*cells, strict=True)]
    wanted = edit.area(details.get("destination", {}))
    height, width = len(cells), len(cells[0]) if cells else 0
    down, across = _repeats(wanted.height, height), _repeats(wanted.width, width)
    target = Rect(
        wanted.sheet_id,
        wanted.top,
        wanted.left,
        wanted.top + height * down,
        wanted.left + width * across,
    )
    repeated = [line * across for line in cells * down]
    shift = (target.top - source.top, target.left - source.left)
    _paste(edit, target, _moved_formulas(repeated, shift, (height, width)), details, source)


def _repeats(wanted: int, size: int) -> int:
    return wanted // size if size and wanted % size == 0 else 1


def _moved_formulas(
    cells: list[list[Cell]], shift: tuple[int, int], size: tuple[int, int]
) -> list[list[Cell]]:
    """Relative references move with each copied cell."""
    return [
        [
            (
                {
                    "f": shifted_formula(
                        value["f"],
                        shift[0] + down // size[0] * size[0],
                        shift[1] + across // size[1] * size[1],
                    )
                },
                attrs,
            )
            if isinstance(value, dict)
            else (value, attrs)
            for across, (value, attrs) in enumerate(line)
        ]
        for down, line in enumerate(cells)
    ]


def _paste(edit: Edit, target: Rect, cells: list[list[Cell]], details: Json, source: Rect) -> None:
    rows, columns = edit.book.size(target.sheet_id)
    if target.bottom > rows or target.right > columns:
        raise invalid(
            f"Range ({edit.book.name(target)}) exceeds grid limits."
            f" Max rows: {rows}, max columns: {columns}"
        )
    edit.guard(target)
    grid = edit.book.grid(target.sheet_id)
    paste = _paste_of(edit, details.get("pasteType", "PASTE_NORMAL"), source.sheet_id)
    old = taken(grid, target)
    new = [
        [paste(cell, was) for cell, was in zip(line, row, strict=True)]
        for line, row in zip(cells, old, strict=True)
    ]
    placed(grid, target, new)


@request("cutPaste")
def cut_paste(edit: Edit, details: Json) -> None:
    """Move a range; the source is emptied whatever is pasted."""
    source = edit.area(details.get("source", {}))
    edit.guard(source)
    grid = edit.book.grid(source.sheet_id)
    cells = taken(grid, source)
    placed(grid, source, [[EMPTY] * source.width] * source.height)
    place = details.get("destination", {})
    top, left = place.get("rowIndex", 0), place.get("columnIndex", 0)
    sheet_id = place.get("sheetId", 0)
    target = Rect(sheet_id, top, left, top + source.height, left + source.width)
    _paste(edit, target, cells, details, source)


_SIDES = ("top", "bottom", "left", "right")


@request("updateBorders")
def update_borders(edit: Edit, details: Json) -> None:
    """Frame a range; a side that is not named stays, style NONE clears it."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    grid, attrs = edit.book.grid(rect.sheet_id), edit.book.attrs
    sent = paired_colours({n: v for n, v in details.items() if n != "range"})
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
