"""What set-up asks of Sheets for a tab, and where a tab is found again (design section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from itn_sync.domain.tabs import Book, Colour, Column, Format, Owner, Tab
from itn_sync.domain.tracking import TABS
from itn_sync.gateways.cells import Json
from itn_sync.gateways.sheet_layout import set_up_requests
from itn_sync.gateways.sheet_snapshot import Snapshot, read_snapshot

WORKER = "itn-sync@ecole.example"
TAB = Tab(
    "suivi",
    "Suivi",
    900,
    Book.TRACKING,
    (
        Column("id", "Identifiant", hidden=True, width=60),
        Column("name", "Étudiant", width=300),
        Column("due", "Avant le", format=Format.DATE),
        Column("status", "Statut", Owner.PEOPLE, choices=("À contacter", "Clos")),
        Column("contacted", "Vu le", Owner.PEOPLE, Format.DATE),
    ),
    (Colour("status", "Clos", "#ff0000", struck=True),),
    hides=("status", "Clos"),
)


def sheet(tab: Tab = TAB, *rows: list[object], **more: Any) -> Json:
    """A tab without any mark, with these rows."""
    size = {"rowCount": 1000, "columnCount": 26}
    properties = {"sheetId": tab.sheet_id, "title": tab.title, "gridProperties": size}
    data = [{"rowData": [{"values": [_cell(c) for c in row]} for row in rows]}]
    return {"properties": properties | more.pop("properties", {}), "data": data} | more


def _cell(value: object) -> Json:
    if value is None:
        return {}
    return {"effectiveValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}


def requests(snapshot: Snapshot, kind: str) -> list[Json]:
    """The bodies of the requests of one kind."""
    return [one[kind] for one in set_up_requests(snapshot, WORKER) if kind in one]


@pytest.fixture
def new() -> Snapshot:
    return read_snapshot({"sheets": []}, [TAB])


def test_a_new_tab_has_our_id_and_a_frozen_heading(new: Snapshot) -> None:
    (added,) = requests(new, "addSheet")
    assert added["properties"]["sheetId"] == 900
    assert added["properties"]["gridProperties"]["frozenRowCount"] == 1
    headings = requests(new, "updateCells")
    texts = [h["rows"][0]["values"][0]["userEnteredValue"]["stringValue"] for h in headings]
    assert texts == ["Identifiant", "Étudiant", "Avant le", "Statut", "Vu le"]
    assert all(
        h["rows"][0]["values"][0]["userEnteredFormat"]["textFormat"]["bold"] for h in headings
    )


def test_people_s_headings_have_another_colour_than_the_worker_s(new: Snapshot) -> None:
    looks = [
        str(h["rows"][0]["values"][0]["userEnteredFormat"]["backgroundColorStyle"])
        for h in requests(new, "updateCells")
    ]
    assert len(set(looks[:3])) == len(set(looks[3:])) == 1
    assert looks[0] != looks[3]


def test_the_worker_s_columns_are_protected_below_their_heading(new: Snapshot) -> None:
    protected = [one["protectedRange"] for one in requests(new, "addProtectedRange")]
    assert [p["range"]["startColumnIndex"] for p in protected] == [0, 1, 2]
    assert all(p["range"]["startRowIndex"] == 1 for p in protected)
    assert all(p["editors"] == {"users": [WORKER]} for p in protected)


def test_dates_choices_and_plain_text_are_set_for_whole_columns(new: Snapshot) -> None:
    cells = [one["cell"] for one in requests(new, "repeatCell")]
    patterns = [cell["userEnteredFormat"]["numberFormat"]["pattern"] for cell in cells]
    assert patterns == ["@", "@", "dd/mm/yyyy", "@", "dd/mm/yyyy"]
    rules = [cell.get("dataValidation", {}).get("condition", {}).get("type") for cell in cells]
    assert rules == [None, None, None, "ONE_OF_LIST", "DATE_IS_VALID"]
    wraps = [cell["userEnteredFormat"]["wrapStrategy"] for cell in cells]
    assert wraps == ["CLIP", "WRAP", "CLIP", "CLIP", "CLIP"]


def test_the_id_column_is_hidden_and_the_filter_hides_what_is_closed(new: Snapshot) -> None:
    hidden = [
        one["properties"]["hiddenByUser"] for one in requests(new, "updateDimensionProperties")
    ]
    assert hidden == [True, False, False, False, False]
    (shown,) = requests(new, "setBasicFilter")
    (spec,) = shown["filter"]["filterSpecs"]
    assert spec == {"columnIndex": 3, "filterCriteria": {"hiddenValues": ["Clos"]}}


def test_rows_are_coloured_by_what_a_column_reads(new: Snapshot) -> None:
    (rule,) = requests(new, "addConditionalFormatRule")
    boolean = rule["rule"]["booleanRule"]
    assert boolean["condition"]["values"] == [{"userEnteredValue": '=$D2="Clos"'}]
    assert boolean["format"]["backgroundColorStyle"] == {
        "rgbColor": {"red": 1, "green": 0, "blue": 0}
    }
    assert boolean["format"]["textFormat"] == {"strikethrough": True}


def test_no_id_is_used_twice_and_the_same_snapshot_gives_the_same_ids() -> None:
    new = read_snapshot({"sheets": []}, TABS)
    wanted = set_up_requests(new, WORKER)
    marks = [one["developerMetadata"] for one in requests(new, "createDeveloperMetadata")]
    ids = [mark["metadataId"] for mark in marks]
    ids += [one["protectedRange"]["protectedRangeId"] for one in requests(new, "addProtectedRange")]
    assert len(ids) == len(set(ids))
    assert set_up_requests(new, WORKER) == wanted


def test_every_column_is_marked_with_its_key(new: Snapshot) -> None:
    marks = [one["developerMetadata"] for one in requests(new, "createDeveloperMetadata")]
    assert [m["metadataValue"] for m in marks] == ["id", "name", "due", "status", "contacted"]
    assert [m["metadataId"] for m in marks] == [90000, 90001, 90002, 90003, 90004]
    assert {m["visibility"] for m in marks} == {"DOCUMENT"}


def test_a_title_that_is_taken_does_not_stop_set_up() -> None:
    other = Tab("autre", "Autre", 901, Book.TRACKING, TAB.columns)
    renamed = sheet(TAB, properties={"title": "Autre"})
    snapshot = read_snapshot({"sheets": [renamed]}, [TAB, other])
    (added,) = requests(snapshot, "addSheet")
    assert added["properties"]["title"] == "Autre (itn-sync)"


def test_a_tab_made_by_hand_is_adopted_with_its_columns() -> None:
    by_hand = sheet(TAB, ["Étudiant", "Groupe"], ["Nadia", "B"], properties={"sheetId": 5})
    snapshot = read_snapshot({"sheets": [by_hand]}, [TAB])
    assert not snapshot.missing
    assert not snapshot.lost
    assert snapshot.layouts["suivi"].columns == {"name": 0}
    (inserted,) = requests(snapshot, "insertDimension")
    assert (inserted["range"]["startIndex"], inserted["range"]["endIndex"]) == (2, 6)
    marks = [one["developerMetadata"] for one in requests(snapshot, "createDeveloperMetadata")]
    assert marks[-1]["metadataKey"] == "itn-sync.tab"
    assert marks[-1]["location"] == {"sheetId": 5}


def test_an_adopted_tab_is_found_by_its_mark_whatever_its_title() -> None:
    mark = {"metadataId": 1, "metadataKey": "itn-sync.tab", "metadataValue": "suivi"}
    place = {"properties": {"sheetId": 5, "title": "Nos étudiants"}, "developerMetadata": [mark]}
    by_mark = sheet(TAB, ["Identifiant"], **place)
    snapshot = read_snapshot({"sheets": [by_mark, sheet(TAB, properties={"sheetId": 6})]}, [TAB])
    assert snapshot.layouts["suivi"].sheet_id == 5


def test_a_row_inserted_above_the_heading_makes_no_row_of_the_heading() -> None:
    moved = sheet(TAB, ["Liste tenue par le secrétariat"], ["Identifiant"], ["a/1"])
    column = {"metadataId": 9, "metadataKey": "itn-sync.column", "metadataValue": "id"}
    moved["data"][0]["columnMetadata"] = [{"developerMetadata": [column]}]
    table = read_snapshot({"sheets": [moved]}, [TAB]).tables["suivi"]
    assert [(row.id, row.number) for row in table.rows.values()] == [("a/1", 3)]


def test_a_column_renamed_like_a_deleted_one_does_not_take_its_place() -> None:
    renamed = sheet(TAB, ["Identifiant", "Avant le"])
    column = {"metadataId": 9, "metadataKey": "itn-sync.column", "metadataValue": "name"}
    renamed["data"][0]["columnMetadata"] = [{}, {"developerMetadata": [column]}]
    assert read_snapshot({"sheets": [renamed]}, [TAB]).layouts["suivi"].columns == {
        "id": 0,
        "name": 1,
    }


def test_a_copied_column_does_not_take_the_place_of_the_first() -> None:
    copied = sheet(TAB, ["Identifiant", "Identifiant"], ["a/1", "a/9"])
    columns = [
        {"developerMetadata": [{"metadataId": n, "metadataKey": key, "metadataValue": "id"}]}
        for n, key in ((9, "itn-sync.column"), (10, "itn-sync.column"))
    ]
    copied["data"][0]["columnMetadata"] = columns
    snapshot = read_snapshot({"sheets": [copied]}, [TAB])
    assert snapshot.layouts["suivi"].marks == {"id": 9}
    assert set(snapshot.tables["suivi"].rows) == {"a/1"}


def test_a_tab_without_its_id_column_is_set_aside_with_a_remedy() -> None:
    broken = sheet(TAB, ["Étudiant"], ["Nadia"])
    snapshot = read_snapshot({"sheets": [broken]}, [TAB])
    assert snapshot.lost == ("suivi",)
    assert "suivi" not in snapshot.tables
    assert set_up_requests(snapshot, WORKER) == []
    (problem,) = snapshot.problems
    assert problem.key == "sheet/suivi/identifiants"
    assert "Historique des versions" in problem.mend


def test_a_copied_row_is_a_problem_and_the_first_one_counts() -> None:
    copied = sheet(TAB, ["Identifiant", "Étudiant"], ["a/1", "Nadia"], ["a/1", "Copie"])
    snapshot = read_snapshot({"sheets": [copied]}, [TAB])
    assert snapshot.tables["suivi"].rows["a/1"].text("name") == "Nadia"
    assert "sheet/suivi/double/a/1" in {p.key for p in snapshot.problems}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"timeZone": "America/Los_Angeles", "locale": "fr_BE"}, "sheet/suivi/fuseau"),
        ({"timeZone": "Europe/Brussels", "locale": "en_US"}, "sheet/suivi/langue"),
    ],
)
def test_another_time_zone_or_language_is_a_problem(settings: Json, key: str) -> None:
    snapshot = read_snapshot({"properties": settings, "sheets": []}, [TAB])
    assert [problem.key for problem in snapshot.problems] == [key]


def test_french_settings_are_no_problem() -> None:
    settings = {"timeZone": "Europe/Brussels", "locale": "fr_FR"}
    assert not read_snapshot({"properties": settings, "sheets": []}, [TAB]).problems
