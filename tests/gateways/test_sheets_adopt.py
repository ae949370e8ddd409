"""Rows that people typed into `Accueil` get an id, whatever people do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.reception_ids import contact_ids
from itn_sync.domain.tracking import RECEPTION
from itn_sync.gateways import sheet_adoption
from itn_sync.gateways.cells import Json
from itn_sync.gateways.errors import Refused
from itn_sync.gateways.sheet_snapshot import Snapshot
from itn_sync.gateways.sheets import Spreadsheet
from tests.gateways.sheets_office import DIRECTION, Office, offices

Act = Callable[[Office], None]
LAST_NAME, EMAIL = 4, 6
"""Zero-based places of these columns."""


@pytest.fixture(scope="module")
def new_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Office]]:
    with offices(tmp_path_factory.mktemp("sheets")) as new:
        yield new


@pytest.fixture
def office(new_office: Callable[[], Office]) -> Office:
    return new_office()


@pytest.fixture
def spreadsheet(office: Office) -> Spreadsheet:
    """Two contacts that were read before, and below them one that somebody just typed."""
    spreadsheet = office.spreadsheet(RECEPTION)
    spreadsheet.set_up(spreadsheet.read())
    spreadsheet.read()
    spreadsheet.append({RECEPTION: [contact("ACC-1", "Nadia"), contact("ACC-2", "Émile")]}, 1)
    type_name(office, 4, "Ysaline")
    return spreadsheet


def contact(identity: str, name: str) -> WriteRow:
    cells = {"id": identity, "content": f"{identity} 0123", "last_name": name}
    return WriteRow(RECEPTION.key, identity, cells, "parce que")


def type_name(office: Office, row: int, name: str) -> None:
    office.type(f"Accueil!E{row}", name)


def ids(snapshot: Snapshot) -> dict[int, str]:
    return contact_ids(snapshot.tables, snapshot.loose(RECEPTION))


@dataclass
class Counter:
    """Numbers of operations; before the nth is used, people do `acts[n]`."""

    office: Office
    acts: Sequence[Act | None] = ()
    given: list[int] = field(default_factory=list)

    def __call__(self, snapshot: Snapshot) -> int:
        done = len(self.given)
        act = self.acts[done] if done < len(self.acts) else None
        if act:
            act(self.office)
        self.given.append(max(snapshot.operations, default=0) + 1)
        return self.given[-1]


def adopted(office: Office, spreadsheet: Spreadsheet, *acts: Act | None) -> Snapshot:
    """What is there after the typed row got its id while people did `acts`."""
    return spreadsheet.adopt(RECEPTION, spreadsheet.read(), ids, Counter(office, acts))


def names(office: Office) -> dict[str, str]:
    """Who stands under which id, as people see it."""
    columns = (office.column(title, "Accueil") for title in ("Identifiant", "Nom"))
    return {identity: name for identity, name in zip(*columns, strict=True) if identity or name}


def assert_right(office: Office, *newcomers: str) -> None:
    """The contacts of before kept their ids, the newcomers have new ones."""
    found = names(office)
    assert (found.pop("ACC-1", "Nadia"), found.pop("ACC-2", "Émile")) == ("Nadia", "Émile")
    assert sorted(found.values()) == sorted(newcomers)
    assert all(identity.startswith("ACC-") and len(identity) == 12 for identity in found)


def span(dimension: str, start: int, end: int) -> Json:
    place = {"sheetId": RECEPTION.sheet_id, "dimension": dimension}
    return place | {"startIndex": start, "endIndex": end}


def sort(office: Office, order: str) -> None:
    area = {"sheetId": RECEPTION.sheet_id, "startRowIndex": 1, "startColumnIndex": 0}
    specs = [{"dimensionIndex": LAST_NAME, "sortOrder": order}]
    office.batch({"sortRange": {"range": area, "sortSpecs": specs}})


sort_down, sort_up = partial(sort, order="DESCENDING"), partial(sort, order="ASCENDING")


def insert_a_row(office: Office) -> None:
    office.batch({"insertDimension": {"range": span("ROWS", 1, 2)}})


def insert_a_column(office: Office) -> None:
    office.batch({"insertDimension": {"range": span("COLUMNS", 0, 1)}})


def move_a_column(office: Office) -> None:
    source = span("COLUMNS", EMAIL, EMAIL + 1)
    office.batch({"moveDimension": {"source": source, "destinationIndex": 0}})


def delete_a_row(office: Office) -> None:
    office.batch({"deleteDimension": {"range": span("ROWS", 1, 2)}})


def sort_and_edit(office: Office) -> None:
    sort(office, "DESCENDING")
    office.type(f"Accueil!G{office.column('Nom', 'Accueil').index('Nadia') + 2}", "n@x.example")


def test_a_row_that_people_typed_gets_an_id_in_one_call(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    snapshot = spreadsheet.read()
    office.calls()
    found = spreadsheet.adopt(RECEPTION, snapshot, ids, Counter(office))
    assert office.calls() == {"sheets.spreadsheets.batchUpdate": 1}
    assert_right(office, "Ysaline")
    assert found.tables[RECEPTION.key].rows.keys() == names(office).keys()
    assert found.loose(RECEPTION) == ()


def test_nothing_is_written_where_every_row_has_its_id(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    snapshot = adopted(office, spreadsheet)
    office.calls()
    assert spreadsheet.adopt(RECEPTION, snapshot, ids, Counter(office)) == snapshot
    assert office.calls() == {}


@pytest.mark.parametrize(
    "act",
    [
        insert_a_row,
        insert_a_column,
        move_a_column,
        delete_a_row,
        sort_down,
        sort_up,
        sort_and_edit,
    ],
)
def test_every_row_has_its_own_id_in_the_end_whatever_people_did(
    office: Office, spreadsheet: Spreadsheet, act: Act
) -> None:
    adopted(office, spreadsheet, act)
    assert_right(office, "Ysaline")


def test_sorting_again_and_again_is_put_right_three_times(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    adopted(office, spreadsheet, sort_down, sort_up, insert_a_row)
    assert_right(office, "Ysaline")


def test_what_is_still_wrong_is_put_right_by_the_next_run(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    counter = Counter(office, [insert_a_row] * 40)
    spreadsheet.adopt(RECEPTION, spreadsheet.read(), ids, counter)
    assert len(counter.given) == 4
    adopted(office, spreadsheet)
    assert_right(office, "Ysaline")


def test_an_answer_that_got_lost_writes_nothing_twice(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    office.trouble(method="sheets.spreadsheets.batchUpdate", drop="after")
    adopted(office, spreadsheet)
    assert_right(office, "Ysaline")


def test_a_row_that_people_copied_becomes_a_contact_of_its_own(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    adopted(office, spreadsheet)
    area = {"sheetId": RECEPTION.sheet_id, "startRowIndex": 1, "endRowIndex": 2}
    below = area | {"startRowIndex": 4, "endRowIndex": 5}
    office.batch(
        {"copyPaste": {"source": area, "destination": below}}, user="itn-sync@ecole.example"
    )
    adopted(office, spreadsheet)
    assert_right(office, "Ysaline", "Nadia")


def test_two_rows_alike_are_two_contacts(office: Office, spreadsheet: Spreadsheet) -> None:
    type_name(office, 5, "Ysaline")
    adopted(office, spreadsheet, sort_down)
    assert_right(office, "Ysaline", "Ysaline")


def test_a_line_of_remarks_alone_is_no_contact(office: Office, spreadsheet: Spreadsheet) -> None:
    office.type("Accueil!O9", "total de septembre")
    adopted(office, spreadsheet)
    assert_right(office, "Ysaline")


def test_a_tab_that_is_not_set_up_waits(office: Office) -> None:
    office.batch({"addSheet": {"properties": {"title": RECEPTION.title}}})
    office.type("Accueil!A1", "Nom")
    office.type("Accueil!A2", "Ysaline")
    spreadsheet = office.spreadsheet(RECEPTION)
    snapshot = spreadsheet.read()
    assert spreadsheet.adopt(RECEPTION, snapshot, ids, Counter(office)) == snapshot


def test_a_range_that_the_worker_may_not_write_is_an_error(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    area = {"sheetId": RECEPTION.sheet_id, "startRowIndex": 3, "endRowIndex": 4}
    protected = {"range": area, "editors": {"users": [DIRECTION]}}
    office.batch({"addProtectedRange": {"protectedRange": protected}})
    with pytest.raises(Refused):
        adopted(office, spreadsheet)


def test_it_still_works_where_google_would_not_let_marks_be_held(
    office: Office, spreadsheet: Spreadsheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {"deleteSheet": {"sheetId": 404}}
    monkeypatch.setattr(sheet_adoption, "columns_held", lambda _layout: [refused])
    adopted(office, spreadsheet)
    assert_right(office, "Ysaline")
