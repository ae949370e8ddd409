"""A small school whose evenings are noted: one UE, its class, its register, days that pass.

The register is made by `itn-sync attendance create`; teachers type into it through the API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from itn_sync.domain.students import person_of_address
from itn_sync.sandbox.seed import WORKER
from tests.attendance import HELENE, MATH, a_class, registers, unit, write_units
from tests.rehearsal import Line, Rehearsal, letters

NAME = "Mathématiques 1"
TODAY = date(2026, 10, 12)
"""A Monday: six evenings of four periods were held, of 80 that are planned."""

OFFICE = "secretariat@ecole.example"
RULES = """
late_request_seconds = {late}

[valve]
max_warnings_per_run = {valve}

[absences]
mode = "{mode}"
settling_hours = {settling}

[absences.copies]
avertissement = ["coordination_section"]
"""


def a_student(name: str, email: str = "") -> Line:
    """`Zoé Écart`, for a Classroom roster."""
    first, _, last = name.partition(" ")
    return {"email": email or address_of(name), "givenName": first, "familyName": last}


def address_of(name: str) -> str:
    """The invented address of an invented name."""
    plain = name.lower().replace("é", "e").replace("è", "e").replace(" ", ".")
    return f"{plain}@etudiant.example"


def follow(
    school: Rehearsal,
    *students: Line,
    mode: str = "review",
    settling: float = 20,
    valve: int = 50,
    late: int = 600,
) -> None:
    """The school follows one UE, whose register is made."""
    text = unit(MATH, NAME, periods=80, classroom='classroom = "d:math1"')
    write_units(school, text)
    rules = RULES.format(mode=mode, settling=settling, valve=valve, late=late)
    (school.home / "config" / "rules.toml").write_text(rules, encoding="utf-8")
    on_classroom(school, *students)
    result = school.worker("attendance", "create")
    assert result.exit_code == 0, result.output


def on_classroom(school: Rehearsal, *students: Line) -> None:
    """Who is in the course from now on."""
    course = a_class(1, "Math", HELENE, aliases=["d:math1"], students=list(students))
    school.control("POST", "import", classroom=[course])


def leave(school: Rehearsal, email: str) -> None:
    """A student is taken out of the course."""
    school.call(HELENE, "DELETE", f"v1/courses/d:math1/students/{email}")


def register(school: Rehearsal) -> str:
    """The spreadsheet that holds the register."""
    return registers(school)["cess/namur"]


def note(school: Rehearsal, marks: Mapping[str, Sequence[str]]) -> None:
    """The teacher types the marks of students (by address), from the first evening on."""
    rows = school.grid(NAME, register(school))
    lines = {str(row[0]): number for number, row in enumerate(rows, 1) if row}
    data = [
        {
            "range": f"'{NAME}'!E{lines[person_of_address(email)]}",
            "values": [list(typed)],
        }
        for email, typed in marks.items()
    ]
    path = f"v4/spreadsheets/{register(school)}/values:batchUpdate"
    school.call(HELENE, "POST", path, valueInputOption="USER_ENTERED", data=data)


def row_of(school: Rehearsal, email: str) -> dict[str, str]:
    """A student's row of the register: name, first name, situation, marks."""
    person = person_of_address(email)
    (row,) = [row for row in school.grid(NAME, register(school)) if row and row[0] == person]
    cells = [str(cell) for cell in row]
    return dict(zip(("id", "name", "first", "situation"), [*cells, *[""] * 4], strict=False)) | {
        "marks": " ".join(cells[4:])
    }


def moment(days: int = 0, hour: int = 8) -> tuple[str, str]:
    """`--now`, so many days after TODAY."""
    return "--now", f"{TODAY + timedelta(days=days)}T{hour:02}:00:00"


def warning(school: Rehearsal, name: str = "Zoé Écart") -> Line:
    """The one warning to a student, as `Avertissements` shows it."""
    rows = [row for row in school.rows("Avertissements") if row["Étudiant"] == name]
    (found,) = [row for row in rows if row["Étape"].startswith("Avertissement")]
    return found


def decide(school: Rehearsal, decision: str, name: str = "Zoé Écart", motive: str = "") -> None:
    """The secretariat chooses in the sheet."""
    who = ("Numéro", warning(school, name)["Numéro"])
    if motive:
        school.write_cell("Avertissements", who, "Motif (si Ignorer)", motive)
    school.write_cell("Avertissements", who, "Décision", decision)


def documents(school: Rehearsal) -> list[Line]:
    """The documents that the worker has made."""
    query = "mimeType = 'application/vnd.google-apps.document' and 'me' in owners"
    path = f"drive/v3/files?q={query}&pageSize=1000&fields=files(id,name,appProperties)"
    found: list[Line] = school.call(WORKER, "GET", path)["files"]
    return [file for file in found if file.get("appProperties")]


def column(number: int) -> str:
    """The letters of the nth evening's column."""
    return letters(3 + number)
