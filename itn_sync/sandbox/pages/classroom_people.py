"""Whom one may look at Classroom as: the people of the classes, and the administrator."""

from __future__ import annotations

from dataclasses import dataclass

from itn_sync.sandbox.classroom.access import class_members, school_domain
from itn_sync.sandbox.classroom.profiles import names_of
from itn_sync.sandbox.world import State


@dataclass(frozen=True)
class Person:
    """An account to look as."""

    address: str
    name: str


Groups = dict[str, list[Person]]


def people_of(state: State, course_ids: list[str], user: str) -> Groups:
    """Teachers, students, the administrator and `user`, in groups with French names."""
    teachers: set[str] = set()
    students: set[str] = set()
    for course_id in course_ids:
        taught_by, followed_by = class_members(state, course_id)
        teachers.update(taught_by)
        students.update(followed_by)
    groups = {
        "Enseignants": _sorted(state, teachers),
        "Étudiants": _sorted(state, students - teachers),
        "Administration": [Person(f"admin@{school_domain(state)}", "Administrateur du domaine")],
    }
    known = {person.address for people in groups.values() for person in people}
    if user and user not in known:
        groups["Autre personne"] = _sorted(state, {user})
    return {name: people for name, people in groups.items() if people}


def _sorted(state: State, addresses: set[str]) -> list[Person]:
    people = [Person(address, " ".join(names_of(state, address))) for address in addresses]
    return sorted(people, key=lambda person: (person.name.casefold(), person.address))


def first_owner(state: State, course_id: str = "") -> str:
    """Whom to look as when nobody was chosen: who owns the class, or the first of all classes."""
    row = state.execute(
        "SELECT owner FROM classroom_course WHERE ? IN ('', id) ORDER BY name, id LIMIT 1",
        (course_id,),
    ).fetchone()
    return str(row["owner"]) if row else f"admin@{school_domain(state)}"


def every_course(state: State) -> list[str]:
    """The ids of all classes."""
    return [str(row["id"]) for row in state.execute("SELECT id FROM classroom_course")]
