"""`Anomalies`: one line per thing that a person must mend, which goes when it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.report_tabs import ANOMALIES
from itn_sync.domain.seen import Problem, Row, Seen
from itn_sync.domain.serials import date_serial
from itn_sync.domain.states import MENDED, OPEN


def anomaly_rows(problems: tuple[Problem, ...], seen: Seen, today: date) -> Iterator[WriteRow]:
    """A row per problem raised, and the closing of each open one that was not raised again.

    Only a problem whose scope was read in this run can be said to be mended.
    """
    known = seen.table(ANOMALIES.key).rows
    raised = {problem.key: problem for problem in problems}
    for problem in raised.values():
        yield _raised(problem, known.get(problem.key), today)
    for row in known.values():
        if row.id not in raised and row.text("state") == OPEN and _was_read(row.id, seen):
            yield _mended(row, today)


def _was_read(key: str, seen: Seen) -> bool:
    return any(key.startswith(f"{scope}/") for scope in seen.observed)


def _raised(problem: Problem, known: Row | None, today: date) -> WriteRow:
    still_open = known is not None and known.text("state") == OPEN
    return WriteRow(
        tab=ANOMALIES.key,
        id=problem.key,
        cells={
            "id": problem.key,
            "state": OPEN,
            "seen_on": known.number_in("seen_on") if known and still_open else date_serial(today),
            "where": problem.where,
            "what": problem.what,
            "mend": problem.mend,
            "mended_on": None,
        },
        why=f"{problem.where} : {problem.what}",
    )


def _mended(row: Row, today: date) -> WriteRow:
    return WriteRow(
        tab=ANOMALIES.key,
        id=row.id,
        cells={"state": MENDED, "mended_on": date_serial(today)},
        why=f"{row.text('where')} : corrigé",
    )
