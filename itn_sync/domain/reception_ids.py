"""Which id every row of `Accueil` should have: people type rows without one, sort and copy them.

A row that was read bears its id a second time, in the mark of its content. So an id that a sort
let fall on another row is put back by whichever run sees it, even the next one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count

from itn_sync.domain.codes import contact_number
from itn_sync.domain.reception import is_filled, marked_id, text_of
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
    owners = _owners(rows)
    right = {number: identity for identity, number in owners.items()}
    nameless = [row for row in rows if row.number not in right]
    given = set(owners)
    taken = given | _registered(tables) | {row.id for row in nameless if is_filled(row)}
    for row in sorted(nameless, key=lambda row: row.number):
        right[row.number] = _kept_or_new(row, given, taken)
        given.add(right[row.number])
        taken.add(right[row.number])
    return {row.number: right[row.number] for row in rows if row.id != right[row.number]}


def _owners(rows: Sequence[Row]) -> dict[str, int]:
    """Row numbers by the id that their mark names; of copies, the one that has it as its id."""
    owners: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: row.id != marked_id(row)):
        if marked_id(row):
            owners.setdefault(marked_id(row), row.number)
    return owners


def _registered(tables: Mapping[str, Table]) -> set[str]:
    known = tables.get(REGISTRATIONS.key, Table()).rows
    return {key.partition("/")[2] for key in known}


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
