"""The rows of our own registers: who joins a UE gets one, who leaves is said to have left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from itn_sync.domain.actions import KeepRegister
from itn_sync.domain.ground import Ground
from itn_sync.domain.register import Register
from itn_sync.domain.serials import french_date
from itn_sync.domain.student_rows import Lists
from itn_sync.domain.students import Student
from itn_sync.domain.units import Grid


def register_upkeep(
    registers: Iterable[Register],
    students: Mapping[str, Student],
    lists: Lists,
    ground: Ground,
) -> Iterator[KeepRegister]:
    """What each register of ours lacks; a register of the school's own is left alone."""
    grids = {grid.unit: grid for grid in ground.seen.classes.grids}
    for register in registers:
        key, grid = register.unit.key, grids[register.unit.key]
        if key not in lists.rosters or grid.layout.situation_column < 0:
            continue
        place = (register.unit.site, register.unit.section)
        mine = [s for s in students.values() if s.place == place]
        added = tuple(
            (s.person, s.last_name, s.first_name)
            for s in sorted(mine, key=lambda s: (s.last_name, s.first_name, s.person))
            if key in s.enrolled and key not in s.registered_in
        )
        situations = dict(_situations(grid, {s.person: s for s in mine}, key, ground))
        if added or situations:
            why = f"{register.unit.name} : {_counted(len(added), len(situations))}"
            yield KeepRegister(key, added, situations, why)


def _counted(added: int, changed: int) -> str:
    """`1 étudiant ajouté, 2 situations changées`."""
    s, t = "s" * (added > 1), "s" * (changed > 1)
    newcomers = f"{added} étudiant{s} ajouté{s}" if added else ""
    situations = f"{changed} situation{t} changée{t}" if changed else ""
    return ", ".join(filter(None, (newcomers, situations)))


def _situations(
    grid: Grid, students: Mapping[str, Student], unit: str, ground: Ground
) -> Iterator[tuple[str, str]]:
    """By id: what «Situation» should read where it does not."""
    identity, situation = grid.layout.id_column, grid.layout.situation_column
    for row in grid.rows[grid.layout.first_row :]:
        person = str(row[identity] or "") if len(row) > identity else ""
        student = students.get(person)
        if student is None or not student.user_id:
            continue
        shown = str(row[situation] or "") if len(row) > situation else ""
        has_left = unit not in student.enrolled | student.invited
        if has_left and not shown:
            yield person, f"Parti le {french_date(ground.today)}"
        elif not has_left and shown:
            yield person, ""
