"""The demo school's UEs: a Classroom course each, and an empty register per section and site."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.seed_students import Student, seed_file, students, units_of

SCHOOL_YEAR = "2026-2027"

_SECRETARIAT = "secretariat@ecole.example"
_FIRST_COURSE = 710_000_000_201
_OPENED_DAYS_AGO = 30


def unit_teachers() -> dict[str, str]:
    """The names by address of the teachers who have no evening class."""
    return {one["email"]: one["name"] for one in seed_file("seed_units.toml")["teacher"]}


def unit_classes(now: datetime, worker: str) -> list[Json]:
    """The import items of the courses, with everybody who is in them; the worker teaches along."""
    created = (now - timedelta(days=_OPENED_DAYS_AGO)).isoformat()
    return [item | {"created": created} for item in _classes(worker)]


@cache
def _classes(worker: str) -> tuple[Json, ...]:
    units = seed_file("seed_units.toml")["unit"]
    return tuple(_class(number, unit, worker) for number, unit in enumerate(units))


def _class(number: int, unit: Json, worker: str) -> Json:
    place = _place(unit["place"])
    people = [one for one in students() if unit["key"] in one.units]
    owner, *others = unit["teachers"]
    return {
        "id": str(_FIRST_COURSE + number),
        "name": f"{unit['name']} – {place['name']}",
        "section": place["name"],
        "room": place["room"],
        "owner": owner,
        "teachers": [*others, worker],
        "aliases": [f"d:{unit['key']}"],
        "enrollmentCode": f"itn{number:04d}",
        "students": [_member(one) for one in people if one.status != "invited"],
        "invited": [_member(one) for one in people if one.status == "invited"],
    }


def _place(key: str) -> Json:
    places: list[Json] = seed_file("seed_units.toml")["place"]
    return next(place for place in places if place["key"] == key)


def _member(one: Student) -> Json:
    return {"email": one.email, "givenName": one.first_name, "familyName": one.last_name}


def registers() -> list[tuple[str, str, tuple[str, ...]]]:
    """Each register's id, title, and who writes in it: teachers, secretariat and coordination."""
    return [
        (
            place["register"],
            f"Présences {place['name']} {SCHOOL_YEAR}",
            tuple(dict.fromkeys((*_teachers(place["key"]), *_office(place)))),
        )
        for place in seed_file("seed_units.toml")["place"]
    ]


def _teachers(place: str) -> list[str]:
    return [teacher for unit in units_of(place) for teacher in unit["teachers"]]


def _office(place: Json) -> tuple[str, ...]:
    return place["secretariat"], _SECRETARIAT, place["coordination"]


def bouncing() -> list[str]:
    """Addresses on a roster from which mail comes back."""
    return [one.email for one in students() if one.status == "bouncing"]
