"""The worker notices when somebody touched its cells, and nothing else (design: state heals)."""

from __future__ import annotations

from itn_sync.domain.seen import Row, Table
from itn_sync.domain.upkeep import upkeep_mark
from tests.school import a_table

ONE = Row("VA-1", {"id": "VA-1", "student": "Zoé", "status": "Contacté", "due": 46334})
TWO = Row("VA-2", {"id": "VA-2", "student": "Léo"})


def _mark(*rows: Row) -> str:
    return upkeep_mark({"dossiers": a_table(*rows)})


def test_a_sort_changes_nothing() -> None:
    assert _mark(ONE, TWO) == _mark(TWO, ONE)


def test_a_status_is_people_s_business() -> None:
    assert _mark(ONE) == _mark(Row("VA-1", {**ONE.cells, "status": "Clos"}))


def test_a_number_is_the_same_however_it_is_written() -> None:
    assert _mark(ONE) == _mark(Row("VA-1", {**ONE.cells, "due": 46334.0}))


def test_a_cell_typed_over_a_row_deleted_and_a_tab_gone_are_noticed() -> None:
    typed_over = Row("VA-1", {**ONE.cells, "student": "Zoe"})
    marks = {_mark(ONE, TWO), _mark(typed_over, TWO), _mark(ONE), upkeep_mark({})}
    assert len(marks) == 4


def test_an_empty_tab_and_no_tab_are_alike() -> None:
    assert upkeep_mark({"dossiers": Table()}) == upkeep_mark({})
