"""Requests that tidy, split, fill and copy: trimWhitespace, deleteDuplicates, randomizeRange,
pasteData, textToColumns, autoFill, and sheets.copyTo. Source: the discovery document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.series import continued
from tests.sandbox.conftest import Service
from tests.sandbox.sheets_world import EDITOR, READER, Workbook, box, refused, workbook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def do(book: Workbook, kind: str, **details: Any) -> Json:
    reply: Json = book.batch({kind: details})["replies"][0]
    found: Json = reply.get(kind, {})
    return found


def protect(book: Workbook, area: Json) -> None:
    book.batch({"addProtectedRange": {"protectedRange": {"range": area, "editors": {}}}})


def test_white_space_is_trimmed_and_counted(book: Workbook) -> None:
    book.write("A1", [["  a \n b ", "c", 5], ["   ", " =1+1", "\u00a0x"]])
    assert do(book, "trimWhitespace", range=box(0, 0, 2, 3)) == {"cellsChangedCount": 4}
    assert book.read("A1:C2", "FORMULA") == [["a b", "c", 5], ["", "=1+1", "x"]]
    assert do(book, "trimWhitespace", range=box(0, 0, 2, 3)) == {}


def test_duplicates_go_whatever_their_case_and_the_rest_comes_up(book: Workbook) -> None:
    book.write("A1", [["Ana", 1, "x"], ["ANA", 1, "y"], ["Omar", 1, "z"], ["Ana", 2, "t"]])
    book.write("E1", [["a"], ["b"], ["c"], ["d"]])
    assert do(book, "deleteDuplicates", range=box(0, 0, 4, 2)) == {"duplicatesRemovedCount": 1}
    assert book.read("A1:E4") == [
        ["Ana", 1, "x", "", "a"],
        ["Omar", 1, "y", "", "b"],
        ["Ana", 2, "z", "", "c"],
        ["", "", "t", "", "d"],
    ]


def test_duplicates_are_looked_for_in_the_named_columns(book: Workbook) -> None:
    book.write("A1", [["Ana", 1], ["Omar", 1], ["Zoé", 2]])
    column = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    done = do(book, "deleteDuplicates", range=box(0, 0, 3, 2), comparisonColumns=[column])
    assert done == {"duplicatesRemovedCount": 1}
    assert book.read("A1:B3") == [["Ana", 1], ["Zoé", 2]]
    with refused(400, "comparisonColumns must be columns within the range."):
        outside = column | {"endIndex": 5}
        do(book, "deleteDuplicates", range=box(0, 0, 3, 2), comparisonColumns=[outside])


def test_rows_are_shuffled_whole(book: Workbook) -> None:
    rows = [[n, f"n{n}"] for n in range(50)]
    book.write("A1", rows)
    do(book, "randomizeRange", range=box(0, 0, 50, 2))
    shuffled = book.read("A1:B50")
    assert shuffled != rows
    assert sorted(shuffled) == rows


def test_pasted_text_is_read_as_if_typed(book: Workbook) -> None:
    place = {"sheetId": 0, "rowIndex": 998, "columnIndex": 1}
    data = 'Nom\tPoints\n"Dupont\nAna"\t12,5\nOmar\t1/09/2026'
    do(book, "pasteData", coordinate=place, data=data, delimiter="\t", type="PASTE_NORMAL")
    assert book.read("B999:C1001") == [["Nom", "Points"], ["Dupont\nAna", 12.5], ["Omar", 46266]]
    html = "<table><tr><th>a</th><td>2</td></tr><tr><td>=1+1</td></tr></table>"
    do(book, "pasteData", coordinate={"sheetId": 0}, data=html, html=True)
    assert book.read("A1:B2") == [["a", 2], [2]]
    do(book, "pasteData", coordinate={"sheetId": 0}, data="z", delimiter=",", type="PASTE_FORMAT")
    assert book.read("A1") == [["a"]]
    with refused(400, "Must specify either a delimiter or html."):
        do(book, "pasteData", coordinate={"sheetId": 0}, data="a")


@pytest.mark.parametrize(
    ("how", "text", "parts"),
    [
        ({"delimiterType": "COMMA"}, "a,2,VRAI", ["a", 2, True]),
        ({"delimiterType": "SEMICOLON"}, "a;b,c", ["a", "b,c"]),
        ({"delimiterType": "CUSTOM", "delimiter": " - "}, "a - b", ["a", "b"]),
        ({"delimiterType": "AUTODETECT"}, "a;b;c d", ["a", "b", "c d"]),
        ({"delimiterType": "SPACE"}, "seul", ["seul", "avant"]),
    ],
)
def test_a_column_of_text_is_split(book: Workbook, how: Json, text: str, parts: list[Any]) -> None:
    book.write("A1", [[text, "avant"]])
    do(book, "textToColumns", source=box(0, 0, 1, 1), **how)
    assert book.read("A1:C1") == [parts]


def test_a_text_is_split_from_one_column_only(book: Workbook) -> None:
    with refused(400, "must span exactly one column"):
        do(book, "textToColumns", source=box(0, 0, 1, 2), delimiterType="COMMA")
    with refused(400, "Must specify a delimiterType."):
        do(book, "textToColumns", source=box(0, 0, 1, 1))


def fill(book: Workbook, source: Json, length: int, dimension: str = "ROWS", **more: Any) -> None:
    told = {"source": source, "dimension": dimension, "fillLength": length}
    do(book, "autoFill", sourceAndDestination=told, **more)


def test_cells_are_dragged_down_with_their_format(book: Workbook) -> None:
    first = ["1/09/2026", 1, "UE 1", "lundi", "=B1*2", "Ana", 5]
    book.write("A1", [first, [None, 3, None, None, None, "Omar"]], "USER_ENTERED")
    fill(book, box(0, 0, 1, 1), 2)
    fill(book, box(0, 1, 2, 2), 2)
    for column in (2, 3, 4, 6):
        fill(book, box(0, column, 1, column + 1), 2)
    fill(book, box(0, 5, 2, 6), 1)
    assert book.read("A1:G4", "FORMATTED_VALUE") == [
        ["1/09/2026", "1", "UE 1", "lundi", "2", "Ana", "5"],
        ["2/09/2026", "3", "UE 2", "mardi", "6", "Omar", "5"],
        ["3/09/2026", "5", "UE 3", "mercredi", "10", "Ana", "5"],
        ["", "7"],
    ]


def test_cells_are_dragged_up_and_right(book: Workbook) -> None:
    book.write("B5", [[10, 20]])
    fill(book, box(4, 1, 5, 3), 2, "COLUMNS")
    fill(book, box(4, 1, 5, 2), -2, useAlternateSeries=True)
    assert book.read("B3:E5") == [[12], [11], [10, 20, 30, 40]]
    with refused(400, "exceed grid limits"):
        fill(book, box(0, 0, 1, 1), -1)


def test_a_range_is_filled_from_what_it_holds(book: Workbook) -> None:
    book.write("A1", [["UE 1", 5], ["UE 2", 10]])
    do(book, "autoFill", range=box(0, 0, 4, 2))
    assert book.read("A3:B4") == [["UE 3", 15], ["UE 4", 20]]


_FRENCH = rules("fr_BE")


@given(st.integers(-99, 99), st.integers(-9, 9), st.integers(1, 8))
def test_a_regular_series_goes_on(start: int, step: int, count: int) -> None:
    more = [start + step * n for n in range(2, 2 + count)]
    assert continued([start, start + step], count, _FRENCH, steps=False) == more


@given(st.integers(0, 6), st.integers(1, 20))
def test_days_follow_each_other_round_the_week(first: int, count: int) -> None:
    named = continued([_FRENCH.days[first]], count, _FRENCH, steps=False)
    assert named == [_FRENCH.days[(first + n) % 7] for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("trimWhitespace", {"range": box(0, 0, 3, 1)}),
        ("deleteDuplicates", {"range": box(0, 0, 3, 1)}),
        ("randomizeRange", {"range": box(0, 0, 3, 1)}),
        ("pasteData", {"coordinate": {"sheetId": 0}, "data": "x", "delimiter": ","}),
        ("textToColumns", {"source": box(0, 0, 3, 1), "delimiterType": "SPACE"}),
        ("autoFill", {"range": box(0, 0, 6, 1)}),
        ("updateBorders", {"range": box(0, 0, 1, 1), "top": {"style": "SOLID"}}),
    ],
)
def test_protected_cells_refuse_each_and_the_batch_is_undone(
    book: Workbook, kind: str, details: Json
) -> None:
    book.write("A1", [[" a "], ["a"], ["a"]])
    protect(book, box(0, 0, 6, 1))
    before = book.call("get", includeGridData=True, user=EDITOR)
    with refused(400, f"Invalid requests[1].{kind}: Vous tentez de modifier"):
        book.batch({"addSheet": {}}, {kind: details}, user=EDITOR)
    assert book.call("get", includeGridData=True, user=EDITOR) == before


def test_a_tab_is_copied_to_another_spreadsheet(service: Service) -> None:
    sheets = service("sheets").spreadsheets()
    made = [
        sheets.create(body={"properties": {"title": t, "locale": "fr_BE"}}).execute()
        for t in ("De", "Vers")
    ]
    source, target = (one["spreadsheetId"] for one in made)
    cell = {"userEnteredValue": {"numberValue": 46266},
            "userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "d mmmm yyyy"}},
            "note": "rentrée"}  # fmt: skip
    rule = {"ranges": [box(0, 0, 1, 1)],
            "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}  # fmt: skip
    pie = {"pieChart": {"domain": {"sourceRange": {"sources": [box(0, 0, 3, 1)]}}}}
    requests = [
        {"repeatCell": {"range": box(0, 0, 1, 1), "cell": cell, "fields": "*"}},
        {"addConditionalFormatRule": {"rule": rule}},
        {"addChart": {"chart": {"spec": pie, "chartId": 3}}},
    ]
    sheets.batchUpdate(spreadsheetId=source, body={"requests": requests}).execute()

    body = {"destinationSpreadsheetId": target}
    for title in ("Copie de Feuille 1", "Copie de Feuille 1 2"):
        made_there = sheets.sheets().copyTo(spreadsheetId=source, sheetId=0, body=body).execute()
        assert made_there["title"] == title
        assert made_there["sheetId"] != 0
    copied = sheets.get(spreadsheetId=target, includeGridData=True).execute()["sheets"][2]
    assert copied["properties"] == made_there
    new = {"sheetId": made_there["sheetId"]}
    assert copied["conditionalFormats"][0]["ranges"] == [box(0, 0, 1, 1) | new]
    (drawn,) = copied["charts"]
    sources = drawn["spec"]["pieChart"]["domain"]["sourceRange"]["sources"]
    assert sources == [box(0, 0, 3, 1) | new]
    (found,) = copied["data"][0]["rowData"][0]["values"]
    assert (found["formattedValue"], found["note"]) == ("1 septembre 2026", "rentrée")


def test_a_copy_needs_rights_on_both_sides(book: Workbook) -> None:
    copy: Json = {"sheetId": 0, "body": {"destinationSpreadsheetId": book.id}}
    book.call("sheets.copyTo", user=EDITOR, **copy)
    with refused(403, "The caller does not have permission"):
        book.call("sheets.copyTo", user=READER, **copy)
    with refused(404, "Requested entity was not found."):
        book.call("sheets.copyTo", sheetId=0, body={"destinationSpreadsheetId": "nulle-part"})
    with refused(400, "No sheet with id: 9"):
        book.call("sheets.copyTo", **copy | {"sheetId": 9})
    with refused(400, "destinationSpreadsheetId must be specified."):
        book.call("sheets.copyTo", sheetId=0)
    assert len(book.call("get")["sheets"]) == 2
