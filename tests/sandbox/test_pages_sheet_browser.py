"""A secretary works in the spreadsheet with a real browser: keyboard, mouse, finger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from itn_sync.sandbox.server import RunningSandbox
from tests.browsers import barriers, complaints, fits
from tests.sandbox.conftest import Service
from tests.sandbox.pages_school import READER, SECRETARIAT, SHEET, TAB, WORKER, Json, fill

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
LONG = 9
_IN_LINE = """cells => {
  const [top, left, there] = cells.map((a1) =>
    document.getElementById(a1)?.getBoundingClientRect());
  return top && left && there && top.x === there.x && left.y === there.y;
}"""
"""The heading stands above the cell and the first cell of its row beside it."""

pytestmark = pytest.mark.browser


def opened(browser: Browser, size: Any, **more: Any) -> Iterator[Page]:
    """A page that fails the test on any script error and on anything the policy forbids."""
    context = browser.new_context(viewport=size, **more)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    heard = complaints(page)
    yield page
    context.close()
    assert heard == []


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    yield from opened(browser, DESK)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from opened(browser, PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def school(sandbox: RunningSandbox, service: Service) -> RunningSandbox:
    values: list[list[Any]] = [
        ["Dossier", "Étudiant", "Statut", "Heures", "Vu", "Le", "Remarque"],
        ["id-1", "Hanquelet", "Clos", 12.5, False, 46129, "Une remarque trop longue pour sa case"],
        ["id-2", "Bodartin", "À contacter", 3, True, None, None],
        ["id-3", "Crabbelinck", "En cours", 4, False, None, None],
    ]
    tab = {"sheetId": TAB, "title": "Dossiers", "rowCount": 60, "columnCount": 9, "values": values}
    import_book(sandbox, [tab, {"sheetId": LONG, "title": "Autre"}])
    dress(service)
    return sandbox


@pytest.fixture
def long(sandbox: RunningSandbox) -> RunningSandbox:
    rows = [[f"r{row} c{column}" for column in range(40)] for row in range(10_000)]
    size = {"rowCount": 10_000, "columnCount": 40}
    first = {"sheetId": TAB, "title": "Dossiers"}
    import_book(sandbox, [first, {"sheetId": LONG, "title": "Long", "values": rows} | size])
    return sandbox


def import_book(sandbox: RunningSandbox, tabs: list[Json]) -> None:
    grants = ((SECRETARIAT, "writer"), (READER, "reader"))
    book = {
        "id": SHEET,
        "title": "Suivi",
        "owner": WORKER,
        "locale": "fr_BE",
        "sheets": tabs,
        "permissions": [
            {"role": role, "type": "user", "emailAddress": who} for who, role in grants
        ],
    }
    fill(sandbox, spreadsheets=[book])


def change(service: Service, *requests: Json) -> None:
    sheets = service("sheets", WORKER).spreadsheets()
    sheets.batchUpdate(spreadsheetId=SHEET, body={"requests": list(requests)}).execute()


def area(top: int, left: int, bottom: int, right: int) -> Json:
    rows = {"startRowIndex": top, "endRowIndex": bottom}
    return {"sheetId": TAB, **rows, "startColumnIndex": left, "endColumnIndex": right}


def rule(column: int, kind: str, *values: str) -> Json:
    listed = [{"userEnteredValue": value} for value in values]
    condition = {"type": kind} | ({"values": listed} if listed else {})
    told = {"range": area(1, column, 20, column + 1)}
    return {"setDataValidation": told | {"rule": {"condition": condition, "strict": True}}}


def dress(service: Service) -> None:
    """Frozen heading, a protected column, a dropdown, checkboxes, dates."""
    frozen = {"sheetId": TAB, "gridProperties": {"frozenRowCount": 1}}
    kept = {
        "range": area(1, 0, 60, 1),
        "editors": {"users": [WORKER]},
        "description": "Tenue à jour",
    }
    date = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}}}
    change(
        service,
        {
            "updateSheetProperties": {
                "properties": frozen,
                "fields": "gridProperties.frozenRowCount",
            }
        },
        {"addProtectedRange": {"protectedRange": kept}},
        rule(2, "ONE_OF_LIST", "À contacter", "En cours", "Clos"),
        rule(4, "BOOLEAN"),
        {
            "repeatCell": {
                "range": area(1, 5, 20, 6),
                "cell": date,
                "fields": "userEnteredFormat.numberFormat",
            }
        },
    )


def cell(service: Service, a1: str, render: str = "UNFORMATTED_VALUE") -> Any:
    values = service("sheets", WORKER).spreadsheets().values()
    found = values.get(
        spreadsheetId=SHEET, range=f"Dossiers!{a1}", valueRenderOption=render
    ).execute()
    return found.get("values", [[""]])[0][0]


def visit(
    page: Page, school: RunningSandbox, user: str = SECRETARIAT, gid: int = TAB, more: str = ""
) -> None:
    page.goto(f"{school.url}spreadsheets/d/{SHEET}/edit?user={quote(user)}&gid={gid}{more}")
    page.locator(".sheet[data-ready]").wait_for()


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def at(page: Page, a1: str) -> Any:
    return page.locator(f"[id='{a1}']")


def test_the_page_is_accessible_and_fits(school: RunningSandbox, desk: Page, phone: Page) -> None:
    for page in (desk, phone):
        visit(page, school)
        at(page, "B2").wait_for()
        assert barriers(page) == []
        assert fits(page)


def test_menus_and_the_filter_are_accessible(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school)
    desk.get_by_role("button", name="Lignes").click()
    assert barriers(desk) == []
    keys(desk, "Escape")
    desk.get_by_role("button", name="Filtre", exact=True).click()
    desk.get_by_role("button", name="Filtrer la colonne C").click()
    desk.get_by_role("dialog").wait_for()
    assert barriers(desk) == []
    keys(desk, "Escape")
    for a1 in ("C2", "D2", "F2"):
        at(desk, a1).dblclick()
        desk.locator("#editor").wait_for()
        assert barriers(desk) == []
        keys(desk, "Escape")


def test_everything_by_keyboard(school: RunningSandbox, service: Service, desk: Page) -> None:
    visit(desk, school, more="&cell=D2")
    expect(desk.locator("#value")).to_have_value("12,5")
    desk.keyboard.type("7,25")  # over what is there
    keys(desk, "Enter")
    expect(at(desk, "D2")).to_have_text("7,25")
    expect(desk.locator("#cell")).to_have_value("D3")
    keys(desk, "F2", "Backspace")
    desk.keyboard.type("6")
    keys(desk, "Tab")
    expect(at(desk, "D3")).to_have_text("6")
    expect(desk.locator("#cell")).to_have_value("E3")
    keys(desk, "Shift+Tab", "Enter")
    desk.keyboard.type("999")
    keys(desk, "Escape", "ArrowDown", "Delete")
    expect(at(desk, "D4")).to_have_text("")
    assert [cell(service, a1) for a1 in ("D2", "D3", "D4")] == [7.25, 6, ""]


def test_a_formula_is_seen_in_the_bar_and_its_result_in_the_cell(
    school: RunningSandbox, desk: Page
) -> None:
    visit(desk, school, more="&cell=H2")
    desk.keyboard.type("=D2*2")
    keys(desk, "Enter")
    expect(at(desk, "H2")).to_have_text("25")
    keys(desk, "ArrowUp")
    expect(desk.locator("#value")).to_have_value("=D2*2")
    desk.locator("#value").fill("=D2*4")
    keys(desk, "Enter")
    expect(at(desk, "H2")).to_have_text("50")
    at(desk, "D2").click()
    desk.keyboard.type("1")
    keys(desk, "Enter")
    expect(at(desk, "H2")).to_have_text("4")


def test_accents_are_typed_straight_into_a_cell(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school, more="&cell=G3")
    desk.keyboard.type("oui éàç «là»")
    keys(desk, "Enter")
    expect(at(desk, "G3")).to_have_text("oui éàç «là»")


def test_a_status_is_picked_by_mouse_and_by_keyboard(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    visit(desk, school)
    at(desk, "C2").dblclick()
    desk.get_by_label("au choix").select_option("En cours")
    expect(at(desk, "C2")).to_contain_text("En cours")
    at(desk, "C3").click()
    keys(desk, "Enter", "ArrowDown", "ArrowDown", "Enter")
    expect(at(desk, "C3")).to_contain_text("Clos")
    assert (cell(service, "C2"), cell(service, "C3")) == ("En cours", "Clos")
    at(desk, "C4").click()
    desk.keyboard.type("Peut-être")
    keys(desk, "Enter")
    expect(desk.get_by_role("alert")).to_contain_text("n’accepte que : À contacter, En cours, Clos")
    assert cell(service, "C4") == "En cours"


def test_a_box_is_ticked_and_a_day_is_picked(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    visit(desk, school)
    at(desk, "E2").get_by_label("non cochée").click()
    at(desk, "E2").get_by_label("cochée", exact=True).wait_for()
    keys(desk, "ArrowDown", "Space")
    at(desk, "E3").get_by_label("non cochée").wait_for()
    assert (cell(service, "E2"), cell(service, "E3")) == (True, False)
    expect(at(desk, "F2")).to_have_text("17/04/2026")
    at(desk, "F2").dblclick()
    desk.locator("#editor").fill("2026-09-01")
    keys(desk, "Enter")
    expect(at(desk, "F2")).to_have_text("01/09/2026")
    assert cell(service, "F2") == 46266


def test_a_protected_cell_says_why_it_refuses(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    visit(desk, school, more="&cell=A2")
    expect(desk.locator("#etat")).to_contain_text("Tenue à jour")
    desk.keyboard.type("x")
    expect(desk.get_by_role("alert")).to_contain_text("La cellule A2 est protégée")
    assert cell(service, "A2") == "id-1"


def test_a_reader_sees_and_cannot_edit(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school, READER, more="&cell=D2")
    keys(desk, "Enter")
    expect(desk.get_by_role("alert")).to_contain_text("pas la modifier")
    assert desk.locator("#editor").count() == 0


def test_a_block_is_copied_and_pasted(school: RunningSandbox, service: Service, desk: Page) -> None:
    visit(desk, school, more="&cell=C2")
    keys(desk, "Shift+ArrowRight", "Shift+ArrowDown", "Control+c")
    desk.locator("#cell").fill("G10")
    keys(desk, "Enter", "Control+v")
    expect(at(desk, "H11")).to_have_text("3")
    assert [cell(service, a1) for a1 in ("G10", "H10", "G11", "H11")] == [
        "Clos",
        12.5,
        "À contacter",
        3,
    ]


def test_rows_come_and_go(school: RunningSandbox, service: Service, desk: Page) -> None:
    change(service, {"deleteProtectedRange": {"protectedRangeId": protected(service)}})
    desk.on("dialog", lambda dialog: dialog.accept())
    visit(desk, school, more="&cell=B2")
    desk.get_by_role("button", name="Lignes").click()
    desk.get_by_role("button", name="Insérer au-dessus de la ligne 2").click()
    expect(at(desk, "B3")).to_have_text("Hanquelet")
    desk.get_by_role("button", name="Lignes").click()
    desk.get_by_role("button", name="Supprimer la ligne 2").click()
    expect(at(desk, "B2")).to_have_text("Hanquelet")
    assert cell(service, "B2") == "Hanquelet"


def protected(service: Service) -> int:
    found = service("sheets", WORKER).spreadsheets().get(spreadsheetId=SHEET).execute()
    number: int = found["sheets"][0]["protectedRanges"][0]["protectedRangeId"]
    return number


def test_menus_say_in_good_french_what_is_chosen(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school, more="&cell=B3:C5")
    desk.get_by_role("button", name="Lignes").click()
    menu = desk.locator("#menu-lignes")
    for name in (
        "Insérer au-dessus des lignes 3 à 5",
        "Supprimer les lignes 3 à 5",
        "Figer jusqu’à la ligne 5",
    ):
        expect(menu.get_by_role("button", name=name)).to_be_visible()


def test_a_lost_service_is_told_in_french(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school, more="&cell=D2")
    desk.route("**/write", lambda route: route.abort())
    desk.keyboard.type("9")
    keys(desk, "Enter")
    expect(desk.get_by_role("alert")).to_contain_text("Le service ne répond pas.")


def test_a_column_is_filtered_by_its_values(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    visit(desk, school)
    desk.get_by_role("button", name="Filtre", exact=True).click()
    desk.get_by_role("button", name="Filtrer la colonne C").click()
    desk.get_by_label("Clos").uncheck()
    desk.get_by_role("button", name="Appliquer").click()
    expect(at(desk, "B2")).to_have_count(0)
    expect(at(desk, "B3")).to_have_text("Bodartin")
    expect(desk.locator("#masquees")).to_have_text("Filtre : 1 ligne masquée.")
    found = service("sheets", WORKER).spreadsheets().get(spreadsheetId=SHEET).execute()
    assert found["sheets"][0]["basicFilter"]["criteria"] == {"2": {"hiddenValues": ["Clos"]}}


def test_a_refused_sort_says_why(school: RunningSandbox, service: Service, desk: Page) -> None:
    visit(desk, school, more="&cell=D2")
    desk.get_by_role("button", name="Trier").click()
    desk.get_by_role("button", name="Trier de A à Z").click()
    expect(desk.get_by_role("alert")).to_contain_text("La plage A2:A60 est protégée (Tenue à jour)")
    visit(desk, school, WORKER, more="&cell=D2")
    desk.get_by_role("button", name="Trier").click()
    desk.get_by_role("button", name="Trier de A à Z").click()
    expect(at(desk, "B2")).to_have_text("Bodartin")
    assert cell(service, "D2") == 3


def test_a_wrapped_text_makes_its_row_higher(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    wrap = {"userEnteredFormat": {"wrapStrategy": "WRAP"}}
    fields = "userEnteredFormat.wrapStrategy"
    change(service, {"repeatCell": {"range": area(1, 6, 2, 7), "cell": wrap, "fields": fields}})
    visit(desk, school)
    at(desk, "G2").wait_for()
    expect(at(desk, "G2")).to_have_css("white-space-collapse", "preserve")
    heights = [at(desk, a1).bounding_box()["height"] for a1 in ("G2", "G3")]
    assert heights[0] >= 2.5 * heights[1]


def test_frozen_lines_stay_in_sight(long: RunningSandbox, service: Service, desk: Page) -> None:
    frozen = {"frozenRowCount": 2, "frozenColumnCount": 1}
    properties = {"sheetId": LONG, "gridProperties": frozen}
    fields = "gridProperties(frozenRowCount,frozenColumnCount)"
    change(service, {"updateSheetProperties": {"properties": properties, "fields": fields}})
    visit(desk, long, gid=LONG, more="&cell=T500")
    expect(at(desk, "T500")).to_be_in_viewport()
    for a1 in ("A1", "T2", "A500"):
        expect(at(desk, a1)).to_be_in_viewport()
    desk.wait_for_function(_IN_LINE, arg=["T1", "A500", "T500"])


def test_the_keyboard_is_not_trapped_in_the_grid(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school, more="&cell=C2")
    keys(desk, "Tab")
    expect(desk.locator("#cell")).to_have_value("D2")
    keys(desk, "Escape", "Tab")
    expect(desk.get_by_role("grid")).not_to_be_focused()


def test_a_column_is_widened_by_its_border(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    visit(desk, school)
    box = desk.get_by_role("columnheader", name="B", exact=True).bounding_box()
    assert box
    edge, middle = box["x"] + box["width"] - 2, box["y"] + box["height"] / 2
    desk.mouse.move(edge, middle)
    desk.mouse.down()
    desk.mouse.move(edge + 60, middle)
    with desk.expect_response("**/change"):
        desk.mouse.up()
    sheets = service("sheets", WORKER).spreadsheets()
    found = sheets.get(spreadsheetId=SHEET, includeGridData=True, ranges=["Dossiers"]).execute()
    width = found["sheets"][0]["data"][0]["columnMetadata"][1]["pixelSize"]
    assert 155 <= width <= 165


def test_the_right_button_offers_rows_columns_and_order(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school)
    at(desk, "C3").click(button="right")
    menu = desk.locator("#menu-cellule")
    expect(menu.get_by_role("button", name="Supprimer la ligne 3")).to_be_visible()
    menu.get_by_role("button", name="Insérer à droite de la colonne C").click()
    expect(at(desk, "E1")).to_have_text("Heures")


def test_a_hidden_tab_is_left_alone_and_another_one_is_opened(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    change(service, {"addSheet": {"properties": {"title": "Coulisses", "hidden": True}}})
    visit(desk, school)
    expect(desk.get_by_role("link", name="Coulisses")).to_have_count(0)
    desk.get_by_role("link", name="Autre").click()
    expect(desk.get_by_role("grid", name="Autre")).to_be_visible()


def test_another_person_is_chosen(school: RunningSandbox, desk: Page) -> None:
    visit(desk, school)
    desk.get_by_label("Vous êtes").select_option(READER)
    desk.get_by_text("Lecture seule").wait_for()


def test_links_lead_to_their_row(long: RunningSandbox, desk: Page) -> None:
    desk.goto(f"{long.url}spreadsheets/d/{SHEET}/edit?user={quote(SECRETARIAT)}#gid=9&range=A7000")
    expect(desk.locator("#cell")).to_have_value("A7000")
    expect(at(desk, "A7000")).to_be_in_viewport()
    expect(at(desk, "A7000")).to_have_text("r6999 c0")
    desk.goto(f"{long.url}spreadsheets/d/{SHEET}/edit?gid={TAB}#gid={TAB}&range=A3")
    expect(desk.locator("#cell")).to_have_value("A3")


def test_a_chart_is_drawn_with_its_numbers(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    def source(column: int) -> Json:
        return {"sourceRange": {"sources": [area(0, column, 4, column + 1)]}}

    for place, kind in enumerate(("COLUMN", "LINE", "BAR", "AREA", "SCATTER")):
        basic = {
            "chartType": kind,
            "headerCount": 1,
            "domains": [{"domain": source(1)}],
            "series": [{"series": source(3)}],
        }
        change(service, chart({"title": f"Heures {kind}", "basicChart": basic}, place))
    pie = {"domain": source(1), "series": source(3)}
    change(service, chart({"title": "Parts", "pieChart": pie}, 5))
    visit(desk, school)
    expect(desk.locator(".sheet-chart")).to_have_count(6)
    drawn = desk.get_by_role("img", name="Histogramme : Heures COLUMN. Heures : Hanquelet 12,5")
    expect(drawn.locator("rect")).to_have_count(3)
    assert desk.locator(".sheet-chart").last.locator("path").count() == 3
    assert barriers(desk) == []


def chart(spec: Json, place: int) -> Json:
    anchor = {"sheetId": TAB, "rowIndex": 6 + place * 8, "columnIndex": 1}
    position = {"overlayPosition": {"anchorCell": anchor}}
    return {"addChart": {"chart": {"spec": spec, "position": position}}}


def test_on_a_phone_a_cell_is_edited_by_touch(
    school: RunningSandbox, service: Service, phone: Page
) -> None:
    visit(phone, school)
    at(phone, "D3").scroll_into_view_if_needed()
    at(phone, "D3").tap()
    expect(phone.locator("#cell")).to_have_value("D3")
    at(phone, "D3").tap()
    phone.locator("#editor").fill("8,5")
    keys(phone, "Enter")
    expect(at(phone, "D3")).to_have_text("8,5")
    phone.locator("#value").tap()
    assert cell(service, "D3") == 8.5


def test_ten_thousand_rows_of_forty_columns_stay_smooth(long: RunningSandbox, desk: Page) -> None:
    visit(desk, long, gid=LONG)
    expect(at(desk, "A1")).to_have_text("r0 c0")
    steps = """async () => {
      const scroll = document.querySelector(".sheet-scroll");
      const taken = [];
      for (let step = 0; step < 60; step += 1) {
        const before = performance.now();
        scroll.scrollTop += 700;
        scroll.scrollLeft += step % 10 ? 0 : 200;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        taken.push((performance.now() - before) / 2);
      }
      return taken.sort((a, b) => a - b);
    }"""
    taken = desk.evaluate(steps)
    assert desk.locator(".sheet-cell").count() < 2_500, "only what is in sight is drawn"
    assert taken[30] < 250, "far above what a free machine takes"
    desk.locator("[role=grid]").focus()
    keys(desk, "Control+End")
    expect(at(desk, "AN10000")).to_have_text("r9999 c39")


def test_what_a_filter_hides_is_not_erased(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    hides = {"2": {"hiddenValues": ["À contacter"]}}
    basic = {"range": area(0, 0, 60, 9), "criteria": hides}
    change(service, {"setBasicFilter": {"filter": basic}})
    visit(desk, school, more="&cell=D2:D4")
    keys(desk, "Delete")
    expect(at(desk, "D4")).to_have_text("")
    assert [cell(service, a1) for a1 in ("D2", "D3", "D4")] == ["", 3, ""]


def test_what_others_change_is_seen_on_coming_back(
    school: RunningSandbox, service: Service, desk: Page
) -> None:
    visit(desk, school)
    expect(at(desk, "B2")).to_have_text("Hanquelet")
    values = service("sheets", WORKER).spreadsheets().values()
    body = {"values": [["Hanquelet-Noir"]]}
    sent = {"spreadsheetId": SHEET, "range": "Dossiers!B2", "valueInputOption": "RAW"}
    values.update(**sent, body=body).execute()
    desk.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(at(desk, "B2")).to_have_text("Hanquelet-Noir")
