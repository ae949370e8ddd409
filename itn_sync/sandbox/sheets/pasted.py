"""What goes along with pasted cells: merges and conditional formats."""

from __future__ import annotations

from collections.abc import Iterator

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.a1 import Rect, area_of
from itn_sync.sandbox.sheets.requests import Edit

WHOLE = frozenset({"PASTE_NORMAL", "PASTE_NO_BORDERS"})
_WITH_RULES = WHOLE | {"PASTE_CONDITIONAL_FORMATTING"}


def carry(edit: Edit, source: Rect, target: Rect, kind: str, *, transposed: bool) -> None:
    """Give `target`, which repeats `source`, the merges and conditional formats of the source."""
    tiles = list(_tiles(source, target, transposed=transposed))
    if kind in WHOLE and target != source:
        sheet = edit.book.sheet(source.sheet_id)
        inner = [r for r in map(area_of, sheet.get("merges", ())) if source.holds(r)]
        merges = [r.within(source.bottom, source.right) for r in inner]
        _clear_merges(edit, target)
        for tile in tiles:
            _add_merges(edit, [_onto(m, source, tile, transposed=transposed) for m in merges])
    if kind in _WITH_RULES and target != source:
        _carry_rules(edit, source, tiles, transposed=transposed)


def _tiles(source: Rect, target: Rect, *, transposed: bool) -> Iterator[Rect]:
    height, width = source.height, source.width
    if transposed:
        height, width = width, height
    for top in range(target.top, target.bottom, height):
        for left in range(target.left, target.right, width):
            yield Rect(target.sheet_id, top, left, top + height, left + width)


def _onto(rect: Rect, source: Rect, tile: Rect, *, transposed: bool) -> Rect:
    """Where a part of the source is in a tile."""
    top, left = rect.top - source.top, rect.left - source.left
    height, width = rect.height, rect.width
    if transposed:
        top, left, height, width = left, top, width, height
    start = (tile.top + top, tile.left + left)
    return Rect(tile.sheet_id, *start, start[0] + height, start[1] + width)


def _clear_merges(edit: Edit, target: Rect) -> None:
    sheet = edit.book.sheet(target.sheet_id)
    kept = [m for m in sheet.get("merges", ()) if not area_of(m).meets(target)]
    if "merges" in sheet:
        sheet["merges"] = kept


def _add_merges(edit: Edit, merges: list[Rect]) -> None:
    for merge in merges:
        sheet = edit.book.sheet(merge.sheet_id)
        sheet.setdefault("merges", []).append(merge.grid_range())


def cut_merges(edit: Edit, source: Rect) -> list[Rect]:
    """Take the merges within `source` apart; answers what they were."""
    sheet = edit.book.sheet(source.sheet_id)
    found = [m for m in sheet.get("merges", ()) if source.holds(area_of(m))]
    if found:
        sheet["merges"] = [m for m in sheet["merges"] if m not in found]
    return [area_of(m).within(source.bottom, source.right) for m in found]


def place_merges(edit: Edit, merges: list[Rect], source: Rect, target: Rect) -> None:
    """Merge again in `target` what was merged in `source`."""
    _clear_merges(edit, target)
    _add_merges(edit, [_onto(m, source, target, transposed=False) for m in merges])


def _carry_rules(edit: Edit, source: Rect, tiles: list[Rect], *, transposed: bool) -> None:
    """A rule of the same tab covers the new place too; on another tab it becomes a new one."""
    if not tiles:
        return
    rules = edit.book.sheet(source.sheet_id).get("conditionalFormats", [])
    there = edit.book.sheet(tiles[0].sheet_id)
    for rule in list(rules):
        parts = [p for r in rule["ranges"] if (p := _common(area_of(r).grid_range(), source))]
        added = [
            _onto(part, source, tile, transposed=transposed).grid_range()
            for tile in tiles
            for part in parts
        ]
        if not added:
            continue
        if tiles[0].sheet_id == source.sheet_id:
            rule["ranges"] = rule["ranges"] + [r for r in added if r not in rule["ranges"]]
        else:
            there.setdefault("conditionalFormats", []).append(rule | {"ranges": added})


def _common(grid_range: Json, source: Rect) -> Rect | None:
    """The part of a range that lies in `source`."""
    area = area_of(grid_range)
    if not area.meets(source):
        return None
    bottom = source.bottom if area.bottom is None else min(area.bottom, source.bottom)
    right = source.right if area.right is None else min(area.right, source.right)
    top, left = max(area.top, source.top), max(area.left, source.left)
    return Rect(source.sheet_id, top, left, bottom, right)
