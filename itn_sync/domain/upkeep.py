"""Whether a tab still is as the worker left it; if not, every answer is read again.

Its own cells count, and those in which people put somebody else in charge of a case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from itn_sync.domain.privacy import Confidential
from itn_sync.domain.seen import Cell, Table
from itn_sync.domain.tabs import Owner
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES, REGISTRATIONS

_MADE_OF_ANSWERS = (REGISTRATIONS, CASES, ACCOMMODATIONS)
_PUT_IN_CHARGE = frozenset({"handed_to", "refused"})


def upkeep_mark(tables: Mapping[str, Table]) -> str:
    """A hash that changes with any such cell, and with no other.

    Sorting, people's other columns and people's own rows leave it alone; a row deleted, a cell
    typed over, a tab gone do not.
    """
    cells = [
        [tab.key, row.id, column.key, _token(row.cells.get(column.key))]
        for tab in _MADE_OF_ANSWERS
        for row in tables.get(tab.key, Table()).rows.values()
        for column in tab.columns
        if column.owner is Owner.WORKER or column.key in _PUT_IN_CHARGE
    ]
    return sha256(json.dumps(sorted(cells)).encode()).hexdigest()[:16]


def _token(cell: Cell) -> str:
    if isinstance(cell, Confidential):
        return cell.reveal()
    if isinstance(cell, int | float):
        return repr(float(cell))
    return cell or ""
