"""A register as teachers keep it → the marks that count, and what a person must mend (F12, S146).

In doubt nothing counts against a student: an unknown mark, a conflict, a session without date or
periods is named by its cell, and everything else counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise

from itn_sync.domain.names import fold
from itn_sync.domain.register_headings import long_session, wide_sessions
from itn_sync.domain.register_marks import Doubt, Entry, Reader, marks_by_text, order_of
from itn_sync.domain.register_problems import Notebook
from itn_sync.domain.seen import Problem
from itn_sync.domain.units import Grid, Mark, Session, Unit, Value

PersonOf = Callable[[str, str], str]
"""Who a row is, from its id cell and its name (`Nom Prénom`); "" for a row that is nobody's."""


@dataclass(frozen=True)
class Register:
    """What one UE's register says on a day."""

    unit: Unit
    sessions: tuple[Session, ...] = ()
    """In order, each once."""
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    """By person: what is noted of them, in order of sessions."""
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By person: the last and the first name that the register shows, or both in the first."""
    recorded: frozenset[Session] = frozenset()
    """The sessions for which something is noted of somebody."""
    problems: tuple[Problem, ...] = ()
    link: str = ""


def read_register(
    grid: Grid, unit: Unit, marks: Sequence[Mark], person_of: PersonOf, today: date
) -> Register:
    """The register in `grid`; its rows and columns may stand in any order."""
    notebook = Notebook(grid, unit)
    by_text = marks_by_text(marks, grid.layout.marks)
    form = _Long if grid.layout.is_long else _Wide
    desk: _Long | _Wide = form(grid, unit, notebook, by_text, today)
    kept: dict[str, list[Entry]] = {}
    rows_of: dict[str, list[int]] = {}
    names: dict[str, tuple[str, str]] = {}
    shared = _shared_ids(grid, notebook)
    for number, row in enumerate(grid.rows[grid.layout.first_row :], grid.layout.first_row):
        entries = _understood(desk.items(number, row), number, notebook)
        name = _name(row, grid)
        identity = _text(row, grid.layout.id_column)
        person = person_of("" if identity in shared else identity, _run_together(name))
        if person:
            kept.setdefault(person, []).extend(entries)
            rows_of.setdefault(person, []).append(number)
            names.setdefault(person, name)
        elif entries:
            what = "Des marques se trouvent sur une ligne sans étudiant."
            notebook.note(what, "Noter de qui il s'agit.", f"ligne {number + 1}")
    if not grid.layout.is_long:
        _say_twice(rows_of, notebook)
    return Register(
        unit=unit,
        sessions=tuple(sorted({r.session for r in desk.readers}, key=order_of)),
        entries={
            who: _settled(mine, _run_together(names[who]), notebook) for who, mine in kept.items()
        },
        names=names,
        recorded=frozenset(r.session for r in desk.readers if r.is_recorded),
        problems=tuple(notebook.problems()),
        link=grid.link,
    )


def _understood(
    items: Iterable[tuple[Reader, Value, int]], row: int, book: Notebook
) -> list[Entry]:
    """The marks of one row; every cell of every register passes here."""
    found: list[Entry] = []
    for reader, value, column in items:
        entry = reader.get(value) or reader.learn(value)
        if isinstance(entry, Doubt):
            book.doubtful(entry, row, column)
        elif entry.is_missed:
            found.append(entry.at(row, column))
        else:
            found.append(entry)
    return found


class _Wide:
    """A column per session."""

    def __init__(
        self, grid: Grid, unit: Unit, book: Notebook, marks: Mapping[str, Mark], today: date
    ) -> None:
        columns = wide_sessions(grid, unit, book)
        self._blocked = book.merged()
        self._readers = [(n, Reader(session, marks, today)) for n, session in columns.items()]

    def items(self, number: int, row: tuple[Value, ...]) -> Iterator[tuple[Reader, Value, int]]:
        """The cells of a row that hold something."""
        width, blocked = len(row), self._blocked
        for column, reader in self._readers:
            value = row[column] if column < width else None
            if value is None or value == "" or (blocked and (number, column) in blocked):
                continue
            yield reader, value, column

    @property
    def readers(self) -> Iterable[Reader]:
        return [reader for _column, reader in self._readers]


class _Long:
    """A row per student and session."""

    def __init__(
        self, grid: Grid, unit: Unit, book: Notebook, marks: Mapping[str, Mark], today: date
    ) -> None:
        self._grid, self._unit, self._book = grid, unit, book
        self._marks, self._today = marks, today
        self._blocked = book.merged()
        self._readers: dict[Session, Reader] = {}

    def items(self, number: int, row: tuple[Value, ...]) -> Iterator[tuple[Reader, Value, int]]:
        """The one mark of a row."""
        column = self._grid.layout.mark_column
        value = row[column] if column < len(row) else None
        if value in (None, "") or (number, column) in self._blocked:
            return
        session = long_session(row, number, self._grid, self._unit, self._book)
        if session is not None:
            known = self._readers.get(session)
            reader = known or Reader(session, self._marks, self._today)
            self._readers[session] = reader
            yield reader, value, column

    @property
    def readers(self) -> Iterable[Reader]:
        return self._readers.values()


def _settled(entries: list[Entry], name: str, book: Notebook) -> tuple[Entry, ...]:
    """In order, each session once; entries that contradict one another do not count."""
    entries.sort(key=_by_order)
    if all(one.order != other.order for one, other in pairwise(entries)):
        return tuple(entries)
    settled: list[Entry] = []
    for _order, group in groupby(entries, key=_by_order):
        same = list(group)
        if len({entry.says for entry in same}) == 1:
            settled.append(same[0])
        else:
            book.conflict(name, same[0].session)
    return tuple(settled)


def _by_order(entry: Entry) -> tuple[int, str]:
    return entry.order


def _shared_ids(grid: Grid, book: Notebook) -> frozenset[str]:
    """Numbers on rows of several names: a row was copied for somebody else, and names decide."""
    names: dict[str, dict[str, int]] = {}
    for number, row in enumerate(grid.rows[grid.layout.first_row :], grid.layout.first_row):
        identity, name = _text(row, grid.layout.id_column), fold(_run_together(_name(row, grid)))
        if identity and name:
            names.setdefault(identity, {}).setdefault(name, number)
    shared = {} if grid.layout.is_long else {i: n for i, n in names.items() if len(n) > 1}
    for rows in shared.values():
        what = "Des lignes de noms différents ont le même numéro caché ; seul le nom y compte."
        mend = "Effacer la ligne copiée ; itn-sync ajoute les étudiants du Classroom."
        book.note(what, mend, f"lignes {' et '.join(str(n + 1) for n in rows.values())}")
    return frozenset(shared)


def _say_twice(rows_of: Mapping[str, list[int]], book: Notebook) -> None:
    for rows in rows_of.values():
        if len(rows) > 1:
            what = "Un étudiant figure sur plusieurs lignes ; elles comptent ensemble."
            lines = " et ".join(str(row + 1) for row in rows)
            book.note(what, "Ne garder qu'une ligne.", f"lignes {lines}")


def _text(row: tuple[Value, ...], column: int) -> str:
    value = row[column] if 0 <= column < len(row) else None
    return "" if value is None else str(value).strip()


def _name(row: tuple[Value, ...], grid: Grid) -> tuple[str, str]:
    """Last and first name, or both in one."""
    texts = [_text(row, column) for column in grid.layout.name_columns]
    return (texts[0], " ".join(texts[1:])) if texts else ("", "")


def _run_together(name: tuple[str, str]) -> str:
    return " ".join(filter(None, name))
