"""The demo school's students: who registered, who is there for a case, and invented ones, to 300.

The same files give the same people, in the same UEs.
"""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import islice

from itn_sync.sandbox.errors import Json

_DOMAIN = "@etudiant.example"
_FEWEST_UNITS = 3
_LETTERS = str.maketrans("ıłŁ", "ilL")


@dataclass(frozen=True)
class Student:
    """Somebody on a roster; `places` are the sections with their sites: `cess/namur`."""

    email: str
    first_name: str
    last_name: str
    places: tuple[str, ...]
    status: str = ""
    """"", invited, leaving or bouncing."""
    units: frozenset[str] = frozenset()


@cache
def seed_file(name: str) -> Json:
    """One of the seed's TOML files, read once; nobody changes what it holds."""
    return tomllib.loads(resources.files("itn_sync.sandbox").joinpath(name).read_text("utf-8"))


def units_of(place: str) -> list[Json]:
    """The UEs of a section at a site."""
    return [unit for unit in seed_file("seed_units.toml")["unit"] if unit["place"] == place]


@cache
def students() -> tuple[Student, ...]:
    """Everybody, place by place, each once."""
    known = {one.email: one for one in (*_registered(), *_for_a_case())}
    for also in seed_file("seed_cases.toml")["also"]:
        one = known[also["email"]]
        known[one.email] = replace(one, places=(*one.places, also["place"]))
    for place in seed_file("seed_units.toml")["place"]:
        at_home = sum(one.places[0] == place["key"] for one in known.values())
        made = islice(_invented(place["key"], known), place["students"] - at_home)
        known |= {one.email: one for one in made}
    return tuple(replace(one, units=frozenset(_chosen(one))) for one in known.values())


def names_by_email() -> Mapping[str, tuple[str, str]]:
    """First and last name of each."""
    return {one.email: (one.first_name, one.last_name) for one in students()}


def _registered() -> Iterator[Student]:
    """Those who asked for a section where it is, with a student's address, as they came."""
    places = {
        (place["section"], place["site"]): place["key"]
        for place in seed_file("seed_units.toml")["place"]
    }
    met: set[str] = set()
    for entry in seed_file("seed_registrations.toml")["registration"]:
        place = places.get((entry["section"], entry["site"]))
        email = entry["email"].lower()
        if place and email.endswith(_DOMAIN) and email not in met:
            met.add(email)
            yield Student(email, entry["first_name"], entry["last_name"].strip(), (place,))


def _for_a_case() -> Iterator[Student]:
    for entry in seed_file("seed_cases.toml")["student"]:
        names = (entry["first_name"], entry["last_name"])
        yield Student(entry["email"], *names, (entry["place"],), entry.get("status", ""))


def _invented(place: str, known: Mapping[str, Student]) -> Iterator[Student]:
    """People of invented names whom nobody is called like; `known` may grow meanwhile."""
    names = seed_file("seed_names.toml")
    firsts, lasts = names["first"], names["last"]
    start = _number(place)
    for n in range(len(firsts) * len(lasts)):
        last = lasts[(start + n) % len(lasts)]
        first = firsts[(start + 7 * n + n // len(lasts)) % len(firsts)]
        email = f"{_mail_name(first)}.{_mail_name(last)}{_DOMAIN}"
        if email not in known:
            yield Student(email, first, last, (place,))


def _chosen(student: Student) -> Iterator[str]:
    """The UEs that a student follows: some of each of their sections, and those of their cases."""
    cases = seed_file("seed_cases.toml")
    for entry in (*cases["case"], *cases["disorder"]):
        if entry.get("student") == student.email:
            yield entry["unit"]
    for place in student.places:
        wanted = _FEWEST_UNITS + _number(student.email) % 3
        keys: Iterable[str] = (unit["key"] for unit in units_of(place))
        yield from sorted(keys, key=lambda key: _number(f"{student.email} {key}"))[:wanted]


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


def _mail_name(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.translate(_LETTERS))
    return "".join(letter for letter in plain.lower() if letter.isascii() and letter.isalnum())
