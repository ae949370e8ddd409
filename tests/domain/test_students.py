"""A person keeps one id for ever, whatever becomes of name, address or section (S40, F11)."""

from __future__ import annotations

from dataclasses import replace

from itn_sync.domain.seen import Row, Table
from itn_sync.domain.students import (
    Directory,
    Student,
    by_name,
    enrolled_students,
    is_suspicious,
    known_directory,
    namesakes,
    person_of_account,
    person_of_address,
    person_of_name,
    registered_students,
)
from itn_sync.domain.units import Member, Roster, Unit
from tests.classes import ZOE, a_member
from tests.registers import a_unit
from tests.school import a_table

PLACE = ("namur", "cap")
MATH = a_unit()
PEDA = a_unit("peda")
CESS = a_unit("cess_math", section="cess")
UNITS = {unit.key: unit for unit in (MATH, PEDA, CESS)}


def roster(unit: Unit, *members: Member, invited: tuple[Member, ...] = ()) -> Roster:
    return Roster(unit.key, f"course-{unit.key}", members, invited=invited)


def students(*rosters: Roster, known: Table | None = None) -> dict[str, Student]:
    return enrolled_students(rosters, UNITS, known_directory(known or a_table()))


def remembered(student: Student) -> Row:
    """Their row in `Étudiants`."""
    return Row(
        student.row_id,
        {"person": student.person, "user_id": student.user_id, "email": student.email},
    )


def a_registration(email: str, first: str = "Zoe", last: str = "Dupont", id: str = "r1") -> Row:
    return Row(id, {"email": email, "first_name": first, "last_name": last})


def test_an_address_that_changed_is_the_same_person() -> None:
    (before,) = students(roster(MATH, ZOE)).values()
    moved = replace(ZOE, email="zoe.durand@etudiant.example", last_name="Durand")
    (after,) = students(roster(MATH, moved), known=a_table(remembered(before))).values()
    assert (after.person, after.row_id) == (before.person, before.row_id)
    assert (after.email, after.last_name) == ("zoe.durand@etudiant.example", "Durand")


def test_a_new_account_with_the_same_address_is_the_same_person() -> None:
    (before,) = students(roster(MATH, ZOE)).values()
    again = replace(ZOE, user_id="another")
    (after,) = students(roster(MATH, again), known=a_table(remembered(before))).values()
    assert after.person == before.person


def test_an_address_is_the_same_in_any_letters() -> None:
    assert person_of_address(" Zoe@Etudiant.Example ") == person_of_address("zoe@etudiant.example")


def test_who_hides_an_address_is_known_by_account_and_stays_so() -> None:
    hidden = replace(ZOE, email="")
    (before,) = students(roster(MATH, hidden)).values()
    assert before.person == person_of_account(ZOE.user_id)
    (after,) = students(roster(MATH, ZOE), known=a_table(remembered(before))).values()
    assert after.person == before.person


def test_two_ues_of_a_section_are_one_student() -> None:
    (student,) = students(roster(MATH, ZOE), roster(PEDA, ZOE)).values()
    assert student.enrolled == {"math1", "peda"}


def test_two_sections_are_two_rows_of_one_person() -> None:
    found = students(roster(MATH, ZOE), roster(CESS, ZOE))
    assert len(found) == 2
    assert len({student.person for student in found.values()}) == 1


def test_who_changes_section_stays_the_same_person() -> None:
    (before,) = students(roster(MATH, ZOE)).values()
    (after,) = students(roster(CESS, ZOE), known=a_table(remembered(before))).values()
    assert after.person == before.person
    assert after.place == ("namur", "cess")


def test_who_was_invited_and_then_came_in_is_one_student() -> None:
    (student,) = students(roster(MATH, invited=(ZOE,)), roster(PEDA, ZOE)).values()
    assert student.enrolled | student.invited == {"math1", "peda"}


def a_directory(*members: Member) -> Directory:
    directory = Directory()
    enrolled_students([roster(MATH, *members)], UNITS, directory)
    return directory


def test_a_row_of_the_register_is_whose_id_it_bears() -> None:
    directory = a_directory(ZOE)
    mine = person_of_address(ZOE.email)
    assert directory.row(mine, "Renommée", PLACE) == mine
    assert directory.row(person_of_account(ZOE.user_id), "", PLACE) == mine


def test_a_row_without_id_is_known_by_its_name_in_either_order() -> None:
    directory = a_directory(ZOE)
    for name in ("Dupont Zoe", "ZOÉ DUPONT", "zoe  dupont"):
        assert directory.row("", name, PLACE) == person_of_address(ZOE.email)


def test_a_row_may_bear_an_address() -> None:
    assert a_directory(ZOE).row(ZOE.email.upper(), "", PLACE) == person_of_address(ZOE.email)


def test_the_same_name_twice_is_neither_of_the_two() -> None:
    other = a_member("Zoe Dupont", email="autre@etudiant.example", account="other")
    found = a_directory(ZOE, other).row("", "Dupont Zoe", PLACE)
    assert found == person_of_name("Dupont Zoe", PLACE)
    assert found not in {person_of_address(ZOE.email), person_of_address(other.email)}


def test_a_name_of_another_section_is_somebody_else() -> None:
    assert a_directory(ZOE).row("", "Dupont Zoe", ("namur", "cess")) == person_of_name(
        "Dupont Zoe", ("namur", "cess")
    )


def test_a_name_that_nobody_bears_is_a_person_of_its_own() -> None:
    first = a_directory(ZOE).row("", "Noire Ida", PLACE)
    assert first == a_directory().row("", "  noire ida ", PLACE) != ""


def test_a_row_without_anything_is_nobodys() -> None:
    assert a_directory(ZOE).row("", "", PLACE) == ""


def test_a_registration_joins_its_student_by_address() -> None:
    directory = Directory()
    found = enrolled_students([roster(MATH, ZOE)], UNITS, directory)
    rows = [a_registration(ZOE.email.upper()), a_registration("autre@etudiant.example", id="r2")]
    all_of_them = registered_students(rows, dict.fromkeys(("r1", "r2"), PLACE), found, directory)
    assert sorted((s.registrations, bool(s.enrolled)) for s in all_of_them.values()) == [
        (("r1",), True),
        (("r2",), False),
    ]


def test_a_registration_without_an_address_or_a_section_is_no_student() -> None:
    rows = [a_registration("sans arobase"), a_registration(ZOE.email, id="r2")]
    assert registered_students(rows, {"r1": PLACE}, {}, Directory()) == {}


def test_namesakes_are_of_the_same_section_and_other_people() -> None:
    zoe = Student("a", PLACE, "Dupont", "Zoe")
    twin = Student("b", PLACE, "DUPONT", "Zoé")
    far = Student("c", ("namur", "cess"), "Dupont", "Zoe")
    assert list(namesakes(zoe, by_name([zoe, twin, far]))) == [twin]


def test_a_roster_that_lost_too_many_is_suspicious() -> None:
    def lost(before: int, now: int) -> bool:
        return is_suspicious(before, now, share=0.3, count=3)

    assert not lost(0, 0)
    assert lost(1, 0)
    assert not lost(8, 5)
    assert lost(8, 4)
    assert not lost(100, 70)
    assert lost(100, 69)
    assert not lost(10, 30)
