"""A secretary looks at a spreadsheet and types into it; the Sheets API tells what is there."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.pages.sheet_places import column_index, column_letters, in_range
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
BASE = f"spreadsheets/d/{SHEET}"
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


def get(school: RunningSandbox, what: str, user: str = SECRETARIAT, **more: Any) -> Json:
    """What the page's script is told."""
    query = {"user": user, "gid": TAB, **more}
    answer = requests.get(f"{school.url}{BASE}/{what}", params=query, timeout=10)
    told: Json = answer.json()
    return told


def cells(school: RunningSandbox, user: str = SECRETARIAT, top: int = 0, bottom: int = 100) -> Json:
    """The cells by A1 name: text, CSS, and what else is told."""
    told = get(school, "cells", user, top=top, bottom=bottom)
    return {
        f"{column_letters(column)}{row + 1}": {
            "text": text,
            "look": told["looks"][look] if look >= 0 else "",
            **(rest[0] if rest else {}),
        }
        for row, line in told["rows"]
        for column, text, look, *rest in line
    }


def send(school: RunningSandbox, what: str, user: str = SECRETARIAT, **sent: Any) -> Any:
    """The answer to what the page's script sends."""
    return post(school, f"{BASE}/{what}", json={"user": user, "gid": str(TAB), **sent})


def typed(school: RunningSandbox, user: str, a1: str, *values: str) -> Any:
    return send(school, "write", user, cell=a1, values=[list(values)], top=0, bottom=100)


def column(service: Service, letter: str) -> list[Any]:
    values = service("sheets", WORKER).spreadsheets().values()
    area = f"'Dossiers d''essai'!{letter}2:{letter}4"
    found = values.get(spreadsheetId=SHEET, range=area, majorDimension="COLUMNS").execute()
    rows: list[Any] = found["values"][0]
    return rows


def test_a_person_sees_the_formatted_values(school: RunningSandbox) -> None:
    shown = cells(school)
    assert shown["B2"]["text"] == "Hanquelet"
    assert shown["D2"]["text"] == "12,5"


def test_the_page_names_spreadsheet_tabs_and_people(school: RunningSandbox) -> None:
    shown = page(school, EDIT).text
    assert "Dossiers d&#39;essai" in shown
    assert f'data-user="{SECRETARIAT}"' in shown
    assert READER in shown


def test_without_script_the_first_rows_can_be_read(school: RunningSandbox) -> None:
    shown = page(school, EDIT).text
    assert '<td dir="auto">Hanquelet</td>' in shown
    assert "id-1" not in shown, "a hidden column"


def test_hidden_and_frozen_lines_are_told(school: RunningSandbox) -> None:
    shape = get(school, "tab")
    assert shape["hiddenColumns"] == [0]
    assert (shape["frozenRows"], shape["frozenColumns"]) == (1, 0)
    assert (shape["rows"], shape["columns"]) == (60, 8)


def test_hidden_tabs_are_not_offered(school: RunningSandbox, service: Service) -> None:
    new = {"properties": {"sheetId": 8, "title": "Coulisses", "hidden": True}}
    change(service, [{"addSheet": new}])
    assert "Coulisses" not in page(school, EDIT).text


def test_a_rule_colours_the_rows_where_it_holds(school: RunningSandbox) -> None:
    shown = cells(school)
    assert "background:rgb(204,204,204)" in shown["B2"]["look"]
    assert "line-through" in shown["B2"]["look"]
    assert "background" not in shown["B3"]["look"]


def test_a_rule_about_numbers_colours_too(school: RunningSandbox, service: Service) -> None:
    values = [{"userEnteredValue": "10"}]
    red = {"backgroundColor": {"red": 1}}
    rule = {"condition": {"type": "NUMBER_GREATER", "values": values}, "format": red}
    area = {"sheetId": TAB, "startColumnIndex": 3, "endColumnIndex": 4}
    change(
        service, [{"addConditionalFormatRule": {"rule": {"ranges": [area], "booleanRule": rule}}}]
    )
    shown = cells(school)
    assert "rgb(255,0,0)" in shown["D2"]["look"]
    assert "rgb(255,0,0)" not in shown["D3"]["look"]


def test_alternating_colours_also_fill_empty_cells(
    school: RunningSandbox, service: Service
) -> None:
    colours = {"headerColor": {"red": 1}, "firstBandColor": {}, "secondBandColor": {"blue": 1}}
    area = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 8, "endColumnIndex": 6}
    change(service, [{"addBanding": {"bandedRange": {"range": area, "rowProperties": colours}}}])
    shown = cells(school)
    looks = [shown[f"F{row}"]["look"] for row in (1, 3, 4, 6)]
    assert looks == [
        f"background:rgb({colour})" for colour in ("255,0,0", "0,0,255", "0,0,0", "0,0,0")
    ]


def test_formats_become_looks(school: RunningSandbox, service: Service) -> None:
    look = {
        "textFormat": {"bold": True, "fontSize": 15},
        "horizontalAlignment": "CENTER",
        "wrapStrategy": "WRAP",
        "borders": {"bottom": {"style": "SOLID_THICK", "color": {"red": 1}}},
    }
    area = {"sheetId": TAB, "startRowIndex": 6, "endRowIndex": 7, "endColumnIndex": 1}
    request = {"range": area, "cell": {"userEnteredFormat": look}, "fields": "userEnteredFormat"}
    change(service, [{"repeatCell": request}])
    shown = set(cells(school)["A7"]["look"].split(";"))
    assert shown >= {"font-weight:600", "font-size:1.5em", "text-align:center"}
    assert shown >= {"white-space:pre-wrap", "border-bottom:3px solid rgb(255,0,0)"}


def test_merged_cells_are_told(school: RunningSandbox, service: Service) -> None:
    area = {"sheetId": TAB, "startRowIndex": 5, "endRowIndex": 7, "startColumnIndex": 4}
    area |= {"endColumnIndex": 6}
    change(service, [{"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}}])
    assert get(school, "tab")["merges"] == [[5, 4, 7, 6]]


def test_rows_that_the_filter_hides_are_named(school: RunningSandbox, service: Service) -> None:
    area = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 4, "endColumnIndex": 4}
    hides = {"2": {"hiddenValues": ["Clos"]}}
    change(service, [{"setBasicFilter": {"filter": {"range": area, "criteria": hides}}}])
    shape = get(school, "tab")
    assert shape["filteredRows"] == [1]
    assert shape["filter"] == {"box": [0, 0, 4, 4], "active": [2]}


def test_a_filter_by_condition_hides_blank_rows_too(
    school: RunningSandbox, service: Service
) -> None:
    area = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 8, "endColumnIndex": 4}
    over = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "3"}]}
    basic = {"range": area, "criteria": {"3": {"condition": over}}}
    change(service, [{"setBasicFilter": {"filter": basic}}])
    assert get(school, "tab")["filteredRows"] == [2, 4, 5, 6, 7]


def test_a_person_filters_by_values_and_the_api_sees_it(
    school: RunningSandbox, service: Service
) -> None:
    assert send(school, "change", action="filter", box=[0, 0, 4, 4]).json()["filter"]
    offered = get(school, "choices", column=2)["values"]
    assert {one["text"]: (one["count"], one["shown"]) for one in offered} == dict.fromkeys(
        STATUSES, (1, True)
    )
    shape = send(school, "change", action="criteria", column=2, hidden=["Clos", "En cours"]).json()
    assert shape["filteredRows"] == [1, 3]
    found = service("sheets", WORKER).spreadsheets().get(spreadsheetId=SHEET).execute()
    criteria = found["sheets"][0]["basicFilter"]["criteria"]
    assert criteria == {"2": {"hiddenValues": ["Clos", "En cours"]}}
    shape = send(school, "change", action="unfilter").json()
    assert (shape["filter"], shape["filteredRows"]) == (None, [])


def test_what_comes_from_outside_is_inert(school: RunningSandbox) -> None:
    shown = page(school, EDIT).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "مرحبا 🌸" in shown
    answer = requests.get(
        f"{school.url}{BASE}/cells?user={SECRETARIAT}&gid={TAB}&top=0&bottom=9", timeout=10
    )
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_link_is_followed_only_to_the_web_or_a_mailbox(
    school: RunningSandbox,
) -> None:
    typed(school, SECRETARIAT, "E2", '=HYPERLINK("javascript:alert(1)"; "clic")')
    assert "link" not in cells(school).get("E2", {})


def test_the_secretariat_types_a_status_and_sees_the_rows_again(
    school: RunningSandbox, service: Service
) -> None:
    answer = typed(school, SECRETARIAT, "C3", "En cours")
    assert answer.status_code == 200
    row = dict(answer.json()["rows"])[2]
    assert {place: text for place, text, *_ in row}[2] == "En cours"
    assert cell(service, "C3") == "En cours"


def test_a_formula_is_told_with_its_result_and_its_text(school: RunningSandbox) -> None:
    typed(school, SECRETARIAT, "E2", "=D2*2")
    shown = cells(school)["E2"]
    assert (shown["text"], shown["typed"]) == ("25", "=D2*2")
    typed(school, SECRETARIAT, "D2", "4")
    assert cells(school)["E2"]["text"] == "8"


def test_numbers_are_typed_as_people_write_them(school: RunningSandbox, service: Service) -> None:
    typed(school, SECRETARIAT, "D3", "7,5")
    assert cell(service, "D3") == 7.5


def test_a_block_is_pasted_at_once_or_not_at_all(school: RunningSandbox, service: Service) -> None:
    values = [["1", "x"], ["2", "y"]]
    assert send(school, "write", cell="D2", values=values).status_code == 200
    assert [cell(service, a1) for a1 in ("D2", "E2", "D3", "E3")] == [1, "x", 2, "y"]
    refused = send(school, "write", cell="H60", values=values)
    assert refused.json()["refusal"] == "C’est en dehors de la feuille."


def test_what_is_edited_keeps_what_its_format_rounds_away(
    school: RunningSandbox, service: Service
) -> None:
    date = {"type": "DATE", "pattern": "d mmm"}
    looks = {"D2": {"type": "NUMBER", "pattern": "0"}, "D3": {"type": "PERCENT"}, "D4": date}
    for row, number_format in enumerate(looks.values(), start=1):
        area = {"sheetId": TAB, "startRowIndex": row, "endRowIndex": row + 1}
        area |= {"startColumnIndex": 3, "endColumnIndex": 4}
        fields = {"userEnteredFormat": {"numberFormat": number_format}}
        request = {"range": area, "cell": fields, "fields": "userEnteredFormat.numberFormat"}
        change(service, [{"repeatCell": request}])
    for a1, text in (("D2", "12,345"), ("D3", "12,5 %"), ("D4", "17/04/2026")):
        typed(school, SECRETARIAT, a1, text)
    shown = cells(school)
    assert [shown[a1]["typed"] for a1 in ("D2", "D4")] == ["12,345", "17/04/2026"]
    assert shown["D3"].get("typed", shown["D3"]["text"]).replace("\u202f", " ") == "12,5 %"
    assert (shown["D4"]["kind"], shown["D4"]["day"]) == ("date", "2026-04-17")
    before = [cell(service, a1) for a1 in looks]
    for a1 in looks:
        typed(school, SECRETARIAT, a1, shown[a1].get("typed", shown[a1]["text"]))
    assert [cell(service, a1) for a1 in looks] == before


def test_a_dropdown_refuses_what_it_does_not_offer(
    school: RunningSandbox, service: Service
) -> None:
    answer = typed(school, SECRETARIAT, "C3", "Peut-être")
    assert answer.status_code == 400
    assert answer.json()["refusal"].endswith("n’accepte que : À contacter, En cours, Clos.")
    assert cell(service, "C3") == "À contacter"


@pytest.mark.parametrize(
    ("text", "status"),
    [("demain", 400), ("vrai", 400), ("17/04/2026", 200), ("17/4", 200), ("=D2", 200), ("", 200)],
)
def test_a_date_column_takes_dates(
    school: RunningSandbox, service: Service, text: str, status: int
) -> None:
    area = {"sheetId": TAB, "startColumnIndex": 3, "endColumnIndex": 4}
    rule = {"condition": {"type": "DATE_IS_VALID"}, "strict": True}
    change(service, [{"setDataValidation": {"range": area, "rule": rule}}])
    answer = typed(school, SECRETARIAT, "D3", text)
    assert answer.status_code == status
    assert answer.ok or "n’accepte qu’une date" in answer.json()["refusal"]


def test_a_closed_door_offers_to_look_as_somebody_else(school: RunningSandbox) -> None:
    closed = page(school, EDIT, params={"user": "dehors@ecole.example"})
    assert closed.status_code == 403
    assert "elle n’est pas partagée avec <bdi>dehors@ecole.example</bdi>" in closed.text
    assert f'<option value="{SECRETARIAT}"' in closed.text


def test_a_dropdown_can_be_emptied(school: RunningSandbox, service: Service) -> None:
    assert typed(school, SECRETARIAT, "C3", "").status_code == 200
    assert cell(service, "C3") == ""


def test_a_dropdown_takes_its_choices_from_a_range(
    school: RunningSandbox, service: Service
) -> None:
    area = {"sheetId": TAB, "startRowIndex": 1, "endRowIndex": 4}
    area |= {"startColumnIndex": 5, "endColumnIndex": 6}
    source = [{"userEnteredValue": "='Dossiers d''essai'!C2:C4"}]
    rule = {"condition": {"type": "ONE_OF_RANGE", "values": source}, "strict": True}
    change(service, [{"setDataValidation": {"range": area, "rule": rule}}])
    told = get(school, "cells", top=0, bottom=9)
    assert ["Clos", "À contacter", "En cours"] in told["lists"]
    assert typed(school, SECRETARIAT, "F2", "Ailleurs").status_code == 400


def test_a_checkbox_says_how_it_is_ticked(school: RunningSandbox, service: Service) -> None:
    area = {"sheetId": TAB, "startRowIndex": 1, "endRowIndex": 2}
    area |= {"startColumnIndex": 4, "endColumnIndex": 5}
    rule = {"condition": {"type": "BOOLEAN"}, "strict": True}
    change(service, [{"setDataValidation": {"range": area, "rule": rule}}])
    shown = cells(school)["E2"]
    assert (shown["kind"], shown["on"]) == ("box", False)
    typed(school, SECRETARIAT, "E2", shown["yes"])
    assert cell(service, "E2") is True
    assert cells(school)["E2"]["on"] is True


def test_a_protected_cell_is_refused_with_the_reason(
    school: RunningSandbox, service: Service
) -> None:
    (guard,) = get(school, "tab")["guards"]
    assert guard["box"] == [0, 0, 60, 2]
    assert get(school, "tab", WORKER)["guards"] == []
    answer = typed(school, SECRETARIAT, "B2", "Autre nom")
    assert answer.status_code == 400
    assert "La cellule B2 est protégée" in answer.json()["refusal"]
    assert cell(service, "B2") == "Hanquelet"


def test_a_sort_that_would_move_protected_cells_is_refused(
    school: RunningSandbox, service: Service
) -> None:
    answer = send(school, "change", action="sort", column=3, descending=False)
    assert "La plage A1:B60 est protégée" in answer.json()["refusal"]
    assert column(service, "D") == ["12,5", "3", "4"]


def test_who_may_sorts_below_the_heading(school: RunningSandbox, service: Service) -> None:
    assert send(school, "change", WORKER, action="sort", column=3).status_code == 200
    assert column(service, "D") == ["3", "4", "12,5"]
    send(school, "change", WORKER, action="sort", column=3, descending=True)
    assert column(service, "D") == ["12,5", "4", "3"]
    assert cell(service, "D1") == "Heures"


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ({"action": "insert", "start": 1, "end": 2}, ["", "Hanquelet"]),
        ({"action": "delete", "start": 1, "end": 2}, ["<script>alert(1)</script>"]),
    ],
)
def test_rows_are_inserted_and_deleted(
    school: RunningSandbox, action: Json, names: list[str]
) -> None:
    shape = send(school, "change", WORKER, dimension="ROWS", **action).json()
    assert shape["rows"] == 60 + (1 if action["action"] == "insert" else -1)
    shown = cells(school)
    assert [shown.get(f"B{2 + n}", {"text": ""})["text"] for n in range(len(names))] == names


def test_columns_are_hidden_sized_and_frozen(school: RunningSandbox) -> None:
    span: Json = {"dimension": "COLUMNS", "start": 4, "end": 6}
    assert send(school, "change", action="hide", hidden=True, **span).json()["hiddenColumns"] == [
        0,
        4,
        5,
    ]
    shape = send(school, "change", action="resize", pixels=222, **span).json()
    assert shape["widths"] == {"4": 222, "5": 222}
    shape = send(school, "change", action="freeze", rows=2, columns=1).json()
    assert (shape["frozenRows"], shape["frozenColumns"]) == (2, 1)
    refused = send(school, "change", action="freeze", rows=60, columns=0).json()["refusal"]
    assert refused == "Il doit rester des lignes et des colonnes non figées."


def test_a_reader_looks_and_cannot_change(school: RunningSandbox, service: Service) -> None:
    assert "Lecture seule" in page(school, f"{EDIT}?user={READER}").text
    answers = [
        typed(school, READER, "C2", "En cours"),
        send(school, "change", READER, action="unfilter"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert all("pas la modifier" in answer.json()["refusal"] for answer in answers)
    assert cell(service, "C2") == "Clos"


@pytest.mark.parametrize("a1", ["C3:D9", "ZZ999", "", "0"])
def test_a_cell_that_is_none_is_refused(school: RunningSandbox, a1: str) -> None:
    answer = typed(school, SECRETARIAT, a1, "x")
    assert answer.status_code == 400
    assert answer.json()["refusal"]


@pytest.mark.parametrize(
    ("what", "sent"),
    [
        ("write", {"cell": "C3", "values": "x"}),
        ("write", {"cell": "C3", "values": []}),
        ("write", {"cell": "C3", "values": [[]]}),
        ("change", {"action": "explode"}),
        ("change", {"action": "insert", "dimension": "DEPTH", "start": 1, "end": 2}),
        ("change", {"action": "sort"}),
        ("change", {"action": "filter", "box": "x"}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    school: RunningSandbox, what: str, sent: Json
) -> None:
    answer = send(school, what, **sent)
    assert answer.status_code == 400
    assert answer.json()["refusal"] == "Cette demande ne se comprend pas."


def test_only_json_is_taken(school: RunningSandbox) -> None:
    sent = {"user": SECRETARIAT, "gid": str(TAB), "cell": "C3", "values": "x"}
    assert post(school, f"{BASE}/write", data=sent).status_code == 400


def test_a_tab_that_is_gone_says_so(school: RunningSandbox) -> None:
    assert get(school, "tab", gid=404) == {"refusal": "Cet onglet n’existe plus."}


def test_who_has_no_access_sees_nothing(school: RunningSandbox) -> None:
    stranger = "referent.va@ecole.example"
    answer = page(school, f"{EDIT}?user={stranger}")
    assert answer.status_code in {403, 404}
    assert "Hanquelet" not in answer.text
    assert "Retour à l’accueil" in answer.text
    refusal = {"refusal": "Cette personne n’a pas accès à cette feuille."}
    assert get(school, "tab", stranger) == refusal
    assert get(school, "cells", stranger, top=0, bottom=9) == refusal
    assert get(school, "choices", stranger, column=2) == refusal


def test_a_literal_text_that_looks_like_a_formula_stays_text_when_typed_again(
    school: RunningSandbox, service: Service
) -> None:
    formula = '=IMPORTXML("http://pirate.example")'
    literal = [{"values": [{"userEnteredValue": {"stringValue": formula}}]}]
    start = {"sheetId": TAB, "rowIndex": 1, "columnIndex": 4}
    update = {"start": start, "rows": literal, "fields": "userEnteredValue"}
    change(service, [{"updateCells": update}])
    assert cells(school)["E2"]["typed"] == "'" + formula
    typed(school, SECRETARIAT, "E2", "'" + formula)
    assert cell(service, "E2") == formula


def test_a_long_tab_comes_in_windows(sandbox: RunningSandbox) -> None:
    book = spreadsheet([["Ligne"], *([f"n° {n}"] for n in range(700))])
    book["sheets"][0]["rowCount"] = 800
    fill(sandbox, spreadsheets=[book])
    rows = get(sandbox, "cells", top=600, bottom=700)["rows"]
    assert (rows[0][0], rows[-1][0]) == (600, 699)
    assert rows[50][1][0][:2] == [0, "n° 649"]
    assert len(get(sandbox, "cells", top=0, bottom=800)["rows"]) == 500


def test_a_chart_comes_with_its_numbers(school: RunningSandbox, service: Service) -> None:
    def cells_of(column: int) -> Json:
        area = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 4}
        area |= {"startColumnIndex": column, "endColumnIndex": column + 1}
        return {"sourceRange": {"sources": [area]}}

    basic = {
        "chartType": "COLUMN",
        "headerCount": 1,
        "domains": [{"domain": cells_of(2)}],
        "series": [{"series": cells_of(3)}],
    }
    anchor = {"sheetId": TAB, "rowIndex": 5, "columnIndex": 1}
    chart = {
        "spec": {"title": "Heures par statut", "basicChart": basic},
        "position": {"overlayPosition": {"anchorCell": anchor}},
    }
    change(service, [{"addChart": {"chart": chart}}])
    (told,) = get(school, "tab")["charts"]
    assert (told["title"], told["kind"], told["row"]) == ("Heures par statut", "COLUMN", 5)
    assert told["labels"] == ["Clos", "À contacter", "En cours"]
    (series,) = told["series"]
    assert (series["name"], series["values"]) == ("Heures", [12.5, 3, 4])


def test_assets_are_told_by_their_fingerprint(school: RunningSandbox) -> None:
    first = page(school, "assets/sheet.css")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = requests.get(f"{school.url}assets/sheet.css", headers=tag, timeout=10)
    assert (again.status_code, again.content) == (304, b"")


@given(st.integers(min_value=0, max_value=18_277))
def test_column_letters_and_numbers_agree(index: int) -> None:
    letters = column_letters(index)
    assert column_index(letters) == index
    assert 1 <= len(letters) <= 3


def test_an_open_range_holds_every_row() -> None:
    assert in_range({"startColumnIndex": 2, "endColumnIndex": 3}, 5000, 2)
    assert not in_range({"startColumnIndex": 2, "endColumnIndex": 3}, 0, 3)
