"""classroom.courses.courseWork: assignments and questions, with a date and points."""

from __future__ import annotations

from datetime import date, time

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom import posts
from itn_sync.sandbox.classroom.access import require_course
from itn_sync.sandbox.classroom.grades import note_new_maximum
from itn_sync.sandbox.classroom.post_reading import get_post, list_posts
from itn_sync.sandbox.classroom.post_showing import resource
from itn_sync.sandbox.classroom.post_writing import (
    create_post,
    delete_post,
    modify_assignees,
    patch_post,
)
from itn_sync.sandbox.classroom.posts import Kind
from itn_sync.sandbox.classroom.texts import require_text, require_title
from itn_sync.sandbox.classroom.work_folders import open_folder
from itn_sync.sandbox.errors import Json, invalid

_MODE = "submissionModificationMode"


def _check(content: Json) -> None:
    require_title(content)
    require_text(content, "description")
    _check_type(content)
    _check_due(content)
    points = content.get("maxPoints", 0)
    if points < 0 or points != int(points):
        raise invalid("maxPoints must be a non-negative integer.", "max_points")
    if content.get("gradingPeriodId"):
        raise invalid("The course has no such grading period.", "grading_period_id")


def _check_type(content: Json) -> None:
    if "workType" not in content:
        raise invalid("workType is required.", "work_type")
    choices = content.get("multipleChoiceQuestion", {}).get("choices")
    is_choice = content["workType"] == "MULTIPLE_CHOICE_QUESTION"
    if is_choice and not choices:
        raise invalid("A multiple choice question needs choices.", "multiple_choice_question")
    if not is_choice and "multipleChoiceQuestion" in content:
        message = "multipleChoiceQuestion needs workType MULTIPLE_CHOICE_QUESTION."
        raise invalid(message, "multiple_choice_question")


def _check_due(content: Json) -> None:
    """A day and an hour (UTC) together or neither, and both on the calendar."""
    day, hour = content.get("dueDate"), content.get("dueTime")
    if (day is None) != (hour is None):
        raise invalid("dueDate and dueTime must be given together.", "due_date")
    if day is None or hour is None:
        return
    try:
        date(day.get("year", 0), day.get("month", 0), day.get("day", 0))
        time(hour.get("hours", 0), hour.get("minutes", 0), hour.get("seconds", 0))
    except ValueError:
        raise invalid("dueDate or dueTime does not exist.", "due_date") from None


_WORK = Kind(
    name="work",
    plural="courseWork",
    states="courseWorkStates",
    own=frozenset(
        {"title", "description", "workType", "dueDate", "dueTime", "maxPoints", _MODE}
        | {"multipleChoiceQuestion", "gradingPeriodId"}
    ),
    patchable=frozenset(
        {"title", "description", "state", "dueDate", "dueTime", "maxPoints", "scheduledTime"}
        | {_MODE, "topicId", "gradingPeriodId", "learningGoals"}
    ),
    clearable=frozenset(
        {"description", "dueDate", "dueTime", "maxPoints", "scheduledTime", "topicId"}
        | {"gradingPeriodId", "learningGoals"}
    ),
    check=_check,
    after_patch=note_new_maximum,
    defaults={_MODE: "MODIFIABLE_UNTIL_TURNED_IN"},
    orders=frozenset({"updateTime", "dueDate"}),
)


@behaviour("classroom.courses.courseWork.create")
def create(call: Call) -> Json:
    """New work; every student it is for gets a submission to fill, an assignment a folder."""
    made = create_post(call, _WORK)
    if made["workType"] != "ASSIGNMENT":
        return made
    work = posts.find(call.state, made["courseId"], _WORK.name, made["id"])
    return resource(call, open_folder(call, require_course(call), work))


@behaviour("classroom.courses.courseWork.get")
def get(call: Call) -> Json:
    """One assignment or question."""
    return get_post(call, _WORK)


@behaviour("classroom.courses.courseWork.list")
def list_work(call: Call) -> Json:
    """Assignments and questions, by update time or due date."""
    return list_posts(call, _WORK)


@behaviour("classroom.courses.courseWork.patch")
def patch(call: Call) -> Json:
    """Change what is asked; another maximum is noted in every submission's history."""
    return patch_post(call, _WORK)


@behaviour("classroom.courses.courseWork.delete")
def delete(call: Call) -> Json:
    """Delete work."""
    return delete_post(call, _WORK)


@behaviour("classroom.courses.courseWork.modifyAssignees")
def modify(call: Call) -> Json:
    """Say anew which students have to do the work."""
    return modify_assignees(call, _WORK)
