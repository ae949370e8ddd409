"""batchUpdate requests that group rows or columns under a handle that folds them."""

from __future__ import annotations

from collections import Counter

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.dimensions import bounds
from itn_sync.sandbox.sheets.groups import depths_of, regrouped
from itn_sync.sandbox.sheets.masks import update_mask
from itn_sync.sandbox.sheets.requests import Edit, request

_DEEPEST = 8


def _key(dimension: str) -> str:
    return "rowGroups" if dimension == "ROWS" else "columnGroups"


def _change(edit: Edit, span: Json, by: int) -> Json:
    """Every row or column of the span one deeper or less deep; the groups there are then."""
    sheet_id, dimension, start, end, size = bounds(edit.book, span)
    if end > size:
        raise invalid(f"range.endIndex[{end}] is larger than the grid size ({size}).")
    sheet = edit.book.sheet(sheet_id)
    old = sheet.get(_key(dimension), [])
    depths = depths_of(old)
    depths.update(dict.fromkeys(range(start, end), by))
    _check_depths(depths)
    groups = regrouped(old, depths, sheet_id, dimension)
    sheet[_key(dimension)] = groups
    return {"dimensionGroups": groups} if groups else {}


def _check_depths(depths: Counter[int]) -> None:
    if min(depths.values()) < 0:
        raise invalid("There is no group over the whole range to delete.")
    if max(depths.values()) > _DEEPEST:
        raise invalid(f"Groups cannot be nested deeper than {_DEEPEST} levels.")


@request("addDimensionGroup")
def add_dimension_group(edit: Edit, details: Json) -> Json:
    """One group more over a range; the reply holds all groups of the dimension."""
    return _change(edit, details.get("range", {}), 1)


@request("deleteDimensionGroup")
def delete_dimension_group(edit: Edit, details: Json) -> Json:
    """Rows or columns rise by one depth; the reply holds the groups that are left."""
    return _change(edit, details.get("range", {}), -1)


@request("updateDimensionGroup")
def update_dimension_group(edit: Edit, details: Json) -> None:
    """Fold a group, which hides what is in it, or unfold it."""
    mask = update_mask(details, "collapsed", "range", "depth")
    sent = details.get("dimensionGroup", {})
    sheet_id, dimension, start, end, _ = bounds(edit.book, sent.get("range", {}))
    sheet = edit.book.sheet(sheet_id)
    group = _found(sheet.get(_key(dimension), []), (start, end), sent.get("depth", 0))
    if mask and "collapsed" not in mask:
        return
    folded = bool(sent.get("collapsed"))
    group.pop("collapsed", None)
    group |= {"collapsed": True} if folded else {}
    sizes = sheet["rows" if dimension == "ROWS" else "columns"]
    for index in range(start, end):
        kept = {n: v for n, v in sizes.get(str(index), {}).items() if n != "hiddenByUser"}
        sizes[str(index)] = kept | ({"hiddenByUser": True} if folded else {})


def _found(groups: list[Json], span: tuple[int, int], depth: int) -> Json:
    for group in groups:
        here = (group["range"]["startIndex"], group["range"]["endIndex"])
        if here == span and group["depth"] == depth:
            return group
    raise invalid(f"No dimension group over {span[0]}:{span[1]} at depth {depth}.")
