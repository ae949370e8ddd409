"""Grades: pending and reported, set by teachers, every change kept in the history.

Source: developers.google.com/workspace/classroom/guides/classroom-api/manage-grades.
"""

from __future__ import annotations

from dataclasses import replace

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom.access import TEACHERS, require_course, user_id
from itn_sync.sandbox.classroom.masks import masked_fields
from itn_sync.sandbox.classroom.posts import PUBLISHED, Post, require_project
from itn_sync.sandbox.classroom.submissions import (
    Submission,
    of_work,
    open_submission,
    resource,
    save,
)
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.world import rfc3339

_CHANGE_OF = {
    "draftGrade": "DRAFT_GRADE_POINTS_EARNED_CHANGE",
    "assignedGrade": "ASSIGNED_GRADE_POINTS_EARNED_CHANGE",
}
_GRADES = frozenset(_CHANGE_OF)
_MAXIMUM = "maxPoints"


@behaviour("classroom.courses.courseWork.studentSubmissions.patch")
def patch(call: Call) -> Json:
    """Set or clear `draftGrade` and `assignedGrade`, rounded to two decimals.

    Raises 403 for students and for work of another Cloud project, 400 for a negative grade.
    """
    require_course(call, roles=TEACHERS, writable=True)
    work, one = open_submission(call)
    require_project(call, work.project)
    for name, points in masked_fields(call, _GRADES, _GRADES).items():
        one = _graded(call, work, one, name, points)
    one = save(call.state, replace(one, updated=rfc3339(call.now)))
    return resource(call, work, one)


def _graded(call: Call, work: Post, one: Submission, name: str, points: float | None) -> Submission:
    if points is None:
        content = {key: value for key, value in one.content.items() if key != name}
        return _noted(call, work, replace(one, content=content), _CHANGE_OF[name])
    if isinstance(points, str) or points < 0:  # NaN and Infinity arrive as words
        raise invalid(f"{name} must be a non-negative number.", name)
    points = round(points, 2)
    kept = replace(one, content=one.content | {name: points})
    return _noted(call, work, kept, _CHANGE_OF[name], pointsEarned=points)


def _noted(call: Call, work: Post, one: Submission, change: str, **points: float) -> Submission:
    entry: Json = {**points, _MAXIMUM: work.content.get(_MAXIMUM, 0)}
    entry |= {"gradeTimestamp": rfc3339(call.now), "gradeChangeType": change}
    entry["actorUserId"] = user_id(call.state, call.user)
    return one.with_history("gradeHistory", entry)


def note_new_maximum(call: Call, before: Post, after: Post) -> None:
    """Write another maximum of published work into the history of every submission."""
    if after.state != PUBLISHED or before.content.get(_MAXIMUM) == after.content.get(_MAXIMUM):
        return
    for one in of_work(call.state, after):
        save(call.state, _noted(call, after, one, "MAX_POINTS_CHANGE"))
