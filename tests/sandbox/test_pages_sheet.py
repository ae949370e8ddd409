"""A secretary looks at a spreadsheet and types into it; the Sheets API tells what is there."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.pages.sheet_rules import Rules, column_index, in_range
from itn_sync.sandbox.pages.sheet_view import column_letters
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service
from tests.sandbox.pages_school import (
    READER,
    SECRETARIAT,
    SHEET,
    TAB,
    WORKER,
    Json,
    fill,
    page,
    post,
    spreadsheet,
)

EDIT = f"spreadsheets/d/{SHEET}/edit"
CELL = f"spreadsheets/d/{SHEET}/cell"
VALUES: list[list[Any]] = [
    ["Identifiant", "Étudiant", "Statut", "Heures"],
    ["id-1", "Hanquelet", "Clos", 12.5],
    ["id-2", "<script>alert(1)</script>", "À contacter", 3],
    ["id-3", "مرحبا 🌸", "En cours", 4],
]
STATUSES = ["À contacter", "En cours", "Clos"]


@pytest.fixture
def school(sandbox: RunningSandbox, service: Service) -> RunningSandbox:
    fill(sandbox, spreadsheets=[spreadsheet(VALUES)])
    shape(service)
    return sandbox


def shape(service: Service) -> None:
    """Dress the tab as the worker does: hidden id, frozen heading, rule, dropdown, guard."""
    status = {"sheetId": TAB, "startRowIndex": 1, "endRowIndex": 20}
    status |= {"startColumnIndex": 2, "endColumnIndex": 3}
    listed = [{"userEnteredValue": value} for value in STATUSES]
    closed = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": '=$C2="clos"'}]}
    grey = {"backgroundColor": {"red": 0.8, "green": 0.8, "blue": 0.8}}
    grey |= {"textFormat": {"strikethrough": True}}
    requests: list[Json] = [
        {
            "updateDimensionProperties": {
                "range": {
                    "sheetId": TAB,
                    "dimension": "COLUMNS",
                    "startIndex": 0,
                    "endIndex": 1,
                },
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
        {
            "updateSheetProperties": {
                "properties": {"sheetId": TAB, "gridProperties": {"frozenRowCount": 1}},
                "fields": "gridProperties.frozenRowCount",
            }
        },
        {
            "addConditionalFormatRule": {
                "index": 0,
                "rule": {
                    "ranges": [{"sheetId": TAB, "startRowIndex": 1}],
                    "booleanRule": {"condition": closed, "format": grey},
                },
            }
        },
        {
            "setDataValidation": {
                "range": status,
                "rule": {"condition": {"type": "ONE_OF_LIST", "values": listed}, "strict": True},
            }
        },
        {
            "addProtectedRange": {
                "protectedRange": {
                    "range": {"sheetId": TAB, "startColumnIndex": 0, "endColumnIndex": 2},
                    "editors": {"users": [WORKER]},
                }
            }
        },
    ]
    change(service, requests)


def change(service: Service, requests: list[Json]) -> None:
    sheets = service("sheets", WORKER).spreadsheets()
    sheets.batchUpdate(spreadsheetId=SHEET, body={"requests": requests}).execute()


def cell(service: Service, a1: str) -> Any:
    values = service("sheets", WORKER).spreadsheets().values()
    found = values.get(
        spreadsheetId=SHEET,
        range=f"'Dossiers d''essai'!{a1}",
        valueRenderOption="UNFORMATTED_VALUE",
    ).execute()
    return found.get("values", [[""]])[0][0]


def typed(school: RunningSandbox, user: str, a1: str, value: str) -> Any:
    sent = {"user": user, "gid": str(TAB), "cell": a1, "value": value}
    return post(school, CELL, data=sent, allow_redirects=False)


def drawn(html: str, a1: str) -> str:
    """The opening tag of a cell."""
    found = re.search(rf'<td id="{a1}"[^>]*>', html)
    assert found, a1
    return found[0]


def test_a_person_sees_the_formatted_values(school: RunningSandbox) -> None:
    shown = page(school, EDIT).text
    assert ">Hanquelet</td>" in shown
    assert ">12,5</td>" in shown
    assert "Dossiers d&#39;essai" in shown


def test_hidden_columns_are_not_there(school: RunningSandbox) -> None:
    shown = page(school, EDIT).text
    assert "id-1" not in shown
    assert 'id="A1"' not in shown


def test_the_heading_row_stays_in_sight(school: RunningSandbox) -> None:
    head = page(school, EDIT).text.partition("<tbody>")[0]
    assert ">Statut</td>" in head
    assert "Hanquelet" not in head


def test_a_rule_colours_the_rows_where_it_holds(school: RunningSandbox) -> None:
    shown = page(school, EDIT).text
    css = dict(re.findall(r"\.grid \.(s\d+)\{([^}]*)\}", shown))

    def look(a1: str) -> str:
        found = re.search(r'class="(s\d+)"', drawn(shown, a1))
        return css[found[1]] if found else ""

    assert "background:rgb(204,204,204)" in look("B2")
    assert "line-through" in look("B2")
    assert "background" not in look("B3")


def test_rows_that_the_filter_hides_come_when_asked(
    school: RunningSandbox, service: Service
) -> None:
    area = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 4, "endColumnIndex": 4}
    hides = {"2": {"hiddenValues": ["Clos"]}}
    change(service, [{"setBasicFilter": {"filter": {"range": area, "criteria": hides}}}])
    shown = page(school, EDIT).text
    assert "Hanquelet" not in shown
    assert "1 ligne masquée." in shown
    assert "Hanquelet" in page(school, f"{EDIT}?tout=1").text


def test_what_comes_from_outside_is_inert(school: RunningSandbox) -> None:
    shown = page(school, EDIT).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "مرحبا 🌸" in shown


def test_a_cell_cannot_turn_the_cells_around_it(school: RunningSandbox) -> None:
    typed(school, SECRETARIAT, "D2", "\u202etelukanaH")
    shown = page(school, EDIT).text
    assert "\u202etelukanaH</td>" in shown
    assert 'dir="auto"' in drawn(shown, "D2")
    assert "unicode-bidi: plaintext" in page(school, "/assets/pages.css").text


def test_the_secretariat_types_a_status(school: RunningSandbox, service: Service) -> None:
    answer = typed(school, SECRETARIAT, "c3", "En cours")
    assert answer.status_code == 303
    back = urlsplit(answer.headers["Location"])
    assert parse_qs(back.query)["user"] == [SECRETARIAT]
    assert back.fragment == "C3"
    assert cell(service, "C3") == "En cours"


def test_numbers_are_typed_as_people_write_them(school: RunningSandbox, service: Service) -> None:
    typed(school, SECRETARIAT, "D3", "7,5")
    assert cell(service, "D3") == 7.5


def test_a_dropdown_refuses_what_it_does_not_offer(
    school: RunningSandbox, service: Service
) -> None:
    answer = typed(school, SECRETARIAT, "C3", "Peut-être")
    assert answer.status_code == 400
    assert "n&#39;accepte que : À contacter, En cours, Clos." in answer.text
    assert 'value="Peut-être"' in answer.text
    assert cell(service, "C3") == "À contacter"


def test_a_dropdown_can_be_emptied(school: RunningSandbox, service: Service) -> None:
    assert typed(school, SECRETARIAT, "C3", "").status_code == 303
    assert cell(service, "C3") == ""


def test_a_protected_cell_is_refused_with_the_reason(
    school: RunningSandbox, service: Service
) -> None:
    shown = page(school, f"{EDIT}?user={SECRETARIAT}").text
    assert "data-guarded" in drawn(shown, "B2")
    assert "data-guarded" not in drawn(shown, "C2")
    answer = typed(school, SECRETARIAT, "B2", "Autre nom")
    assert answer.status_code == 400
    assert "La cellule B2 est protégée" in answer.text
    assert cell(service, "B2") == "Hanquelet"


def test_a_reader_looks_and_cannot_type(school: RunningSandbox, service: Service) -> None:
    assert "Lecture seule" in page(school, f"{EDIT}?user={READER}").text
    answer = typed(school, READER, "C2", "En cours")
    assert answer.status_code == 400
    assert "peut lire la feuille, pas la modifier" in answer.text
    assert cell(service, "C2") == "Clos"


def test_a_cell_that_is_none_is_refused(school: RunningSandbox) -> None:
    assert "Indiquez une cellule" in typed(school, SECRETARIAT, "C3:D9", "x").text
    assert typed(school, SECRETARIAT, "ZZ999", "x").status_code == 400


def test_who_has_no_access_sees_nothing(school: RunningSandbox) -> None:
    answer = page(school, f"{EDIT}?user=referent.va@ecole.example")
    assert answer.status_code in {403, 404}
    assert "Hanquelet" not in answer.text
    assert "Retour à l’accueil" in answer.text


def test_a_literal_text_that_looks_like_a_formula_stays_text_when_typed_again(
    school: RunningSandbox, service: Service
) -> None:
    formula = '=IMPORTXML("http://pirate.example")'
    literal = [{"values": [{"userEnteredValue": {"stringValue": formula}}]}]
    start = {"sheetId": TAB, "rowIndex": 1, "columnIndex": 4}
    update = {"start": start, "rows": literal, "fields": "userEnteredValue"}
    change(service, [{"updateCells": update}])
    tag = drawn(page(school, EDIT).text, "E2")
    assert 'data-typed="&#39;=IMPORTXML(' in tag
    typed(school, SECRETARIAT, "E2", "'" + formula)
    assert cell(service, "E2") == formula


def test_a_long_tab_is_shown_by_pages(sandbox: RunningSandbox) -> None:
    book = spreadsheet([["Ligne"], *([f"n° {n}"] for n in range(700))])
    book["sheets"][0]["rowCount"] = 800
    fill(sandbox, spreadsheets=[book])
    first, second = page(sandbox, EDIT).text, page(sandbox, f"{EDIT}?debut=500").text
    assert ">n° 10</td>" in first
    assert ">n° 650</td>" not in first
    assert ">n° 650</td>" in second


@given(st.integers(min_value=0, max_value=18_277))
def test_column_letters_and_numbers_agree(index: int) -> None:
    letters = column_letters(index)
    assert column_index(letters) == index
    assert 1 <= len(letters) <= 3


@pytest.mark.parametrize(
    ("kind", "wanted", "text", "holds"),
    [
        ("TEXT_EQ", "clos", "Clos", True),
        ("TEXT_EQ", "clos", "Clos hier", False),
        ("TEXT_CONTAINS", "hier", "Clos hier", True),
        ("TEXT_STARTS_WITH", "Cl", "Clos", True),
        ("NOT_BLANK", "", "x", True),
        ("NOT_BLANK", "", "", False),
        ("BLANK", "", "", True),
        ("CUSTOM_FORMULA", '=$A1="Clos"', "Clos", True),
        ("CUSTOM_FORMULA", '=$A1="dit ""oui"""', 'dit "oui"', True),
        ("CUSTOM_FORMULA", "=SUM(A1)>2", "Clos", False),
        ("NUMBER_GREATER", "1", "2", False),
    ],
)
def test_a_boolean_rule_holds_on_its_texts(kind: str, wanted: str, text: str, holds: bool) -> None:
    condition = {"type": kind, "values": [{"userEnteredValue": wanted}]}
    italic = {"textFormat": {"italic": True}}
    rule = {"ranges": [{}], "booleanRule": {"condition": condition, "format": italic}}
    rows = {"rowData": [{"values": [{"formattedValue": text}]}]}
    assert Rules({"conditionalFormats": [rule]}, rows).at(0, 0) == (italic if holds else {})


def test_an_open_range_holds_every_row() -> None:
    assert in_range({"startColumnIndex": 2, "endColumnIndex": 3}, 5000, 2)
    assert not in_range({"startColumnIndex": 2, "endColumnIndex": 3}, 0, 3)
