"""What the secretariat notes at its desk: a row becomes a registration like any other (S16)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.intake import Wanted
from itn_sync.domain.names import fold
from itn_sync.domain.plan import Plan
from itn_sync.domain.reception import (
    FORM,
    contact_responses,
    content_mark,
    kinds_of,
    to_read,
    unclear_requests,
)
from itn_sync.domain.reception_ids import contact_ids
from itn_sync.domain.school import KIND_LABEL, Kind
from itn_sync.domain.seen import Cell, Response, Row, Table
from itn_sync.domain.serials import date_serial, instant_serial, serial_instant
from itn_sync.domain.storable import storable
from itn_sync.domain.tracking import RECEPTION
from tests.school import TODAY, Paper, a_response, in_writing_order

ID = "ACC-1"
KEY = f"{FORM}/{ID}"
TOMORROW = TODAY + timedelta(1)
ZOE: dict[str, Cell] = {
    "date": date_serial(TODAY),
    "channel": "Au bureau",
    "last_name": "Dupont",
    "first_name": "Zoé",
    "email": "zoe@etudiant.example",
    "site": "Namur",
    "section": "CAP",
    "requests": "VA",
    "consent": "Oui",
}


@dataclass
class Desk:
    """The tab `Accueil` of a school on paper; `settled` is what the ledger keeps of it."""

    paper: Paper = field(default_factory=Paper)
    settled: dict[str, datetime] = field(default_factory=dict)

    def note(self, **cells: Cell) -> None:
        """The secretariat types a row: Zoé who asks for a VA, but for `cells`."""
        self.paper.tables[RECEPTION.key].setdefault(ID, dict(ZOE)).update(cells)

    def run(self, today: date = TODAY) -> Plan:
        """A whole run, and what it followed."""
        responses = self.fresh(today)
        self.settled |= {r.id: r.submitted for r in responses}
        return self.paper.run(*responses, today=today)

    def fresh(self, today: date = TODAY) -> tuple[Response, ...]:
        """What a run has to read."""
        tables = self.paper.seen().tables
        return tuple(to_read(contact_responses(tables, today), self.settled, tables))

    def state(self) -> Cell:
        """What the worker notes beside the row."""
        return self.paper.row(RECEPTION.key, ID).get("state")

    def problems(self, today: date = TODAY) -> list[tuple[str, str]]:
        """The cells that a person must mend, and what is said of them."""
        wanted = self.paper.decide(self.paper.seen(*self.fresh(today)), today)
        return [(p.where.rpartition("colonne ")[2], p.what) for p in wanted.problems]

    def registration(self) -> dict[str, Cell]:
        """The row of `Inscriptions`."""
        return dict(self.paper.row("inscriptions", KEY))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def sent(plan: Plan) -> list[tuple[str, str]]:
    return sorted((mail.template, mail.recipient) for mail in plan.mails)


def test_a_contact_who_asks_for_something_becomes_a_registration(desk: Desk) -> None:
    desk.note()
    plan = desk.run()
    assert sent(plan) == [
        ("acknowledgement", "zoe@etudiant.example"),
        ("case_opened", "referent.va@ecole.example"),
    ]
    registration = desk.registration()
    assert registration["requests"] == KIND_LABEL[Kind.VA]
    assert registration["state"] == "Active"
    (case,) = desk.paper.tables["dossiers"].values()
    assert case["origin"] == "Accueil du secrétariat"
    assert case["due"] == date_serial(date(2026, 9, 14))
    assert desk.state() == "Reprise comme inscription"


def test_the_delay_runs_from_the_day_that_was_typed(desk: Desk) -> None:
    desk.note(date=date_serial(date(2026, 9, 3)))
    desk.run()
    (case,) = desk.paper.tables["dossiers"].values()
    assert case["opened"] == date_serial(date(2026, 9, 3))


def test_nothing_is_left_to_do_after_a_run(desk: Desk) -> None:
    desk.note()
    desk.run()
    assert desk.fresh() == ()
    again = desk.run(TOMORROW)
    assert (again.rows, again.mails) == ((), ())


def test_an_edit_of_the_row_is_an_edit_of_the_registration(desk: Desk) -> None:
    desk.note()
    desk.run()
    desk.note(phone="081 02")
    plan = desk.run()
    assert sent(plan) == [("case_changed", "referent.va@ecole.example")]
    (case,) = desk.paper.tables["dossiers"].values()
    assert case["changes"] == "Téléphone : (vide) → 081 02"
    desk.note(requests="")
    assert sent(desk.run()) == [
        ("acknowledgement", "zoe@etudiant.example"),
        ("case_withdrawn", "referent.va@ecole.example"),
    ]


def test_an_agreement_taken_back_withdraws_the_requests(desk: Desk) -> None:
    desk.note()
    desk.run()
    desk.note(consent="Non")
    assert ("case_withdrawn", "referent.va@ecole.example") in sent(desk.run())
    assert desk.registration()["state"] == "Sans accord"


def test_remarks_and_how_somebody_came_are_no_news(desk: Desk) -> None:
    desk.note()
    desk.run()
    desk.note(channel="Téléphone", notes="à rappeler le matin")
    assert desk.fresh() == ()
    assert desk.run(TOMORROW).rows == ()


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"requests": ""}, "Simple contact"),
        ({"requests": "", "last_name": "", "first_name": ""}, "Simple contact"),
        ({"requests": "", "question": "Où ?", "result": "Renseigné"}, "Simple contact"),
        ({"consent": "Non"}, "Simple contact (sans accord)"),
        ({"consent": ""}, "À compléter : Accord donné"),
        ({"last_name": "", "first_name": ""}, "À compléter : Nom"),
        ({"email": "", "phone": ""}, "À compléter : E-mail ou téléphone"),
        ({"requests": "un café"}, "À compléter : Demandes"),
    ],
)
def test_a_contact_that_lacks_something_stays_a_contact(
    desk: Desk, cells: dict[str, Cell], state: str
) -> None:
    desk.note(**cells)
    plan = desk.run()
    assert plan.mails == ()
    assert desk.paper.tables["inscriptions"] == {}
    assert desk.state() == state


def test_a_registration_says_what_it_still_lacks(desk: Desk) -> None:
    desk.note(site="", section="")
    desk.run()
    assert desk.state() == "Reprise comme inscription ; à compléter : Implantation, Section"
    desk.note(consent="", phone="081 02")
    assert desk.run().mails == ()
    assert desk.registration()["state"] == "Active"


def test_a_question_nobody_answered_is_a_request(desk: Desk) -> None:
    desk.note(requests="", question="Quand commencent les cours ?", result="Rendez-vous fixé")
    desk.run()
    assert desk.registration()["requests"] == KIND_LABEL[Kind.QUESTION]


def test_a_request_that_waits_for_a_cell_is_an_anomaly_the_next_day(desk: Desk) -> None:
    desk.note(consent="")
    desk.run()
    assert desk.problems() == []
    ((cell, what),) = desk.problems(TOMORROW)
    assert cell == "«État»"
    assert what.endswith("il manque Accord donné.")


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ({"date": "hier"}, "«Date»"),
        ({"date": date_serial(TOMORROW)}, "«Date»"),
        ({"date": date_serial(date(2006, 9, 7))}, "«Date»"),
        ({"requests": "VA, un café"}, "«Demandes»"),
        ({"consent": "plus tard"}, "«Accord donné»"),
        ({"email": "zoe(at)etudiant"}, "«E-mail»"),
        ({"site": "Anvers"}, "«Implantation»"),
        ({"section": "Boulangerie"}, "«Section»"),
        ({"section": "CESS", "site": "Etterbeek"}, "«Section»"),
        ({"question": "avec ma dyslexie ?"}, "«Question»"),
        ({"notes": "sort de l'hôpital"}, "«Remarques»"),
    ],
)
def test_a_cell_that_no_rule_understands_is_named(
    desk: Desk, cells: dict[str, Cell], cell: str
) -> None:
    desk.note(**cells)
    assert [where for where, _ in desk.problems()] == [cell]
    desk.run()
    (anomaly,) = desk.paper.tables["anomalies"].values()
    assert anomaly["state"] == "À corriger"
    desk.note(**{key: ZOE.get(key) for key in cells})
    desk.paper.run(*desk.fresh())
    seen = desk.paper.seen()
    assert not [p for p in desk.paper.decide(seen).problems if p.scope == "sheet/accueil"]


def test_health_words_go_into_no_other_tab_and_no_mail(desk: Desk) -> None:
    desk.note(
        requests="AR, dyslexie sévère",
        question="Un tiers-temps pour ma dyslexie ?",
        notes="dyslexie",
        phone="dyslexie",
    )
    plan = desk.run()
    tables = {key: rows for key, rows in desk.paper.tables.items() if key != RECEPTION.key}
    assert "dyslexie" not in repr(tables)
    assert "dyslexie" not in repr([mail.context for mail in plan.mails])
    assert desk.registration()["requests"] == f"{KIND_LABEL[Kind.AR]}, {KIND_LABEL[Kind.QUESTION]}"


def test_a_person_who_also_filled_in_the_form_is_flagged(desk: Desk) -> None:
    desk.paper.run(a_response())
    desk.note()
    desk.run()
    assert "Même e-mail" in str(desk.registration()["duplicate"])
    assert "Même e-mail" in str(desk.paper.row("inscriptions", "inscription/r1")["duplicate"])


def gone(desk: Desk) -> Wanted:
    """What is wanted once the row is no longer in the tab."""
    del desk.paper.tables[RECEPTION.key][ID]
    seen = desk.paper.seen()
    return desk.paper.decide(replace(seen, complete_forms={FORM: frozenset()}))


def test_a_row_that_goes_leaves_its_registration_marked_and_may_come_back(desk: Desk) -> None:
    desk.note()
    desk.run()
    kept = dict(desk.paper.row(RECEPTION.key, ID))
    (marked,) = [w for w in gone(desk).rows if w.id == KEY and "state" in w.cells]
    assert marked.cells["state"] == "Supprimée du formulaire"
    desk.paper.tables["inscriptions"][KEY]["state"] = "Supprimée du formulaire"
    desk.paper.tables[RECEPTION.key][ID] = kept
    assert desk.run().mails == ()
    assert desk.registration()["state"] == "Active"


@pytest.mark.parametrize("steps", range(1, 9))
def test_a_run_that_died_after_any_row_ends_as_if_it_had_not(steps: int) -> None:
    assert interrupted_after(steps) == interrupted_after(0)


def interrupted_after(steps: int) -> dict[str, dict[str, dict[str, Cell]]]:
    """All tabs after an edit whose first run wrote so many rows, the desk's own first."""
    desk = Desk()
    desk.note()
    desk.run()
    desk.note(requests="VA, Planning", section="CESS")
    planned = desk.paper.plan(desk.paper.seen(*desk.fresh())).rows
    rows = sorted(in_writing_order(planned), key=lambda change: change.tab != RECEPTION.key)
    for change in rows[:steps]:
        desk.paper.write(change)
    desk.run()
    return desk.paper.tables


def test_each_change_of_one_day_comes_after_the_one_before(desk: Desk) -> None:
    instants = []
    for phone in ("1", "2", "3"):
        desk.note(phone=phone)
        instants += [response.submitted for response in desk.fresh()]
        desk.run()
    assert instants == sorted(set(instants))
    assert len(instants) == 3


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("VA", [Kind.VA]),
        ("va, ar ; Numérique", [Kind.VA, Kind.AR, Kind.DIGITAL]),
        ("VA et planning", [Kind.VA, Kind.PLANNING]),
        ("VA AR", [Kind.VA, Kind.AR]),
        ("Valorisation des acquis (VA)", [Kind.VA]),
        ("Aménagements raisonnables\nOutils numériques", [Kind.AR, Kind.DIGITAL]),
        ("aucune", []),
        ("", []),
    ],
)
def test_requests_are_understood_as_people_write_them(typed: str, kinds: list[Kind]) -> None:
    row = Row(ID, {"requests": typed})
    assert list(kinds_of(row)) == kinds
    assert unclear_requests(row) == ()


@given(st.text())
def test_no_word_under_requests_is_lost_silently(typed: str) -> None:
    row = Row(ID, {"requests": typed})
    words = set(fold(storable(typed).text).split()) - {"et", "aucune", "aucun", "rien", "non"}
    assert not words or kinds_of(row) or unclear_requests(row)


def test_alike_rows_get_different_ids_and_used_ones_are_not_given_again() -> None:
    typed = [Row("", ZOE, 5), Row("", ZOE, 9), Row("", {"notes": "total"}, 12)]
    first, second = contact_ids({}, typed).values()
    assert first != second
    assert contact_ids({}, typed) == {5: first, 9: second}
    used = {"accueil": Table({first: Row(first, ZOE)})}
    deleted = {"inscriptions": Table({f"accueil/{first}": Row(f"accueil/{first}", {})})}
    for tables in (used, deleted):
        assert contact_ids(tables, typed[:1]) == {5: second}


def test_a_copied_row_is_another_contact_even_before_either_was_read() -> None:
    known = {"accueil": Table({ID: Row(ID, ZOE, 2)})}
    assert list(contact_ids(known, [Row(ID, ZOE, 3)])) == [3]


def test_an_id_that_fell_on_another_row_goes_back() -> None:
    ours = Row("ACC-9", {**ZOE, "content": f"{ID} 0123"}, 2)
    typed = Row("", {**ZOE, "last_name": "Bodart"}, 3)
    right = contact_ids({"accueil": Table({"ACC-9": ours})}, [typed])
    assert right[2] == ID
    assert right[3].startswith("ACC-")


def test_an_id_beside_nothing_is_cleared() -> None:
    known = {"accueil": Table({ID: Row(ID, {"id": ID}, 2)})}
    assert contact_ids(known, []) == {2: ""}


def test_a_telephone_number_that_became_a_number_is_read_as_typed(desk: Desk) -> None:
    desk.note(phone=470000000.0)
    desk.run()
    assert desk.registration()["phone"] == "470000000"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001  (hypothesis)
def test_an_instant_survives_its_serial_number(naive: datetime) -> None:
    instant = naive.replace(tzinfo=UTC)
    serial = instant_serial(instant)
    assert instant_serial(serial_instant(serial)) == pytest.approx(serial, abs=1e-9)


YVES: dict[str, Cell] = {
    **ZOE,
    "last_name": "Bodart",
    "first_name": "Yves",
    "email": "yves@etudiant.example",
    "requests": "Planning",
}


def test_somebody_typed_over_a_registration_is_an_anomaly_and_no_edit(desk: Desk) -> None:
    desk.note()
    desk.run()
    before = desk.registration()
    desk.note(last_name="Bodart", first_name="Yves", email="yves@etudiant.example")
    assert desk.fresh() == ()
    assert desk.run().mails == ()
    assert desk.registration() == before
    assert desk.state() == "À vérifier : autre personne"
    ((cell, what),) = desk.problems()
    assert cell == "«Nom»"
    assert what.startswith("Cette ligne était celle de Zoé Dupont")
    desk.note(**ZOE)
    assert desk.run().mails == ()
    assert desk.problems() == []
    assert desk.state() == "Reprise comme inscription"


def test_a_name_then_an_address_may_be_corrected_one_after_the_other(desk: Desk) -> None:
    desk.note()
    desk.run()
    desk.note(last_name="Duponcheel")
    desk.run()
    desk.note(email="zoe.duponcheel@etudiant.example")
    desk.run()
    assert desk.problems() == []
    assert desk.registration()["email"] == "zoe.duponcheel@etudiant.example"


def as_read(number: int, id: str, said: dict[str, Cell]) -> Row:
    """A row as the last run left it."""
    row = Row(id, {**said, "id": id}, number)
    return Row(id, {**row.cells, "content": content_mark(row)}, number)


def visibly_sorted(rows: list[Row], order: list[int]) -> dict[str, Table]:
    """Somebody sorts what they see: ids and marks, which are hidden, stay where they were."""
    hidden = [{key: row.cells[key] for key in ("id", "content")} for row in rows]
    seen = [{**rows[n].cells, **hidden[place]} for place, n in enumerate(order)]
    return {"accueil": Table({r.id: Row(r.id, seen[n], r.number) for n, r in enumerate(rows)})}


@given(st.permutations(range(6)))
def test_ids_follow_what_the_rows_say_when_the_visible_columns_are_sorted(order: list[int]) -> None:
    rows = [as_read(n + 2, f"ACC-{n}", {**ZOE, "last_name": f"Nom{n}"}) for n in range(6)]
    tables = visibly_sorted(rows, order)
    moved = {n + 2: f"ACC-{place}" for n, place in enumerate(order) if n != place}
    assert contact_ids(tables, []) == moved


def test_a_row_edited_after_such_a_sort_is_found_by_whom_it_is_about() -> None:
    rows = [as_read(2, "ACC-1", ZOE), as_read(3, "ACC-2", YVES)]
    tables = visibly_sorted(rows, [1, 0])
    tables["inscriptions"] = Table(
        {f"{FORM}/{row.id}": Row(f"{FORM}/{row.id}", row.cells) for row in rows}
    )
    moved = tables["accueil"].rows["ACC-1"]
    edited = Row(moved.id, {**moved.cells, "phone": "081 02"}, moved.number)
    tables["accueil"] = Table({**tables["accueil"].rows, "ACC-1": edited})
    assert contact_ids(tables, []) == {2: "ACC-2", 3: "ACC-1"}


def test_a_copy_of_what_is_seen_is_another_contact() -> None:
    known = {"accueil": Table({ID: as_read(2, ID, ZOE)})}
    (copied,) = contact_ids(known, [Row("", ZOE, 3)]).items()
    assert copied[0] == 3
    assert copied[1] not in {"", ID}
