"""Who gets a request, and by when they call (S30-S38, S115, S162, S167-S177)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.cases import Case, accommodation_row, case_row
from itn_sync.domain.ownership import Ownership, owner_of
from itn_sync.domain.requests import cases_of
from itn_sync.domain.school import (
    OWNER_ROLE,
    Absence,
    Assignment,
    Calendar,
    Closure,
    Kind,
    Person,
    Role,
    School,
)
from itn_sync.domain.seen import DeedState, Row
from itn_sync.domain.serials import date_serial, instant_serial
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES
from tests.school import (
    ARIANE,
    ASSIGNMENTS,
    CALENDAR,
    CORALIE,
    LABEL,
    MONDAY,
    NOEMIE,
    OFFICE_BRUSSELS,
    OFFICE_NAMUR,
    SCHOOL,
    TODAY,
    VALERIE,
    VICTOR,
    Paper,
    a_response,
    a_school,
    ground,
    number,
    read,
)

NAMUR_CAP, BRUSSELS_CAP, NOWHERE = ("namur", "cap"), ("bruxelles", "cap"), ("", "")
LATER = MONDAY + timedelta(days=2)


def owner(kind: Kind, place: tuple[str, str], school: School = SCHOOL) -> Ownership:
    return owner_of(kind, place, school, TODAY)


def away(person: Person, substitute: str = "", day: date = TODAY) -> Absence:
    return Absence(person.key, substitute, day, day)


def one_case(kind: Kind = Kind.VA, at: datetime = MONDAY, school: School = SCHOOL) -> Case:
    (case,) = cases_of(read(a_response("r1", kind, at=at)), ground(school=school))
    return case


# Who


@pytest.mark.parametrize("place", [NAMUR_CAP, BRUSSELS_CAP])
@pytest.mark.parametrize(
    ("kind", "person"), [(Kind.VA, VALERIE), (Kind.AR, ARIANE), (Kind.DIGITAL, NOEMIE)]
)
def test_a_referent_of_both_sites_gets_the_requests_of_both(
    kind: Kind, person: Person, place: tuple[str, str]
) -> None:
    assert owner(kind, place).person == person


@pytest.mark.parametrize("kind", [Kind.PLANNING, Kind.QUESTION])
def test_a_timetable_or_a_question_goes_to_the_secretariat_of_the_site(kind: Kind) -> None:
    assert owner(kind, NAMUR_CAP) == Ownership(OFFICE_NAMUR, "Secrétariat")
    assert owner(kind, BRUSSELS_CAP) == Ownership(OFFICE_BRUSSELS, "Secrétariat")


def test_whoever_holds_the_role_for_the_section_comes_first() -> None:
    for_cap = Assignment(Role.REFERENT_VA, (VICTOR,), sections=("cap",))
    school = a_school(*ASSIGNMENTS, for_cap)
    assert owner(Kind.VA, NAMUR_CAP, school).person == VICTOR
    assert owner(Kind.VA, ("namur", "cess"), school).person == VALERIE


def test_somebody_away_is_stood_in_for_and_the_case_says_for_whom() -> None:
    school = a_school(absences=(away(ARIANE, substitute="num"),))
    assert owner(Kind.AR, NAMUR_CAP, school) == Ownership(
        NOEMIE, "Référent AR, en remplacement de Ariane Inclusion"
    )


def test_a_substitute_who_is_away_too_is_stood_in_for_in_turn() -> None:
    school = a_school(absences=(away(ARIANE, substitute="num"), away(NOEMIE, substitute="va")))
    assert owner(Kind.AR, NAMUR_CAP, school).person == VALERIE


def test_the_second_holder_of_a_role_takes_over_when_nobody_stands_in_for_the_first() -> None:
    school = a_school(absences=(away(VALERIE),))
    assert owner(Kind.VA, NAMUR_CAP, school) == Ownership(VICTOR, "Référent VA")


def test_two_people_who_stand_in_for_each_other_do_not_keep_a_request_from_the_third() -> None:
    school = a_school(absences=(away(VALERIE, "num"), away(NOEMIE, "va")))
    assert owner(Kind.VA, NAMUR_CAP, school).person == VICTOR


def test_an_absence_counts_only_while_it_lasts() -> None:
    school = a_school(absences=(away(ARIANE, "num", TODAY - timedelta(days=1)),))
    assert owner(Kind.AR, NAMUR_CAP, school).person == ARIANE


def test_without_anybody_in_the_role_the_personne_de_reference_gets_it_and_it_says_so() -> None:
    school = a_school(Assignment(Role.COORDINATOR, (CORALIE,)))
    assert owner(Kind.DIGITAL, NAMUR_CAP, school) == Ownership(
        CORALIE,
        "Référent numérique : personne n'est disponible ; "
        "la personne de référence prend la demande en charge",
    )


def test_a_request_from_an_unknown_place_goes_to_the_personne_de_reference() -> None:
    assert owner(Kind.PLANNING, NOWHERE).person == CORALIE
    assert owner(Kind.VA, NOWHERE).person == VALERIE


def test_a_personne_de_reference_who_is_away_is_stood_in_for() -> None:
    only = Assignment(Role.COORDINATOR, (CORALIE, VICTOR))
    assert (
        owner(Kind.AR, NAMUR_CAP, a_school(only, absences=(away(CORALIE, "num"),))).person == NOEMIE
    )
    assert owner(Kind.AR, NAMUR_CAP, a_school(only, absences=(away(CORALIE),))).person == VICTOR


def test_with_nobody_at_all_the_request_waits_and_says_why() -> None:
    school = a_school(Assignment(Role.DIRECTION, (VICTOR,)))
    assert owner(Kind.AR, NAMUR_CAP, school) == Ownership(
        None, "Référent AR : personne, ni personne de référence"
    )


@given(st.sampled_from(Kind), st.sampled_from([NAMUR_CAP, BRUSSELS_CAP, NOWHERE]), st.data())
def test_a_request_is_never_given_to_somebody_who_is_away(
    kind: Kind, place: tuple[str, str], data: st.DataObject
) -> None:
    keys = [p.key for p in SCHOOL.persons]
    gone = data.draw(st.dictionaries(st.sampled_from(keys), st.sampled_from([*keys, "", "?"])))
    absences = tuple(Absence(who, standing_in, TODAY, TODAY) for who, standing_in in gone.items())
    found = owner_of(kind, place, a_school(absences=absences), TODAY)
    assert found.why
    assert found.person is None or found.person.key not in gone
    if "coord" not in gone:
        assert found.person is not None


def test_every_kind_of_request_has_a_role_that_answers_for_it() -> None:
    assert set(OWNER_ROLE) == set(Kind)


# By when


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2026, 9, 7, 8, tzinfo=UTC), date(2026, 9, 14)),
        (datetime(2026, 9, 11, 8, tzinfo=UTC), date(2026, 9, 18)),
        (datetime(2026, 9, 12, 8, tzinfo=UTC), date(2026, 9, 18)),
        (datetime(2026, 10, 30, 8, tzinfo=UTC), date(2026, 11, 9)),  # 1 and 2 November
        (datetime(2026, 11, 5, 8, tzinfo=UTC), date(2026, 11, 13)),  # 11 November
        (datetime(2026, 12, 18, 8, tzinfo=UTC), date(2027, 1, 8)),  # Christmas
        (datetime(2028, 2, 28, 8, tzinfo=UTC), date(2028, 3, 6)),  # 29 February
        (datetime(2026, 9, 13, 22, 30, tzinfo=UTC), date(2026, 9, 21)),  # Monday in Belgium
    ],
)
def test_the_first_contact_is_due_after_five_school_days(asked: datetime, due: date) -> None:
    assert one_case(at=asked).due == due


@given(st.datetimes(datetime(2026, 8, 1), datetime(2029, 8, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (bounds)
def test_a_first_contact_is_due_on_a_school_day_after_the_request(asked: datetime) -> None:
    case = one_case(at=asked)
    between = (case.opened + timedelta(days=n) for n in range(1, (case.due - case.opened).days + 1))
    assert CALENDAR.is_school_day(case.due)
    assert sum(map(CALENDAR.is_school_day, between)) == 5


def test_a_closure_announced_later_moves_the_date_but_not_the_day_of_the_request() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    closed = Closure("Travaux", date(2026, 9, 8), date(2026, 9, 8))
    paper.school = a_school(calendar=Calendar(closures=(closed,)))
    plan = paper.run(a_response("r1", Kind.VA))
    (change,) = (change for change in plan.rows if change.tab == CASES.key)
    assert change.cells["due"] == date_serial(date(2026, 9, 15))
    assert "opened" not in change.cells
    assert plan.mails == ()


# What Dossiers shows


def test_each_request_is_a_case_with_what_its_owner_needs() -> None:
    (case,) = cases_of(read(a_response("r1", Kind.VA, va_details="UE 3")), ground())
    row = case_row(case, LABEL)
    assert row.tab == CASES.key
    assert row.id == number(Kind.VA)
    assert row.initial == {"status": "À contacter"}
    assert row.why == "Zoé Dupont : Valorisation des acquis (VA) → Valérie Acquis"
    assert row.cells == {
        "id": number(Kind.VA),
        "kind": "Valorisation des acquis (VA)",
        "state": "Active",
        "student": "Zoé Dupont",
        "email": "zoe@etudiant.example",
        "phone": "0470 00 00 00",
        "site": "Namur",
        "section": "CAP",
        "details": "UE 3",
        "origin": LABEL,
        "opened": date_serial(TODAY),
        "due": date_serial(date(2026, 9, 14)),
        "owner": "Valérie Acquis",
        "owner_email": "referent.va@ecole.example",
        "owner_why": "Référent VA",
        "changes": "",
        "registration": "inscription/r1",
        "submitted": instant_serial(MONDAY),
        "version": 1,
        "departures": "",
        "opening": 1,
    }


def test_a_case_that_nobody_gets_is_shown_without_owner() -> None:
    school = a_school(Assignment(Role.DIRECTION, (VICTOR,)))
    row = case_row(one_case(school=school), LABEL)
    assert (row.cells["owner"], row.cells["owner_email"]) == ("", "")
    assert row.why.endswith("→ personne")


def test_an_unknown_place_is_shown_as_it_was_typed() -> None:
    (case,) = cases_of(read(a_response("r1", Kind.VA, site="Liège", section="Bois")), ground())
    cells = case_row(case, LABEL).cells
    assert (cells["site"], cells["section"]) == ("Liège", "Bois")


def test_what_an_accommodation_request_says_is_in_the_confidential_row_alone() -> None:
    (case,) = cases_of(read(a_response("r1", Kind.AR, needs="dyslexie")), ground())
    row = accommodation_row(case)
    assert row.tab == ACCOMMODATIONS.key
    assert row.cells["request"] == case.registration.accommodation
    assert set(row.cells) <= {column.key for column in ACCOMMODATIONS.columns}
    assert case.registration.accommodation not in case_row(case, LABEL).cells.values()


# After an edit, followed over runs


def test_a_request_withdrawn_closes_its_case_and_keeps_what_was_asked() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie", va_details="UE 3"))
    paper.run(a_response("r1", edited=LATER))
    assert paper.row("dossiers", number(Kind.AR))["state"] == "Retirée"
    assert paper.row("dossiers", number(Kind.AR))["details"] == "Voir la feuille confidentielle"
    confidential = paper.row("ar", number(Kind.AR))
    assert confidential["state"] == "Retirée"
    assert confidential["request"] == read(a_response(needs="dyslexie")).accommodation


def test_a_request_made_again_starts_afresh_with_its_owner_and_date() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    paper.run(a_response("r1", Kind.AR, edited=LATER))
    again = LATER + timedelta(days=7)
    paper.run(a_response("r1", Kind.VA, edited=again))
    row = paper.row("dossiers", number(Kind.VA))
    assert row["state"] == "Active"
    assert row["version"] == 3
    assert row["opened"] == date_serial(again.date())


def test_a_case_keeps_its_owner_through_a_holiday_and_a_new_colleague() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    newcomer = Assignment(Role.REFERENT_VA, (VICTOR,), sections=("cap",))
    paper.school = a_school(*ASSIGNMENTS, newcomer, absences=(away(VALERIE, "num"),))
    paper.run(a_response("r1", Kind.VA, phone="0499", edited=LATER))
    assert paper.row("dossiers", number(Kind.VA))["owner"] == "Valérie Acquis"


def test_an_owner_who_changed_roles_keeps_the_case() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    paper.school = a_school(Assignment(Role.REFERENT_VA, (VICTOR,)))
    assert paper.run(a_response("r1", Kind.VA)).rows == ()


def test_a_case_goes_on_when_the_school_no_longer_knows_its_owner() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    without_her = a_school(Assignment(Role.REFERENT_VA, (VICTOR,)))
    paper.school = replace(without_her, persons=(VICTOR,))
    plan = paper.run(a_response("r1", Kind.VA))
    row = paper.row("dossiers", number(Kind.VA))
    assert (row["owner_email"], row["version"]) == (VICTOR.email, 2)
    assert row["changes"] == "Le référent d'avant n'est plus connu de l'école"
    assert [m.recipient for m in plan.mails] == [VICTOR.email]
    assert paper.run(a_response("r1", Kind.VA)).is_empty


def test_a_closed_case_keeps_the_name_of_an_owner_who_left() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    paper.run(a_response("r1", edited=LATER))
    without_her = a_school(Assignment(Role.REFERENT_VA, (VICTOR,)))
    paper.school = replace(without_her, persons=(VICTOR,))
    assert paper.run(a_response("r1", edited=LATER)).is_empty


def test_what_an_accommodation_request_said_goes_with_the_consent() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie"))
    paper.run(a_response("r1", Kind.AR, needs="dyslexie", consent="", edited=LATER))
    confidential = paper.row("ar", number(Kind.AR))
    assert (confidential["state"], confidential.get("request")) == ("Retirée", None)


def test_a_row_that_a_person_deleted_comes_back_and_tells_nobody_again() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    paper.run(a_response("r1", Kind.VA, phone="0499", edited=LATER))
    paper.tables["dossiers"].pop(number(Kind.VA))
    assert paper.run(a_response("r1", Kind.VA, phone="0499", edited=LATER)).mails == ()
    assert paper.row("dossiers", number(Kind.VA))["version"] == 2


def test_a_case_that_nobody_had_gets_an_owner_as_soon_as_there_is_one() -> None:
    paper = Paper(a_school(Assignment(Role.DIRECTION, (VICTOR,))))
    assert [m.template for m in paper.run(a_response("r1", Kind.VA)).mails] == ["acknowledgement"]
    paper.school = SCHOOL
    plan = paper.run(a_response("r1", Kind.VA))
    assert paper.row("dossiers", number(Kind.VA))["owner"] == "Valérie Acquis"
    assert [(m.recipient, m.template) for m in plan.mails] == [(VALERIE.email, "case_opened")]


def test_a_student_who_changes_site_is_handed_to_the_secretariat_there() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    paper.run(a_response("r1", Kind.PLANNING, site="Bruxelles", edited=LATER))
    row = paper.row("dossiers", number(Kind.PLANNING))
    assert row["owner"] == "Secrétariat Bruxelles"
    assert row["departures"] == f"2 {OFFICE_NAMUR.email}"


def test_a_case_does_not_leave_an_owner_who_never_heard_of_it() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    seen = paper.seen(a_response("r1", Kind.PLANNING, site="Bruxelles", edited=LATER))
    for change in paper.plan(seen).rows:  # the rows are written, the mails wait for tomorrow
        paper.write(change)
    nowhere = a_response("r1", Kind.PLANNING, site="?", edited=LATER + timedelta(hours=1))
    paper.run(nowhere)
    row = paper.row("dossiers", number(Kind.PLANNING))
    assert row["owner"] == CORALIE.name
    assert row["departures"] == f"2 {OFFICE_NAMUR.email}"


def test_a_student_who_comes_back_to_the_first_site_is_simply_there_again() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    seen = paper.seen(a_response("r1", Kind.PLANNING, site="Bruxelles", edited=LATER))
    for change in paper.plan(seen).rows:
        paper.write(change)
    paper.run(a_response("r1", Kind.PLANNING, edited=LATER + timedelta(hours=1)))
    row = paper.row("dossiers", number(Kind.PLANNING))
    assert (row["owner"], row["departures"]) == ("Secrétariat Namur", "")


def test_a_request_withdrawn_while_changing_site_stays_with_the_owner_who_knows_it() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    plan = paper.run(a_response("r1", site="Bruxelles", edited=LATER))
    assert paper.row("dossiers", number(Kind.PLANNING))["owner"] == "Secrétariat Namur"
    told = [(m.recipient, m.template) for m in plan.mails if m.template != "acknowledgement"]
    assert told == [(OFFICE_NAMUR.email, "case_withdrawn")]


def test_confidential_news_is_told_without_saying_it() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie"))
    paper.run(a_response("r1", Kind.AR, needs="dyscalculie", edited=LATER))
    row = paper.row("dossiers", number(Kind.AR))
    assert (row["version"], row["changes"]) == (2, "Les précisions confidentielles ont changé")


def test_confidential_news_joins_the_other_news_of_the_same_edit() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie"))
    paper.run(a_response("r1", Kind.AR, needs="autre", phone="0499", edited=LATER))
    row = paper.row("dossiers", number(Kind.AR))
    assert row["version"] == 2
    assert row["changes"] == (
        "Téléphone : 0470 00 00 00 → 0499\nLes précisions confidentielles ont changé"
    )


def test_an_edit_that_leaves_the_confidential_text_alone_is_no_news() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie"))
    plan = paper.run(a_response("r1", Kind.AR, needs="dyslexie", heard_from="SIEP", edited=LATER))
    assert paper.row("dossiers", number(Kind.AR))["version"] == 1
    assert plan.mails == ()


def test_when_the_confidential_sheet_cannot_be_read_an_edit_is_told_rather_than_missed() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie"))
    edit = a_response("r1", Kind.AR, needs="dyscalculie", edited=LATER)
    seen = paper.seen(edit)
    shared = {key: table for key, table in seen.tables.items() if key != ACCOMMODATIONS.key}
    plan = paper.plan(replace(seen, tables=shared))
    assert f"case/{number(Kind.AR)}/told/2" in [mail.key for mail in plan.mails]


def test_a_row_whose_hidden_cells_were_emptied_is_mended_without_a_mail() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    paper.type("dossiers", number(Kind.VA), opened=None, submitted=None, version=None)
    assert paper.run(a_response("r1", Kind.VA)).mails == ()
    row = paper.row("dossiers", number(Kind.VA))
    assert (row["opened"], row["version"]) == (date_serial(TODAY), 1)


def test_a_case_whose_mail_may_have_gone_out_counts_as_told() -> None:
    paper = Paper()
    seen = paper.seen(a_response("r1", Kind.PLANNING))
    for change in paper.plan(seen).rows:
        paper.write(change)
    (mail,) = (m for m in paper.plan(seen).mails if m.template == "case_opened")
    paper.send(mail, DeedState.SENDING)
    plan = paper.run(a_response("r1", edited=LATER))
    assert "case_withdrawn" in [mail.template for mail in plan.mails]


def test_rows_of_other_registrations_are_not_touched() -> None:
    other = Row(number(Kind.VA, "r2"), {"id": number(Kind.VA, "r2"), "state": "Active"})
    paper = Paper()
    paper.tables["dossiers"][other.id] = dict(other.cells)
    paper.run(a_response("r1", Kind.VA))
    left = paper.row("dossiers", other.id)
    assert {key: left.get(key) for key in other.cells} == other.cells
