"""batchUpdate requests that copy or cut cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.attributes import Attrs
from itn_sync.sandbox.sheets.cell_errors import CellError
from itn_sync.sandbox.sheets.cell_requests import shifted_formula
from itn_sync.sandbox.sheets.grid import EMPTY, Cell
from itn_sync.sandbox.sheets.pasted import WHOLE, carry, cut_merges, place_merges
from itn_sync.sandbox.sheets.range_requests import placed, taken
from itn_sync.sandbox.sheets.references import follow_cut
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.requests import Edit, request

Paste = Callable[[Cell, Cell], Cell]  # (source, what was there) -> what is there afterwards


def _paste_of(edit: Edit, kind: str) -> Paste:
    """What pasting one cell over another does, by PasteType."""
    attrs = edit.book.attrs
    pastes: dict[str, Paste] = {
        "PASTE_NORMAL": lambda new, _: new,
        "PASTE_FORMAT": lambda new, old: (old[0], _with(attrs, old, new, "userEnteredFormat")),
        "PASTE_DATA_VALIDATION": lambda new, old: (
            old[0],
            _with(attrs, old, new, "dataValidation"),
        ),
        "PASTE_VALUES": lambda new, old: (new[0], old[1]),
        "PASTE_FORMULA": lambda new, old: (new[0], old[1]),
        "PASTE_CONDITIONAL_FORMATTING": lambda _, old: old,
        "PASTE_NO_BORDERS": lambda new, old: (new[0], _without_borders(attrs, new, old)),
    }
    return pastes[kind]


def _source(edit: Edit, source: Rect, details: Json) -> list[list[Cell]]:
    """The cells to paste; where only values are, formulas have come to theirs before they move."""
    cells = taken(edit.book.grid(source.sheet_id), source)
    if details.get("pasteType") != "PASTE_VALUES":
        return cells
    renderer = Renderer(edit.book)
    return [
        [(_plain(renderer.effective(value, source.sheet_id)), key) for value, key in line]
        for line in cells
    ]


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
    cells = _source(edit, source, details)
    transposed = details.get("pasteOrientation") == "TRANSPOSE"
    if transposed:
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
    _paste(edit, target, _moved_formulas(repeated, shift, (height, width)), details)
    carry(edit, source, target, details.get("pasteType", "PASTE_NORMAL"), transposed=transposed)


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


def _paste(edit: Edit, target: Rect, cells: list[list[Cell]], details: Json) -> None:
    rows, columns = edit.book.size(target.sheet_id)
    if target.bottom > rows or target.right > columns:
        raise invalid(
            f"Range ({edit.book.name(target)}) exceeds grid limits."
            f" Max rows: {rows}, max columns: {columns}"
        )
    edit.guard(target)
    grid = edit.book.grid(target.sheet_id)
    paste = _paste_of(edit, details.get("pasteType", "PASTE_NORMAL"))
    old = taken(grid, target)
    new = [
        [paste(cell, was) for cell, was in zip(line, row, strict=True)]
        for line, row in zip(cells, old, strict=True)
    ]
    placed(grid, target, new)


@request("cutPaste")
def cut_paste(edit: Edit, details: Json) -> None:
    """Move a range; the source is emptied whatever is pasted. Formulas that name a cut cell go on
    naming it where it is then."""
    source = edit.area(details.get("source", {}))
    edit.guard(source)
    grid = edit.book.grid(source.sheet_id)
    cells = _source(edit, source, details)
    placed(grid, source, [[EMPTY] * source.width] * source.height)
    place = details.get("destination", {})
    top, left = place.get("rowIndex", 0), place.get("columnIndex", 0)
    sheet_id = place.get("sheetId", 0)
    target = Rect(sheet_id, top, left, top + source.height, left + source.width)
    kind = details.get("pasteType", "PASTE_NORMAL")
    merges = cut_merges(edit, source)
    _paste(edit, target, cells, details)
    if kind in WHOLE:
        place_merges(edit, merges, source, target)
    if kind in {*WHOLE, "PASTE_FORMULA"}:
        follow_cut(edit.book, source, target)
