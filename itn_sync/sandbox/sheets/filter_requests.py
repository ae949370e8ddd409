"""batchUpdate requests about the basic filter of a tab and its filter views."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.book import free_id
from itn_sync.sandbox.sheets.condition_types import FILTERS, check_condition
from itn_sync.sandbox.sheets.masks import merged, update_mask
from itn_sync.sandbox.sheets.requests import Edit, request


def _complete(edit: Edit, sent: Json) -> Json:
    """The filter with its range in full and its criteria told both ways, as Google does."""
    if "range" not in sent:
        raise invalid("A filter must have a range.")
    _check_supported(sent)
    rect = edit.area(sent["range"])
    kept = sent | {"range": rect.grid_range()}
    specs = sent.get("filterSpecs")
    if specs:
        kept["criteria"] = {
            str(spec.get("columnIndex", 0)): spec.get("filterCriteria", {}) for spec in specs
        }
    elif sent.get("criteria"):
        kept["filterSpecs"] = [
            {"columnIndex": int(column), "filterCriteria": criteria}
            for column, criteria in sent["criteria"].items()
        ]
    for criteria in kept.get("criteria", {}).values():
        if "condition" in criteria:
            check_condition(edit.book, criteria["condition"], FILTERS)
    return kept


def _check_supported(sent: Json) -> None:
    specs = [*sent.get("filterSpecs", ()), *sent.get("sortSpecs", ())]
    for name in ("tableId", "dataSourceColumnReference"):
        if any(name in one for one in (sent, *specs)):
            raise invalid(f"{name} is not supported by the sandbox.")


@request("setBasicFilter")
def set_basic_filter(edit: Edit, details: Json) -> None:
    """The one filter of a tab; it takes the place of the one before."""
    kept = _complete(edit, details.get("filter", {}))
    edit.book.sheet(kept["range"]["sheetId"])["basicFilter"] = kept


@request("clearBasicFilter")
def clear_basic_filter(edit: Edit, details: Json) -> None:
    """No filter any more on that tab."""
    edit.book.sheet(details.get("sheetId", 0)).pop("basicFilter", None)


def _views(edit: Edit) -> dict[int, tuple[list[Json], Json]]:
    return {
        view["filterViewId"]: (sheet["filterViews"], view)
        for sheet in edit.book.sheets
        for view in sheet.get("filterViews", ())
    }


def _view(edit: Edit, key: int | None) -> tuple[list[Json], Json]:
    views = _views(edit)
    if key not in views:
        raise invalid(f"No filter view with id: {key}")
    return views[key]


def _resolved(edit: Edit, sent: Json) -> Json:
    """A view's filter; one that is backed by a named range takes its range."""
    named = [
        n for n in edit.book.body["namedRanges"] if n["namedRangeId"] == sent.get("namedRangeId")
    ]
    if named and "range" not in sent:
        sent = sent | {"range": named[0]["range"]}
    return _complete(edit, sent)


@request("addFilterView")
def add_filter_view(edit: Edit, details: Json) -> Json:
    """A named filter, under an id that may be chosen."""
    sent = details.get("filter", {})
    key = free_id(sent.get("filterViewId"), _views(edit), "Filter view")
    word = "Filtre" if edit.book.locale.startswith("fr") else "Filter"
    title = sent.get("title") or f"{word} {len(_views(edit)) + 1}"
    view = _resolved(edit, sent) | {"filterViewId": key, "title": title}
    edit.book.sheet(view["range"]["sheetId"]).setdefault("filterViews", []).append(view)
    return {"filter": view}


@request("updateFilterView")
def update_filter_view(edit: Edit, details: Json) -> None:
    """Change title, range or criteria."""
    sent = details.get("filter", {})
    views, old = _view(edit, sent.get("filterViewId"))
    mask = update_mask(details)
    base = dict(old)
    # The two ways to tell criteria would contradict each other.
    if "criteria" in mask or "filterSpecs" in mask:
        base.pop("criteria", None)
        base.pop("filterSpecs", None)
    new = _resolved(edit, merged(base, sent, mask)) | {"filterViewId": old["filterViewId"]}
    views[views.index(old)] = new


@request("deleteFilterView")
def delete_filter_view(edit: Edit, details: Json) -> None:
    """Remove a view."""
    views, old = _view(edit, details.get("filterId"))
    views.remove(old)


@request("duplicateFilterView")
def duplicate_filter_view(edit: Edit, details: Json) -> Json:
    """A copy of a view under a new id."""
    views, old = _view(edit, details.get("filterId"))
    word = "Copie de" if edit.book.locale.startswith("fr") else "Copy of"
    title = f"{word} {old['title']}"
    copied = old | {"filterViewId": free_id(None, _views(edit), "Filter view"), "title": title}
    views.append(copied)
    return {"filter": copied}
