"""A register with every mistake that teachers make: named by cell, and the rest counts (F12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from itn_sync.domain.rates import PLANNED, rate_in
from itn_sync.domain.register import Register
from itn_sync.domain.register_problems import column_name
from itn_sync.domain.serials import date_serial
from itn_sync.domain.units import Area, Grid, Layout, Session, Value
from tests.registers import AFTER, FIRST, a_grid, a_unit, read, sessions

HELD = sessions(4)
GOOD = {"ETU-1": ["A", "P", "A", "P"], "ETU-2": ["P", "P", "P", "P"]}


def with_cell(grid: Grid, row: int, column: int, value: Value) -> Grid:
    """`grid` with another value in one cell."""
    rows = [list(cells) for cells in grid.rows]
    rows[row][column] = value
    return replace(grid, rows=tuple(tuple(cells) for cells in rows))


def unexcused(register: Register, person: str = "ETU-1") -> object:
    """The periods that count against somebody."""
    return rate_in(register, person, PLANNED, AFTER).unexcused


def only_problem(register: Register) -> str:
    """Where and what, of the one thing that is wrong."""
    (problem,) = register.problems
    assert problem.mend
    return f"{problem.where} | {problem.what}"


@pytest.mark.parametrize(
    ("row", "column", "value", "where", "what", "left"),
    [
        (3, 4, "?", "E4", "«?» n'est pas connue", 2),
        (3, 4, "R", "E4", "combien de périodes", 2),
        (3, 4, "R9", "E4", "combien de périodes", 2),
        (0, 4, "7/09/2026", "E1", "texte", 2),
        (0, 4, "", "E1", "pas de date", 2),
        (2, 4, "", "E3", "nombre de périodes", 2),
        (2, 4, 0.0, "E3", "nombre de périodes", 2),
        (2, 4, "deux", "E3", "nombre de périodes", 2),
        (0, 4, date_serial(FIRST - timedelta(days=365)), "E1", "en dehors de l'UE", 2),
    ],
)
def test_a_mistake_is_named_by_its_cell_and_the_rest_counts(
    row: int, column: int, value: Value, where: str, what: str, left: int
) -> None:
    register = read(with_cell(a_grid(HELD, GOOD), row, column, value))
    said = only_problem(register)
    assert f": {where} |" in said
    assert what in said
    assert unexcused(register) == left


def test_without_mistakes_nothing_is_said() -> None:
    register = read(a_grid(HELD, GOOD))
    assert not register.problems
    assert unexcused(register) == 4
    assert register.sessions == tuple(HELD)


def test_the_same_session_twice_counts_once() -> None:
    grid = a_grid([*HELD, HELD[0]], {"ETU-1": ["A", "P", "P", "P", "A"]})
    register = read(grid)
    assert "E1 et I1" in only_problem(register)
    assert unexcused(register) == 2


def test_the_same_session_twice_with_other_marks_does_not_count() -> None:
    register = read(a_grid([*HELD, HELD[0]], {"ETU-1": ["A", "P", "P", "P", "P"]}))
    assert any("contredisent" in problem.what for problem in register.problems)
    assert unexcused(register) == 0


def test_two_courses_on_one_day_are_two_sessions() -> None:
    two = [HELD[0], replace(HELD[0], course="Algèbre")]
    register = read(a_grid(two, {"ETU-1": ["A", "A"]}))
    assert not register.problems
    assert unexcused(register) == 4


def test_a_student_on_two_rows_counts_once_and_is_named() -> None:
    grid = a_grid(HELD, {"ETU-1": ["A", "P", "", ""]})
    grid = replace(grid, rows=(*grid.rows, ("ETU-1", "Nom0", "Prénom0", "", "A", "", "A", "")))
    register = read(grid)
    assert "lignes 4 et 5" in only_problem(register)
    assert unexcused(register) == 4


def test_of_rows_of_two_names_with_one_number_only_the_names_count() -> None:
    """A teacher copied a row whole for a newcomer; `read` has no list to find names in."""
    grid = a_grid(HELD, {"ETU-1": ["A", "P", "", ""]})
    grid = replace(grid, rows=(*grid.rows, ("ETU-1", "Venu", "Nouveau", "", "A", "A", "A", "")))
    register = read(grid)
    assert "lignes 4 et 5" in str(register.problems[0].where)
    assert "numéro caché" in register.problems[0].what
    assert "ETU-1" not in register.entries


def test_rows_that_contradict_one_another_count_for_nothing() -> None:
    grid = a_grid(HELD, {"ETU-1": ["A", "A", "", ""]})
    grid = replace(grid, rows=(*grid.rows, ("ETU-1", "Nom0", "Prénom0", "", "P", "", "", "")))
    register = read(grid)
    assert unexcused(register) == 2
    assert any(
        "Nom0 Prénom0, séance du 7/09/2026" in problem.where for problem in register.problems
    )


def test_merged_cells_do_not_count() -> None:
    register = read(replace(a_grid(HELD, GOOD), merges=(Area(3, 4, 4, 6),)))
    assert "E4:F4" in only_problem(register)
    assert unexcused(register) == 2


def test_an_absence_noted_for_a_session_to_come_does_not_count() -> None:
    register = read(a_grid(HELD, GOOD), today=FIRST + timedelta(days=2))
    assert "à venir" in only_problem(register)
    assert unexcused(register) == 2


def test_marks_on_a_row_without_a_student_are_named() -> None:
    grid = a_grid(HELD, GOOD)
    register = read(replace(grid, rows=(*grid.rows, ("", "", "", "", "A"))))
    assert "ligne 6" in only_problem(register)


def test_the_same_mistake_in_many_cells_is_one_line() -> None:
    grid = a_grid(HELD, {f"ETU-{n}": ["x"] * 4 for n in range(5)})
    said = only_problem(read(grid))
    assert "E4, F4" in said
    assert "et 8 autres" in said


def test_late_students_miss_the_periods_that_are_noted() -> None:
    register = read(a_grid(HELD, {"ETU-1": ["R1", "R 2", "r1,5", "P"]}))
    assert unexcused(register) == Fraction(9, 2)


def test_a_session_is_recorded_once_somebody_was_noted_present_or_absent() -> None:
    register = read(a_grid(HELD, {"ETU-1": ["P", "D", "", "A"]}))
    assert register.recorded == {HELD[0], HELD[3]}


LONG = Layout(
    first_row=1,
    id_column=0,
    name_columns=(1,),
    is_long=True,
    date_column=2,
    course_column=3,
    periods_column=4,
    mark_column=5,
    marks={"X": "P", "/": "A"},
)


def test_a_long_register_of_the_school_says_the_same() -> None:
    day = date_serial(FIRST)
    rows: tuple[tuple[Value, ...], ...] = (
        ("E-mail", "Nom", "Date", "Cours", "Périodes", "Présence"),
        ("a@etudiant.example", "Ana", day, "Math", 2.0, "/"),
        ("b@etudiant.example", "Bo", day, "Math", 2.0, "X"),
        ("a@etudiant.example", "Ana", day + 3, "Math", 3.0, "/"),
        ("a@etudiant.example", "Ana", "hier", "Math", 3.0, "/"),
    )
    register = read(Grid("math1", "Présences, onglet Math", rows, layout=LONG))
    assert unexcused(register, "a@etudiant.example") == 5
    assert register.sessions == (
        Session(FIRST, "Math", 2),
        Session(FIRST + timedelta(3), "Math", 3),
    )
    assert ": C5 |" in only_problem(register)


def test_a_wide_register_of_the_school_may_say_periods_once_for_all() -> None:
    layout = Layout(
        first_row=1, first_session=2, name_columns=(1,), course_row=-1, periods_row=-1, periods=4
    )
    rows: tuple[tuple[Value, ...], ...] = (
        ("", "", date_serial(FIRST), date_serial(FIRST) + 7),
        ("ETU-1", "Ana", "A", "P"),
    )
    register = read(Grid("math1", "Présences", rows, layout=layout))
    assert unexcused(register) == 4
    assert register.sessions[0].course == a_unit().name


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_the_names_that_people_see(column: int, name: str) -> None:
    assert column_name(column) == name


def test_a_long_text_in_a_cell_is_not_repeated_for_everybody_to_read() -> None:
    register = read(with_cell(a_grid(HELD, GOOD), 3, 4, "CM opération du genou"))
    said = only_problem(register)
    assert "E4" in said
    assert "genou" not in said


def test_no_number_is_too_long_for_a_cell() -> None:
    register = read(with_cell(a_grid(HELD, GOOD), 3, 4, "R" + "9" * 5000))
    assert "n'est pas connue" in only_problem(register)
