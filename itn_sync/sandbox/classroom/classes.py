"""A class as it is kept and as it is shown: its fields, their limits, its states.

Source: schema `Course` of the discovery document; guide «Manage courses».
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from sqlite3 import Row

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom import roster
from itn_sync.sandbox.classroom.access import (
    STAFF,
    classroom_error,
    course_link,
    school_domain,
    standing,
    user_id,
)
from itn_sync.sandbox.classroom.attachments import shown_folder
from itn_sync.sandbox.errors import Json, failed_precondition, invalid
from itn_sync.sandbox.world import State, rfc3339

TEXT_FIELDS = ("section", "descriptionHeading", "description", "room", "subject", "levels")

_LONGEST = {
    "name": 750,
    "section": 2800,
    "descriptionHeading": 3600,
    "description": 30_000,
    "room": 650,
    "levels": 999,
}
_URL = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_NEXT_STATES = {
    "PROVISIONED": {"ACTIVE", "DECLINED"},
    "DECLINED": {"PROVISIONED"},
    "ACTIVE": {"ARCHIVED"},
    "ARCHIVED": {"ACTIVE"},
    "SUSPENDED": set[str](),
}
_FOR_STAFF = ("enrollmentCode", "teacherFolder")
_CODE_LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"


def require_valid(fields: Mapping[str, object]) -> None:
    """Raise 400 for a text that is too long, no name, or an address in the name."""
    for name, longest in _LONGEST.items():
        if len(str(fields.get(name, ""))) > longest:
            raise invalid(f"{name} must be no longer than {longest} characters.", f"course.{name}")
    if "name" in fields:
        _require_name(str(fields["name"]))


def _require_name(name: str) -> None:
    if not name.strip():
        raise invalid("Course name is required.", "course.name")
    if _URL.search(name):
        text = "The course title cannot contain a URL."
        raise classroom_error(400, "CourseTitleCannotContainUrl", text)


def require_next_state(current: str, wanted: str) -> None:
    """Raise 400 FAILED_PRECONDITION for a change of state that Classroom does not know."""
    if wanted != current and wanted not in _NEXT_STATES[current]:
        raise failed_precondition(f"A course cannot change from {current} to {wanted}.")


def open_class(
    state: State, owner: str, fields: Json, *, now: datetime, course_id: str = ""
) -> Row:
    """Make a class of `owner` (an address) with its Drive folder; the row.

    `fields` are a Course's name, courseState and texts, already valid.
    """
    course_id = course_id or _new_number(state)
    title = f"{fields['name']} {fields.get('section', '')}".strip()
    folder = files.create_file(state, owner=owner, name=title, mime_type=files.FOLDER, now=now)
    extra = {name: fields[name] for name in TEXT_FIELDS if fields.get(name)}
    instant = rfc3339(now)
    state.execute(
        "INSERT INTO classroom_course"
        " (id, owner, state, name, enrollment_code, folder, created, updated, extra)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(course_id, owner, "PROVISIONED", fields["name"], _new_code(), folder["id"]),
            *(instant, instant, json.dumps(extra | _groups(state, title, course_id))),
        ),
    )
    roster.join(state, course_row(state, course_id), owner, "teacher")
    put_state(state, course_id, fields.get("courseState", "PROVISIONED"))
    return course_row(state, course_id)


def _new_number(state: State) -> str:
    while True:
        number = str(700_000_000_000 + secrets.randbelow(99_999_999_999))
        query = "SELECT 1 FROM classroom_course WHERE id = ?"
        if state.execute(query, (number,)).fetchone() is None:
            return number


def _new_code() -> str:
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(7))


def _groups(state: State, title: str, course_id: str) -> dict[str, str]:
    """The addresses of the class's two groups, made of its first title once and for all."""
    slug = re.sub(r"\W+", "_", title, flags=re.ASCII).strip("_")
    mark, domain = hashlib.sha256(course_id.encode()).hexdigest(), school_domain(state)
    return {
        "teacherGroupEmail": f"{slug}_teachers_{mark[:8]}@{domain}",
        "courseGroupEmail": f"{slug}_{mark[8:16]}@{domain}",
    }


def course_row(state: State, course_id: str) -> Row:
    """The stored class with that id."""
    row: Row = state.execute("SELECT * FROM classroom_course WHERE id = ?", (course_id,)).fetchone()
    return row


def put_state(state: State, course_id: str, course_state: str) -> None:
    """Put the class into a state; its calendar is made when it is first active."""
    state.execute("UPDATE classroom_course SET state = ? WHERE id = ?", (course_state, course_id))
    if course_state == "ACTIVE":
        mark = hashlib.sha256(f"calendar {course_id}".encode()).hexdigest()[:8]
        calendar = f"{school_domain(state)}_classroom{mark}@group.calendar.google.com"
        state.execute(
            "UPDATE classroom_course SET calendar = ? WHERE id = ?", (calendar, course_id)
        )


def course_resource(call: Call, row: Row) -> Json:
    """The Course as the caller may see it: code and folder are for teachers and administrators."""
    extra: Json = json.loads(row["extra"])
    resource: Json = {
        "id": row["id"],
        "name": row["name"],
        **extra,
        "ownerId": user_id(call.state, row["owner"]),
        "creationTime": row["created"],
        "updateTime": row["updated"],
        "enrollmentCode": row["enrollment_code"],
        "courseState": row["state"],
        "alternateLink": course_link(call.root_url, row["id"]),
        "teacherFolder": shown_folder(call, row["folder"]),
        "guardiansEnabled": False,
        "gradebookSettings": {
            "calculationType": "TOTAL_POINTS",
            "displaySetting": "HIDE_OVERALL_GRADE",
        },
    }
    if row["calendar"]:
        resource["calendarId"] = row["calendar"]
    if not standing(call.state, call.user, row["id"]) & STAFF:
        return {name: value for name, value in resource.items() if name not in _FOR_STAFF}
    return resource
