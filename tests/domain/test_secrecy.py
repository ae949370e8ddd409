"""Who may open the confidential spreadsheet (S32, F36)."""

from __future__ import annotations

from itn_sync.domain.school import Assignment, Role
from itn_sync.domain.secrecy import (
    SCOPE,
    followers,
    too_open,
    unexpected_readers,
    unknown_readers,
)
from tests.school import CORALIE, NOEMIE, VALERIE, a_school


def test_a_link_and_each_domain_are_too_open() -> None:
    problems = list(too_open(by_link=True, domains={"b.test", "a.test"}))
    assert [p.key for p in problems] == ["sharing/link", "sharing/a.test", "sharing/b.test"]
    assert all("Rien n'y est plus écrit" in p.what for p in problems)


def test_sharing_with_people_alone_is_not_too_open() -> None:
    assert not list(too_open(by_link=False, domains=()))


def test_not_knowing_who_may_open_it_is_a_problem_of_its_own() -> None:
    problem = unknown_readers("erreur 503")
    assert problem.key == f"{SCOPE}/unknown"
    assert "erreur 503" in problem.what


def test_everyone_unexpected_is_named_with_what_to_do() -> None:
    readers = {"direction@ecole.example", "curieux@ecole.example"}
    (problem,) = unexpected_readers(readers, ["Direction@ecole.example"])
    assert problem.key == f"{SCOPE}/curieux@ecole.example"
    assert "curieux@ecole.example" in problem.what
    assert "confidential_readers" in problem.mend


def test_owners_and_those_who_hear_of_late_cases_work_in_the_shared_spreadsheet() -> None:
    school = a_school(
        Assignment(Role.REFERENT_VA, (VALERIE,)),
        Assignment(Role.COORDINATOR, (CORALIE,)),
        Assignment(Role.SECTION_COORDINATION, (NOEMIE,)),
    )
    assert followers(school) == {VALERIE.email, CORALIE.email}
