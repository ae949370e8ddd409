"""What formulas come to: by a calculation engine, in the words and marks of a French locale.

Sources: https://support.google.com/docs/table/25273, facts 5.2 (errors are texts in values.get).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.sheets.formula_text import link_of, plain_syntax
from itn_sync.sandbox.world import set_now
from tests.sandbox.sheets_world import Workbook, box, workbook

STUDENTS = [
    ["Ana", "Namur", 12, True],
    ["Élise", "Bruxelles", 8, False],
    ["Omar", "Namur", 10, True],
]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        one.write("A1", STUDENTS)
        yield one


def value(book: Workbook, formula: str, render: str = "UNFORMATTED_VALUE") -> Any:
    book.write("H1", [[formula]], "USER_ENTERED")
    return (book.read("H1", render) or [[None]])[0][0]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=1+2*3^2", 19),
        ("=(C1+C2+C3)/3", 10),
        ("=SUM(C1:C3)", 30),
        ("=SOMME(C:C)", 30),
        ('=COUNTIF(B1:B3;"Namur")', 2),
        ('=NB.SI(C1:C3;">=10")', 2),
        ('=COUNTIFS(B1:B3,"Namur",C1:C3,">10")', 1),
        ('=SUMIF(B1:B3;"Namur";C1:C3)', 22),
        ("=AVERAGE(C1:C3)", 10),
        ('=IF(C1>=10;"réussi";"à revoir")', "réussi"),
        ('=SI(ET(D1;C1>10);"oui";"non")', "oui"),
        ("=IF(AND(D1,OR(D2,D3),NOT(D2)),1,0)", 1),
        ('=IFERROR(1/0;"—")', "—"),
        ("=ROUND(2,345;2)", 2.35),
        ("=1,5*2", 3),
        ("=LEN(A2)&UPPER(A2)&LOWER(A2)", "5ÉLISEélise"),
        ('=TRIM("  a   b ")', "a b"),
        ('=VLOOKUP("Omar";A1:C3;3;FALSE)', 10),
        ('=RECHERCHEV("Omar";A1:C3;2;FAUX)', "Namur"),
        ('=JOIN(", ";A1:A3)', "Ana, Élise, Omar"),
        ("=COUNTUNIQUE(B1:B3)", 2),
        ('=HYPERLINK("https://ecole.example";"Notre école")', "Notre école"),
        ('="a;b"&"1,5"', "a;b1,5"),
        ("=A9", None),
        ("=C1:C1", 12),
        ('=TEXT(46266;"dd/mm/yyyy")&TEXT(2,5;"0,00")', "01/09/20262,50"),
    ],
)
def test_a_formula_is_computed(book: Workbook, formula: str, expected: Any) -> None:
    assert value(book, formula) == expected


@pytest.mark.parametrize(
    ("formula", "shown", "kind"),
    [
        ("=NOPE(1)", "#NAME?", "NAME"),
        ("=inconnu", "#NAME?", "NAME"),
        ('=IMPORTXML("http://ecole.example";"//a")', "#NAME?", "NAME"),
        ("=UNIQUE(A1:A3)", "#NAME?", "NAME"),
        ("=ROW()", "#NAME?", "NAME"),
        ("=1/0", "#DIV/0!", "DIVIDE_BY_ZERO"),
        ('="a"+1', "#VALUE!", "VALUE"),
        ("=A1:A3", "#VALUE!", "VALUE"),
        ("=H1+1", "#REF!", "REF"),
        ("=SUM(H:H)", "#REF!", "REF"),
        ("=Absente!A1", "#REF!", "REF"),
        ("=AA1", "#REF!", "REF"),
        ('=VLOOKUP("x";A1:B3;2;FALSE)', "#N/A", "N_A"),
        ("=SQRT(-1)", "#NUM!", "NUM"),
        ("=SUM(", "#ERROR!", "ERROR"),
        ("=" + "(" * 20000, "#ERROR!", "ERROR"),
    ],
)
def test_what_cannot_be_computed_is_an_error_of_googles(
    book: Workbook, formula: str, shown: str, kind: str
) -> None:
    assert value(book, formula) == shown
    assert book.cell("H1")["effectiveValue"]["errorValue"]["type"] == kind
    assert book.cell("H1")["userEnteredValue"] == {"formulaValue": formula}


def test_cells_that_wait_for_each_other_are_an_error(book: Workbook) -> None:
    book.write("F1", [["=G1", "=F1"], ['=IFERROR(F1;"cercle")']], "USER_ENTERED")
    assert book.read("F1:G2") == [["#REF!", "#REF!"], ["cercle"]]


def test_formulas_see_other_tabs_names_and_each_other(book: Workbook) -> None:
    tab = {"addSheet": {"properties": {"sheetId": 7, "title": "L'année 2"}}}
    name = {"namedRange": {"name": "points", "range": box(0, 2, 3, 3)}}
    book.batch(tab, {"addNamedRange": name})
    book.write("'L''année 2'!B2", [["=SUM(points)", "=B2*2"]], "USER_ENTERED")
    assert value(book, "='L''année 2'!C2+1") == 61
    assert value(book, "=SUM('L''année 2'!B2:C)") == 90


def test_a_changed_cell_changes_what_depends_on_it(book: Workbook) -> None:
    assert value(book, "=SUM(C1:C3)*2") == 60
    book.write("C1", [[0]])
    assert book.read("H1") == [[36]]


def test_the_clock_is_the_worlds_in_the_spreadsheets_time_zone(book: Workbook) -> None:
    with book.world.transaction(write=True) as state:
        set_now(state, datetime(2026, 9, 1, 22, 30, tzinfo=UTC))
    assert value(book, "=TODAY()", "FORMATTED_VALUE") == "02/09/2026"
    assert value(book, "=AUJOURDHUI()+1") == 46268
    assert value(book, "=NOW()", "FORMATTED_VALUE").startswith("02/09/2026 00:30:")
    look = book.cell("H1")
    assert "userEnteredFormat" not in look
    assert look["effectiveFormat"]["numberFormat"]["type"] == "DATE_TIME"


def test_texts_that_look_like_formulas_stay_texts(book: Workbook) -> None:
    book.write("A5", [["=1+1", "#REF!", "12"]])
    assert value(book, "=A5&B5&C5") == "=1+1#REF!12"


def test_a_link_is_told_beside_its_text(book: Workbook) -> None:
    book.write("H1", [['=HYPERLINK("https://ecole.example/a";"Dossier")']], "USER_ENTERED")
    assert book.cell("H1")["hyperlink"] == "https://ecole.example/a"
    look = book.cell("H1")["effectiveFormat"]
    assert look["hyperlinkDisplayType"] == "LINKED"
    assert (look["textFormat"]["underline"], look["textFormat"]["link"]["uri"][-1]) == (True, "a")
    assert link_of("=SUM(A1)") is None


def test_a_formula_takes_the_format_of_what_it_tells(book: Workbook) -> None:
    """As recorded from Google: `=A7` of a date is `{"type": "DATE"}` too."""
    book.write(
        "F1",
        [["1/09/2026", "=F1", "=F2"], ["=DATE(2026;9;2)", "=SUM(F1;F2)", "=F1-F2"]],
        "USER_ENTERED",
    )
    shown = book.read("F1:H2", "FORMATTED_VALUE")
    assert shown == [["1/09/2026", "1/09/2026", "02/09/2026"], ["02/09/2026", "5/05/2153", "-1"]]
    assert book.cell("F2")["effectiveFormat"]["numberFormat"] == {"type": "DATE"}


def test_a_formula_that_comes_to_nothing_has_no_value(book: Workbook) -> None:
    book.write("H1", [['=""']], "USER_ENTERED")
    assert set(book.cell("H1")) == {"userEnteredValue", "effectiveFormat"}


def test_an_unknown_function_is_named(book: Workbook) -> None:
    book.write("H1", [["=NOPE(1)"]], "USER_ENTERED")
    message = book.cell("H1")["effectiveValue"]["errorValue"]["message"]
    assert message == "Unknown function: 'NOPE'."


@given(st.text(alphabet='ab,;"1{}\\', max_size=12))
def test_texts_in_a_formula_are_never_rewritten(text: str) -> None:
    literal = '"' + text.replace('"', '""') + '"'
    assert plain_syntax(f"=JOIN({literal};{literal})", ",") == f"=JOIN({literal},{literal})"


@settings(max_examples=15)
@given(st.lists(st.integers(-999, 999), min_size=1, max_size=20))
def test_sums_and_counts_are_those_of_the_numbers(numbers: list[int]) -> None:
    with TemporaryDirectory() as folder, workbook(Path(folder)) as book:
        book.write("A1", [[n] for n in numbers])
        assert value(book, "=SUM(A:A)") == sum(numbers)
        assert value(book, '=COUNTIF(A:A;"<0")') == sum(n < 0 for n in numbers)
