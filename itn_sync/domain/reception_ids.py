"""Which id every row of `Accueil` should have: people type rows without one, sort and copy them.

A row that was read bears its id a second time, in a mark beside a hash of what it said. So an id
that a sort let fall on another row is put back by whichever run sees it, even the next one; and
where a sort left ids and marks behind, because it moved the visible columns alone, they follow what
the rows say.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count

from itn_sync.domain.codes import contact_number
from itn_sync.domain.reception import (
    FORM,
    content_hash,
    is_filled,
    marked_hash,
    marked_id,
    person_of,
    predecessor,
    text_of,
)
from itn_sync.domain.seen import Row, Table
from itn_sync.domain.tabs import Owner
from itn_sync.domain.tracking import RECEPTION, REGISTRATIONS


def contact_ids(tables: Mapping[str, Table], loose: Iterable[Row]) -> dict[int, str]:
    """What the id column should read where it does not, by row number; "" to clear it.

    `loose` are the rows without an id of their own: none, or one that an earlier row has. New ids
    are made of what is noted; those in use, and those of registrations whose row is gone, are not
    given again.
    """
    rows = [*tables.get(RECEPTION.key, Table()).rows.values(), *loose]
    owners = _owners(rows, tables)
    right = {number: identity for identity, number in owners.items()}
    nameless = [row for row in rows if row.number not in right]
    given = set(owners)
    taken = (
        given
        | {key.partition("/")[2] for key in _registered(tables)}
        | {row.id for row in nameless if is_filled(row)}
    )
    for row in sorted(nameless, key=lambda row: row.number):
        right[row.number] = _kept_or_new(row, given, taken)
        given.add(right[row.number])
        taken.add(right[row.number])
    return {row.number: right[row.number] for row in rows if row.id != right[row.number]}


def _owners(rows: Sequence[Row], tables: Mapping[str, Table]) -> dict[str, int]:
    """Row numbers by the id that is theirs: what the row says decides, then whom it is about.

    What says something new keeps the id that its mark names, and of copies the one that has it.
    """
    owners: dict[str, int] = {}
    placed: set[int] = set()
    for row, identity in _claims(rows, tables):
        if identity not in owners and row.number not in placed:
            owners[identity] = row.number
            placed.add(row.number)
    return owners


def _claims(rows: Sequence[Row], tables: Mapping[str, Table]) -> Iterator[tuple[Row, str]]:
    """Which row may have which id, the best reasons first."""
    marked = sorted(filter(marked_id, rows), key=lambda row: row.id != marked_id(row))
    yield from ((row, marked_id(row)) for row in marked if marked_hash(row) == content_hash(row))
    said: dict[str, list[str]] = {}
    for row in marked:
        said.setdefault(marked_hash(row), []).append(marked_id(row))
    filled = [row for row in rows if is_filled(row)]
    yield from ((row, identity) for row in filled for identity in said.get(content_hash(row), ()))
    people = {person_of(row): key.partition("/")[2] for key, row in _registered(tables).items()}
    moved = (row for row in filled if predecessor(row, tables))
    yield from ((row, people[person_of(row)]) for row in moved if person_of(row) in people)
    yield from ((row, marked_id(row)) for row in marked)


def _registered(tables: Mapping[str, Table]) -> dict[str, Row]:
    """The registrations that contacts have become."""
    known = tables.get(REGISTRATIONS.key, Table()).rows
    return {key: row for key, row in known.items() if key.startswith(f"{FORM}/")}


def _kept_or_new(row: Row, given: Collection[str], taken: Collection[str]) -> str:
    if not is_filled(row):
        return ""
    if row.id and row.id not in given:
        return row.id
    return next(code for code in _codes(row) if code not in taken)


def _codes(row: Row) -> Iterator[str]:
    """Alike rows are different contacts: the second one takes the next code."""
    people = (c.key for c in RECEPTION.columns if c.owner is Owner.PEOPLE)
    said = json.dumps([text_of(row, key) for key in people])
    return (contact_number(f"{said}/{n}") for n in count())
