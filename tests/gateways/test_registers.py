"""Registers over HTTP: made once, read wherever things were moved, kept beside people's marks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.domain.serials import date_serial
from itn_sync.domain.units import MARKS, OURS, Area, Layout
from itn_sync.gateways.errors import Missing
from itn_sync.gateways.register_looks import GUIDE_TITLE
from itn_sync.gateways.registers import (
    RegisterBook,
    RegisterStudent,
    StudentChanges,
    TabPlace,
    our_place,
)
from itn_sync.gateways.sheets import SCOPE
from tests.gateways import register_office as teachers
from tests.gateways.register_office import (
    ACTS,
    ALI,
    LEA,
    MATH,
    PEDA,
    PLACES,
    SESSIONS,
    SHEET,
    TITLE,
    ZOE,
    book,
    by_id,
    made,
    new_tab,
    read,
)
from tests.gateways.sheets_office import WORKER, Office

Act = Callable[[Office], None]
GET, VALUES = "sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGetByDataFilter"
BATCH = "sheets.spreadsheets.batchUpdate"
WRITE = "sheets.spreadsheets.values.batchUpdateByDataFilter"
GONE = "Parti le 12/11/2026"
ADD_LEA = {MATH: StudentChanges(rows=(LEA,))}
ZOE_LEFT = {MATH: StudentChanges(situations={ZOE.id: GONE})}


# Making


def test_a_register_is_read_as_it_was_made(office: Office) -> None:
    snapshot = read(made(office))
    grid = snapshot.grids[MATH]
    assert (grid.layout, snapshot.missing) == (OURS, ())
    assert grid.rows[0] == ("", TITLE, "", "Date", *(date_serial(s.day) for s in SESSIONS))
    assert grid.rows[1][3:] == ("Cours", "Mathématiques", "Remédiation", "Mathématiques")
    assert grid.rows[2][1:] == ("Nom", "Prénom", "Périodes", 4, 2, 4)
    assert grid.rows[3] == (ALI.id, "Dupont", "Ali", "", "P", "R2")
    assert grid.rows[4] == (ZOE.id, "Écart", "Zoé", "", "A")
    assert grid.place == "«Suivi», onglet «Mathématiques 1»"
    assert grid.link == f"{office.root}spreadsheets/d/{office.id}/edit?gid={SHEET}#gid={SHEET}"


def test_the_first_page_says_how(office: Office) -> None:
    made(office)
    rows = office.rows(GUIDE_TITLE)
    assert rows[0] == [GUIDE_TITLE]
    assert ["P", "présent"] in rows
    assert len([row for row in rows if len(row) == 2]) == len(MARKS) + 1


def test_a_page_that_somebody_wrote_on_stays(office: Office) -> None:
    office.type("A1", "à nous")
    made(office)
    titles = [sheet["properties"]["title"] for sheet in office.get()["sheets"]]
    assert GUIDE_TITLE not in titles
    assert office.rows(titles[0]) == [["à nous"]]


def test_a_second_making_does_nothing(office: Office) -> None:
    found = made(office)
    before = office.get()
    office.calls()
    found.make_tabs([new_tab(students=(ALI, ZOE, LEA))])
    assert office.calls() == {GET: 1}
    assert office.get() == before


def test_what_is_missing_is_added_beside_what_is_there(office: Office) -> None:
    found = made(office)
    found.make_tabs([new_tab(), new_tab(PEDA, "mathematiques 1")])
    titles = [sheet["properties"]["title"] for sheet in office.get()["sheets"]]
    assert titles[1:] == [TITLE, "mathematiques 1 (2)"]
    assert by_id(read(found))[ALI.id][3:] == ["P", "R2"]


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "after"}, {"drop": "before"}])
def test_a_lost_answer_makes_nothing_twice(office: Office, fault: dict[str, Any]) -> None:
    office.trouble(method=BATCH, **({"when": "after"} if "status" in fault else {}), **fault)
    found = made(office)
    assert len(office.get()["sheets"]) == 2
    assert len(by_id(read(found))) == 2


def test_somebody_makes_a_tab_of_that_name_meanwhile(office: Office) -> None:
    found = book(office)
    real = found._sheets  # the worker's first look, after which the teacher acts

    def look_then_act() -> Any:
        seen = real()
        found._sheets = real  # type: ignore[method-assign]
        office.batch({"addSheet": {"properties": {"title": TITLE}}})
        return seen

    found._sheets = look_then_act  # type: ignore[method-assign]
    found.make_tabs([new_tab()])
    titles = [sheet["properties"]["title"] for sheet in office.get()["sheets"]]
    assert f"{TITLE} (2)" in titles


def test_a_register_without_sessions_or_students_can_be_made(office: Office) -> None:
    found = book(office)
    found.make_tabs([new_tab(sessions=(), students=())])
    assert read(found).grids[MATH].layout == OURS


def test_teachers_are_warned_of_our_columns_alone_and_may_write_anywhere(office: Office) -> None:
    made(office)
    (sheet,) = [one for one in office.get()["sheets"] if one["properties"]["sheetId"] == SHEET]
    guarded = sheet["protectedRanges"]
    assert [one["range"]["startColumnIndex"] for one in guarded] == [0, 3]
    assert all(one["warningOnly"] for one in guarded)
    for cell in ("B4", "E1", "E4", "H1"):
        if cell == "H1":
            more = teachers.span("COLUMNS", 7, 8) | {"inheritFromBefore": True}
            office.batch({"insertDimension": more})
        office.type(f"{TITLE}!{cell}", "x")


# Reading


@pytest.mark.parametrize("act", ACTS)
def test_a_register_is_read_whatever_people_did(office: Office, act: Act) -> None:
    found = made(office)
    act(office)
    snapshot = read(found)
    grid = snapshot.grids[MATH]
    rows = grid.rows[grid.layout.first_row :]
    cells = {str(row[grid.layout.id_column]): row for row in rows if row}
    last, first = grid.layout.name_columns
    assert (cells[ALI.id][last], cells[ALI.id][first]) == ("Dupont", "Ali")
    assert cells[ALI.id][grid.layout.first_session] == "P"
    day = grid.rows[grid.layout.date_row][grid.layout.first_session]
    assert day == date_serial(SESSIONS[0].day)
    assert grid.rows[grid.layout.periods_row][grid.layout.first_session] == 4
    assert bool(grid.merges) == (act is teachers.merge_cells)


def test_merged_cells_are_told(office: Office) -> None:
    found = made(office)
    teachers.merge_cells(office)
    assert read(found).grids[MATH].merges == (Area(3, 4, 5, 7),)


def test_two_calls_read_any_number_of_registers(office: Office) -> None:
    found = made(office)
    found.make_tabs([new_tab(PEDA, "Pédagogie")])
    office.calls()
    snapshot = found.read({unit: our_place(unit) for unit in (MATH, PEDA, "ghost")})
    assert office.calls() == {GET: 1, VALUES: 1}
    assert (set(snapshot.grids), snapshot.missing) == ({MATH, PEDA}, ("ghost",))


def test_a_row_that_a_teacher_typed_is_read_without_id(office: Office) -> None:
    found = made(office)
    office.type(f"{TITLE}!B6", "Nouveau")
    office.type(f"{TITLE}!E6", "P")
    assert read(found).grids[MATH].rows[5] == ("", "Nouveau", "", "", "P")


def test_a_lost_id_column_is_told_by_the_layout(office: Office) -> None:
    found = made(office)
    office.batch({"deleteDimension": teachers.span("COLUMNS", 0, 1)})
    snapshot = read(found)
    layout = snapshot.grids[MATH].layout
    assert (layout.id_column, layout.name_columns, layout.first_session) == (-1, (0, 1), 3)
    found.keep_students(ADD_LEA, snapshot)
    assert len(read(found).grids[MATH].rows) == 5


def test_a_row_inserted_between_the_two_calls_is_seen(office: Office) -> None:
    found = made(office)
    line, real = found._line, found._line.values

    def insert_then_read(sheets: Any) -> Any:
        line.values = real  # type: ignore[method-assign]
        teachers.insert_row_on_top(office)
        return real(sheets)

    line.values = insert_then_read  # type: ignore[method-assign]
    office.calls()
    assert read(found).sheets[MATH].row_count == len(("titles",) * 3) + 2 + 30 + 1
    assert office.calls() == {GET: 2, VALUES: 2, BATCH: 1}


def test_a_tab_deleted_between_the_two_calls_is_missing(office: Office) -> None:
    found = made(office)
    line, real = found._line, found._line.values

    def delete_then_read(sheets: Any) -> Any:
        line.values = real  # type: ignore[method-assign]
        office.batch({"deleteSheet": {"sheetId": SHEET}})
        return real(sheets)

    line.values = delete_then_read  # type: ignore[method-assign]
    assert read(found).missing == (MATH,)


def test_a_register_of_the_schools_own_is_found_by_its_title(office: Office) -> None:
    office.batch({"addSheet": {"properties": {"title": "Pédagogie"}}})
    office.type("Pédagogie!A5", "zoe@etudiant.example")
    layout = Layout(first_row=4, name_columns=(), first_session=3, course_row=-1)
    place = TabPlace(PEDA, title="pedagogie", layout=layout)
    snapshot = book(office).read({PEDA: place, MATH: TabPlace(MATH, title="Rien")})
    assert snapshot.grids[PEDA].layout == layout
    assert snapshot.grids[PEDA].rows[4] == ("zoe@etudiant.example",)
    assert snapshot.missing == (MATH,)


def test_a_spreadsheet_that_is_gone(office: Office) -> None:
    session = office.google.session(WORKER, [SCOPE])
    with pytest.raises(Missing):
        RegisterBook(session, "1NexistePas00000000000").read(PLACES)


# Keeping


@pytest.mark.parametrize("act", [None, *ACTS])
def test_a_new_student_gets_a_row_whatever_people_did_meanwhile(
    office: Office, act: Act | None
) -> None:
    found = made(office)
    snapshot = read(found)
    if act:
        act(office)
    before = by_id(read(found))
    found.keep_students(ADD_LEA, snapshot)
    after = read(found)
    layout = after.grids[MATH].layout
    added = after.grids[MATH].rows[-1]
    assert [added[n] for n in (layout.id_column, *layout.name_columns)] == [
        LEA.id,
        LEA.last_name,
        LEA.first_name,
    ]
    assert {who: cells for who, cells in by_id(after).items() if who != LEA.id} == before


@pytest.mark.parametrize("fault", [{"status": 503, "when": "after"}, {"drop": "after"}])
def test_a_row_is_added_once_though_the_answer_is_lost(
    office: Office, fault: dict[str, Any]
) -> None:
    found = made(office)
    snapshot = read(found)
    office.trouble(method=BATCH, **fault)
    found.keep_students(ADD_LEA, snapshot)
    found.keep_students(ADD_LEA, snapshot)
    assert [row[0] for row in read(found).grids[MATH].rows[3:]] == [ALI.id, ZOE.id, LEA.id]


def test_a_row_that_a_teacher_deleted_can_be_added_again(office: Office) -> None:
    found = made(office)
    found.keep_students(ADD_LEA, read(found))
    office.batch({"deleteDimension": teachers.span("ROWS", 5, 6)})
    found.keep_students(ADD_LEA, read(found))
    assert LEA.id in by_id(read(found))


def test_more_students_than_rows(office: Office) -> None:
    found = made(office)
    many = tuple(RegisterStudent(f"ETU-{n:08}", f"Nom{n}", "P") for n in range(60))
    found.keep_students({MATH: StudentChanges(rows=many)}, read(found))
    snapshot = read(found)
    assert len(by_id(snapshot)) == 62
    last = len(snapshot.grids[MATH].rows)
    sheets = office.get(ranges=f"'{TITLE}'!E{last}", includeGridData=True)["sheets"]
    (sheet,) = [one for one in sheets if one["properties"]["sheetId"] == SHEET]
    cell = sheet["data"][0]["rowData"][0]["values"][0]
    assert cell["dataValidation"]["condition"]["type"] == "ONE_OF_LIST"
    assert cell["userEnteredFormat"]["horizontalAlignment"] == "CENTER"


@pytest.mark.parametrize("act", [None, *ACTS])
def test_a_situation_lands_in_its_row_whatever_people_did_meanwhile(
    office: Office, act: Act | None
) -> None:
    found = made(office)
    snapshot = read(found)
    if act:
        act(office)
    found.keep_students(ZOE_LEFT, snapshot)
    after = read(found)
    sheet = after.sheets[MATH]
    column, row_of = sheet.parts["situation"], sheet.parts["id"]
    shown = {
        row[row_of]: row[column] if column < len(row) else ""
        for row in after.grids[MATH].rows[after.grids[MATH].layout.first_row :]
        if row
    }
    assert shown.pop(ZOE.id) == GONE
    assert set(shown.values()) == {""}
    assert by_id(after)[ALI.id].count("P") == 1


def test_a_sort_right_before_the_write_is_repaired(office: Office) -> None:
    found = made(office)
    snapshot = read(found)
    line, real = found._line, found._line.write

    def sort_then_write(data: Any) -> None:
        line.write = real  # type: ignore[method-assign]
        teachers.sort_backwards(office)
        real(data)

    line.write = sort_then_write  # type: ignore[method-assign]
    found.keep_students(ZOE_LEFT, snapshot)
    rows = by_id(read(found))
    assert (rows[ALI.id][2], rows[ZOE.id][2]) == ("", GONE)
    assert (rows[ALI.id][3:], rows[ZOE.id][3:]) == (["P", "R2"], ["A"])


def test_a_situation_is_cleared_and_others_stay(office: Office) -> None:
    found = made(office)
    both = {MATH: StudentChanges(situations={ZOE.id: GONE, ALI.id: "Autre"})}
    found.keep_students(both, read(found))
    found.keep_students({MATH: StudentChanges(situations={ZOE.id: ""})}, read(found))
    rows = by_id(read(found))
    assert (rows[ALI.id][2], rows[ZOE.id][2]) == ("Autre", "")


def test_nothing_to_change_writes_nothing(office: Office) -> None:
    found = made(office)
    found.keep_students(ZOE_LEFT, read(found))
    snapshot = read(found)
    office.calls()
    found.keep_students(ZOE_LEFT, snapshot)
    found.keep_students({MATH: StudentChanges(rows=(ALI,))}, snapshot)
    found.keep_students({MATH: StudentChanges(situations={LEA.id: GONE})}, snapshot)
    found.keep_students({"ghost": StudentChanges(rows=(LEA,))}, snapshot)
    assert office.calls() == {}


def test_a_row_that_a_teacher_typed_stays_as_it_is(office: Office) -> None:
    found = made(office)
    office.type(f"{TITLE}!B6", "Lambert")
    office.type(f"{TITLE}!E6", "P")
    changes = {MATH: StudentChanges(rows=(LEA,), situations={ZOE.id: GONE})}
    found.keep_students(changes, read(found))
    rows = read(found).grids[MATH].rows
    assert rows[5] == ("", "Lambert", "", "", "P")
    assert rows[6][0] == LEA.id


MARK = st.sampled_from(["P", "A", "R2", "CM", "?", "=1+1", "12", ""])
DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), st.sampled_from("EFG"), st.integers(4, 8), MARK),
        st.sampled_from([(act.__name__,) for act in ACTS if act is not teachers.merge_cells]),
    ),
    max_size=5,
)


@settings(max_examples=15)
@given(before=DOINGS, meanwhile=DOINGS)
def test_nothing_that_people_recorded_is_ever_touched(
    new_office: Callable[[], Office], before: list[Any], meanwhile: list[Any]
) -> None:
    office = new_office()
    found = made(office)
    people_do(office, before)
    snapshot = read(found)
    people_do(office, meanwhile)
    theirs = recorded(found)
    changes = {MATH: StudentChanges(rows=(LEA,), situations={ZOE.id: GONE})}
    found.keep_students(changes, snapshot)
    assert recorded(found) == theirs


def people_do(office: Office, doings: list[Any]) -> None:
    for name, *more in doings:
        if name == "mark":
            column, row, value = more
            title = next(
                sheet["properties"]["title"]
                for sheet in office.get()["sheets"]
                if sheet["properties"]["sheetId"] == SHEET
            )
            office.type(f"'{title}'!{column}{row}", value, user="direction@ecole.example")
        else:
            getattr(teachers, name)(office)


def recorded(found: RegisterBook) -> list[list[Any]]:
    """Every row that is not Léa's, without our two columns."""
    snapshot = read(found)
    parts = snapshot.sheets[MATH].parts
    ours = {parts["id"], parts["situation"]}
    rows = snapshot.grids[MATH].rows
    kept = [row for row in rows if LEA.id not in row]
    shown = [[str(cell) for n, cell in enumerate(row) if n not in ours] for row in kept]
    return [stripped for row in shown if (stripped := without_blanks(row))]


def without_blanks(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def test_a_million_cells_are_read_in_seconds(office: Office) -> None:
    """1000 students, 1000 sessions."""
    office.batch(
        {"addSheet": {"properties": {"title": "Grand", "sheetId": 7, "gridProperties": BIG}}},
        {
            "repeatCell": {
                "range": {"sheetId": 7},
                "cell": {"userEnteredValue": {"stringValue": "P"}},
                "fields": "userEnteredValue",
            }
        },
    )
    place = {MATH: TabPlace(MATH, 7)}
    began = time.perf_counter()
    grid = book(office).read(place).grids[MATH]
    assert sum(map(len, grid.rows)) == 1_000_000
    assert time.perf_counter() - began < 60  # of which the sandbox takes most


BIG = {"rowCount": 1000, "columnCount": 1000}
