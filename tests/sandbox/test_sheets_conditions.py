"""Conditions: what they may be, which cells they colour, which rows they hide.

Sources: ConditionType, CellData.effectiveFormat and DimensionProperties.hiddenByFilter in the
discovery document.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from itn_sync.sandbox.discovery import schema
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.world import set_now
from tests.sandbox.sheets_world import Workbook, box, refused, workbook

RED = {"red": 1}
STUDENTS: list[list[Any]] = [
    ["Nom", "Points", "Le"],
    ["Ana", 12, 46266],
    ["Élise", 8, 46267],
    ["Omar", None, 46268],
]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    """Today is 2 September 2026 (46267)."""
    with workbook(tmp_path) as one:
        with one.world.transaction(write=True) as state:
            set_now(state, datetime(2026, 9, 2, 12, tzinfo=UTC))
        one.write("A1", STUDENTS)
        yield one


def condition(kind: str, *values: str, relative: str = "") -> Json:
    given: list[Json] = [{"userEnteredValue": value} for value in values]
    given += [{"relativeDate": relative}] if relative else []
    return {"type": kind} | ({"values": given} if given else {})


def rule(told: Json, look: Json, area: Json) -> Json:
    one = {"ranges": [area], "booleanRule": {"condition": told, "format": look}}
    return {"addConditionalFormatRule": {"rule": one, "index": 0}}


@pytest.mark.parametrize(
    ("told", "column", "rows"),
    [
        (condition("NUMBER_GREATER", "10"), 1, [2]),
        (condition("NUMBER_BETWEEN", "8", "12"), 1, [2, 3]),
        (condition("NUMBER_LESS_THAN_EQ", "=AVERAGE($B$2:$B$4)"), 1, [3]),
        (condition("TEXT_CONTAINS", "a"), 0, [2, 4]),
        (condition("TEXT_STARTS_WITH", "éL"), 0, [3]),
        (condition("TEXT_EQ", "omar"), 0, [4]),
        (condition("BLANK"), 1, [4]),
        (condition("NOT_BLANK"), 1, [2, 3]),
        (condition("DATE_BEFORE", relative="TODAY"), 2, [2]),
        (condition("DATE_AFTER", relative="YESTERDAY"), 2, [3, 4]),
        (condition("DATE_EQ", "3/09/2026"), 2, [4]),
        (condition("CUSTOM_FORMULA", "=$B2>10"), 0, [2]),
        (condition("CUSTOM_FORMULA", "=NB.SI($A$2:$A$4;A2)=1"), 0, [2, 3, 4]),
        (condition("CUSTOM_FORMULA", "=NOPE(B2)"), 0, []),
    ],
)
def test_a_conditional_format_colours_the_cells_it_is_true_of(
    book: Workbook, told: Json, column: int, rows: list[int]
) -> None:
    book.batch(rule(told, {"backgroundColor": RED}, box(1, column, 4, column + 1)))
    cells = {n: book.cell(f"{'ABC'[column]}{n}") for n in (1, 2, 3, 4)}
    colours = {n: c.get("effectiveFormat", {}).get("backgroundColor") for n, c in cells.items()}
    assert [n for n, colour in colours.items() if colour == RED] == rows
    assert all("userEnteredFormat" not in cell for cell in cells.values())


def test_a_rule_follows_the_column_it_speaks_of(book: Workbook) -> None:
    grown = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    told = condition("CUSTOM_FORMULA", "=$B2>10")
    book.batch(rule(told, {"backgroundColor": RED}, box(1, 0, 4, 1)))
    book.batch({"insertDimension": {"range": grown}})
    assert book.cell("A2")["effectiveFormat"]["backgroundColor"] == RED


def test_the_first_rule_is_the_strongest(book: Workbook) -> None:
    area, always = box(1, 0, 2, 1), condition("NOT_BLANK")
    later = {"backgroundColor": {"blue": 1}, "textFormat": {"bold": True}}
    book.batch(rule(always, later, area), rule(always, {"backgroundColor": RED}, area))
    look = book.cell("A2")["effectiveFormat"]
    assert (look["backgroundColor"], look["textFormat"]["bold"]) == (RED, True)


def hidden(book: Workbook, **criteria: Json) -> list[int]:
    """The rows, counted from 1, that a basic filter over A1:C4 with these criteria hides."""
    by_column = {name.removeprefix("column"): one for name, one in criteria.items()}
    held = {"range": box(0, 0, 4, 3), "criteria": by_column}
    book.batch({"setBasicFilter": {"filter": held}})
    fields = "sheets.data.rowMetadata.hiddenByFilter"
    rows = book.call("get", fields=fields)["sheets"][0]["data"][0]["rowMetadata"]
    return [number for number, row in enumerate(rows, 1) if row.get("hiddenByFilter")]


def test_a_filter_hides_rows_but_never_its_heading(book: Workbook) -> None:
    assert hidden(book, column0={"hiddenValues": ["Ana", "Nom"]}) == [2]
    assert hidden(book, column1={"condition": condition("NUMBER_GREATER", "10")}) == [3, 4]
    assert hidden(book, column1={"hiddenValues": ["", "8"]}) == [3, 4]
    assert hidden(book, column1={"condition": condition("CUSTOM_FORMULA", "=B2>9")}) == [3, 4]
    book.batch({"clearBasicFilter": {"sheetId": 0}})
    rows = book.call("get", fields="sheets.data.rowMetadata.hiddenByFilter")["sheets"][0]["data"]
    assert not any("hiddenByFilter" in row for row in rows[0]["rowMetadata"])


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({}, "Condition type CONDITION_TYPE_UNSPECIFIED is not supported by data validation."),
        (condition("NOT_BLANK"), "Condition type NOT_BLANK is not supported by data validation."),
        (condition("FILTER_EXPRESSION", "a"), "is not supported by data validation."),
        (condition("NUMBER_BETWEEN", "1"), "Invalid number of values for a condition of type"),
        (condition("ONE_OF_LIST"), "Invalid number of values for a condition of type ONE_OF_LIST"),
        (condition("DATE_BEFORE", relative="TODAY"), "relativeDate is not supported by DATE"),
        (condition("ONE_OF_RANGE", "=Absente!A1"), "must be a range: =Absente!A1"),
        (condition("CUSTOM_FORMULA", "A1>2"), "A custom formula must begin with '='."),
        ({"type": "TEXT_EQ", "values": [{}]}, "must have a userEnteredValue or a relativeDate."),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(book: Workbook, told: Json, text: str) -> None:
    details = {"range": box(0, 0, 1, 1), "rule": {"condition": told}}
    with refused(400, text):
        book.batch({"addSheet": {}}, {"setDataValidation": details})
    assert len(book.call("get")["sheets"]) == 1
    assert "dataValidation" not in book.cell("A1")


def accepted(book: Workbook, told: Json, purpose: str) -> bool:
    """Whether a condition may be used for a purpose."""
    held = {"range": box(0, 0, 4, 3), "criteria": {"0": {"condition": told}}}
    requests = {
        "data validation": {
            "setDataValidation": {"range": box(0, 0, 1, 1), "rule": {"condition": told}}
        },
        "conditional formatting": rule(told, {}, box(0, 0, 1, 1)),
        "filters": {"setBasicFilter": {"filter": held}},
    }
    try:
        book.batch(requests[purpose])
    except ApiError:
        return False
    return True


def test_each_type_serves_where_the_contract_says(book: Workbook) -> None:
    kinds = schema("sheets", "BooleanCondition")["properties"]["type"]
    for kind, text in zip(kinds["enum"], kinds["enumDescriptions"], strict=True):
        value = "=A1" if kind in {"ONE_OF_RANGE", "CUSTOM_FORMULA"} else "1"
        sentence = text.partition("Supported by ")[2].partition(".")[0]
        for purpose in ("data validation", "conditional formatting", "filters"):
            tried = [accepted(book, condition(kind, *[value] * n), purpose) for n in (0, 1, 2)]
            said = purpose in sentence and "data source" not in sentence
            assert any(tried) is said, (kind, purpose)
