"""batchUpdate requests about conditional formats, banding and named ranges."""

from __future__ import annotations

import re
import secrets

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import parse_cells
from itn_sync.sandbox.sheets.book import free_id
from itn_sync.sandbox.sheets.cells import paired_colours
from itn_sync.sandbox.sheets.condition_types import FORMATTING, check_condition
from itn_sync.sandbox.sheets.masks import merged, update_mask
from itn_sync.sandbox.sheets.requests import Edit, request

_NAME = re.compile(r"[^\W\d]\w{0,249}")


def _checked_rule(edit: Edit, rule: Json) -> tuple[int, Json]:
    """The tab and the rule to keep; raises 400 unless it has ranges on one tab and one kind."""
    ranges = [edit.kept_range(r) for r in rule.get("ranges", ())]
    sheets = {r["sheetId"] for r in ranges}
    if len(sheets) != 1:
        raise invalid("A conditional format rule must have ranges on exactly one sheet.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise invalid("A conditional format rule must be either boolean or gradient.")
    if "booleanRule" in rule:
        check_condition(edit.book, rule["booleanRule"].get("condition", {}), FORMATTING)
    for area in ranges:
        edit.guard(edit.area(area))
    return sheets.pop(), paired_colours(rule | {"ranges": ranges})


@request("addConditionalFormatRule")
def add_conditional_format(edit: Edit, details: Json) -> None:
    """A rule at an index; later ones move on."""
    sheet_id, rule = _checked_rule(edit, details.get("rule", {}))
    rules = edit.book.sheet(sheet_id).setdefault("conditionalFormats", [])
    index = details.get("index", 0)
    if not 0 <= index <= len(rules):
        raise invalid(f"index must be between 0 and {len(rules)}, was {index}")
    rules.insert(index, rule)


def _rules(edit: Edit, sheet_id: int, index: int) -> list[Json]:
    rules: list[Json] = edit.book.sheet(sheet_id).get("conditionalFormats", [])
    if not 0 <= index < len(rules):
        raise invalid(f"No conditional format on sheet: {sheet_id} at index: {index}")
    return rules


@request("updateConditionalFormatRule")
def update_conditional_format(edit: Edit, details: Json) -> Json:
    """Replace the rule at an index, or move it."""
    index = details.get("index", 0)
    if "rule" in details:
        sheet_id, rule = _checked_rule(edit, details["rule"])
        rules = _rules(edit, details.get("sheetId", sheet_id), index)
        old, rules[index] = rules[index], rule
        return {"newRule": rule, "newIndex": index, "oldRule": old}
    rules, new = _rules(edit, details.get("sheetId", 0), index), details.get("newIndex", 0)
    if not 0 <= new < len(rules):
        raise invalid(f"newIndex must be between 0 and {len(rules) - 1}, was {new}")
    rule = rules.pop(index)
    rules.insert(new, rule)
    return {"newRule": rule, "newIndex": new, "oldIndex": index}


@request("deleteConditionalFormatRule")
def delete_conditional_format(edit: Edit, details: Json) -> Json:
    """Remove the rule at an index; the reply holds it."""
    index = details.get("index", 0)
    return {"rule": _rules(edit, details.get("sheetId", 0), index).pop(index)}


def _banded(edit: Edit) -> dict[int, tuple[list[Json], Json]]:
    return {
        one["bandedRangeId"]: (sheet["bandedRanges"], one)
        for sheet in edit.book.sheets
        for one in sheet.get("bandedRanges", ())
    }


def _checked_banding(edit: Edit, banding: Json, others: list[Json]) -> Json:
    if not ({"rowProperties", "columnProperties"} & banding.keys()):
        raise invalid("At least one of rowProperties or columnProperties must be specified.")
    area = edit.area(banding.get("range", {}))
    if any(edit.area(other["range"]).meets(area) for other in others):
        raise invalid(
            "You cannot add alternating background colors to a range that already has"
            " alternating background colors."
        )
    kept: Json = paired_colours(banding)
    return kept | {"range": edit.kept_range(banding["range"])}


@request("addBanding")
def add_banding(edit: Edit, details: Json) -> Json:
    """Alternating colours over a range that has none yet."""
    sent = details.get("bandedRange", {})
    key = free_id(sent.get("bandedRangeId"), _banded(edit), "Banded range")
    sheet = edit.book.sheet(sent.get("range", {}).get("sheetId", 0))
    others = sheet.setdefault("bandedRanges", [])
    banding = _checked_banding(edit, sent, others) | {"bandedRangeId": key}
    others.append(banding)
    return {"bandedRange": banding}


@request("updateBanding")
def update_banding(edit: Edit, details: Json) -> None:
    """Change the range or the colours."""
    sent = details.get("bandedRange", {})
    others, old = _known(_banded(edit), sent.get("bandedRangeId"), "banded range")
    new = merged(old, sent, update_mask(details)) | {"bandedRangeId": old["bandedRangeId"]}
    rest = [one for one in others if one is not old]
    others[others.index(old)] = _checked_banding(edit, new, rest)


@request("deleteBanding")
def delete_banding(edit: Edit, details: Json) -> None:
    """Remove alternating colours."""
    others, old = _known(_banded(edit), details.get("bandedRangeId"), "banded range")
    others.remove(old)


def _known(
    by_id: dict[int, tuple[list[Json], Json]], key: int | None, thing: str
) -> tuple[list[Json], Json]:
    if key not in by_id:
        raise invalid(f"No {thing} with id: {key}")
    return by_id[key]


def _checked_name(edit: Edit, named: Json) -> Json:
    name = named.get("name", "")
    if not _NAME.fullmatch(name) or parse_cells(name) or name.upper() in {"TRUE", "FALSE"}:
        raise invalid(f"Invalid named range name: {name}")
    taken = [n["name"].casefold() for n in edit.book.body["namedRanges"] if n is not named]
    if name.casefold() in taken:
        raise invalid(f'A named range with the name "{name}" already exists.')
    return named | {"range": edit.kept_range(named.get("range", {}))}


@request("addNamedRange")
def add_named_range(edit: Edit, details: Json) -> Json:
    """A name for a range, under an id that may be chosen."""
    sent, known = details.get("namedRange", {}), edit.book.body["namedRanges"]
    key = sent.get("namedRangeId") or str(secrets.randbelow(10**10))
    if key in [n["namedRangeId"] for n in known]:
        raise invalid(f"Named range with id {key} already exists.")
    named = _checked_name(edit, sent) | {"namedRangeId": key}
    known.append(named)
    return {"namedRange": named}


def _named(edit: Edit, key: str) -> Json:
    for named in edit.book.body["namedRanges"]:
        if named["namedRangeId"] == key:
            found: Json = named
            return found
    raise invalid(f"No named range with id: {key}")


@request("updateNamedRange")
def update_named_range(edit: Edit, details: Json) -> None:
    """Change the name or the range."""
    sent = details.get("namedRange", {})
    named = _named(edit, sent.get("namedRangeId", ""))
    new = merged(named, sent, update_mask(details)) | {"namedRangeId": named["namedRangeId"]}
    edit.book.body["namedRanges"].remove(named)
    edit.book.body["namedRanges"].append(_checked_name(edit, new))


@request("deleteNamedRange")
def delete_named_range(edit: Edit, details: Json) -> None:
    """Forget a name."""
    edit.book.body["namedRanges"].remove(_named(edit, details.get("namedRangeId", "")))
