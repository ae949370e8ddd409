"""What each student has to hand in for an assignment or question, kept and shown.

A submission exists for every student the work is for, from its publication on; it is written down
when somebody first looks. Sources: `StudentSubmission` in the `classroom.v1` discovery document;
developers.google.com/workspace/classroom/guides/key-concepts/grades (late, placeholders, history).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Row

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom import posts
from itn_sync.sandbox.classroom.access import require_course, user_id, user_of, web_id
from itn_sync.sandbox.classroom.attachments import shown_attachments
from itn_sync.sandbox.classroom.post_reading import DEFAULT_PAGE, LONGEST_PAGE, open_post
from itn_sync.sandbox.classroom.post_showing import link_to
from itn_sync.sandbox.classroom.posts import PUBLISHED, Post
from itn_sync.sandbox.classroom.publishing import audience, publish_due
from itn_sync.sandbox.errors import Json, forbidden, not_found
from itn_sync.sandbox.paging import listed
from itn_sync.sandbox.world import State, declare_schema, rfc3339

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS classroom_submission (
        id TEXT PRIMARY KEY, work TEXT NOT NULL, student TEXT NOT NULL, state TEXT NOT NULL,
        created TEXT NOT NULL, updated TEXT NOT NULL, turned_in TEXT NOT NULL,
        content TEXT NOT NULL, -- grades, attachments, answer, history
        UNIQUE (work, student))
    """
)

NEW, CREATED, TURNED_IN, RETURNED, RECLAIMED = (
    *("NEW", "CREATED", "TURNED_IN", "RETURNED"),
    "RECLAIMED_BY_STUDENT",
)
_UNSPECIFIED = "SUBMISSION_STATE_UNSPECIFIED"
_ANSWERS = {
    "SHORT_ANSWER_QUESTION": "shortAnswerSubmission",
    "MULTIPLE_CHOICE_QUESTION": "multipleChoiceSubmission",
}


@dataclass(frozen=True)
class Submission:
    """One student's submission; `turned_in` is the last time it was, empty if it never was."""

    id: str
    work: str
    student: str
    state: str
    content: Json
    created: str = ""
    updated: str = ""
    turned_in: str = ""

    def with_history(self, kind: str, entry: Json) -> Submission:
        """The submission with one more line of `stateHistory` or `gradeHistory`."""
        history = [*self.content.get("history", []), {kind: entry}]
        return replace(self, content=self.content | {"history": history})

    @property
    def attachments(self) -> list[Json]:
        """What the student attached, as kept."""
        kept: list[Json] = self.content.get("attachments", [])
        return kept


def save(state: State, submission: Submission) -> Submission:
    """Keep a submission; answers it."""
    one = submission
    state.execute(
        "INSERT OR REPLACE INTO classroom_submission"
        " (id, work, student, state, created, updated, turned_in, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(one.id, one.work, one.student, one.state),
            *(one.created, one.updated, one.turned_in, json.dumps(one.content)),
        ),
    )
    return one


def of_work(state: State, work: Post) -> list[Submission]:
    """The submissions of the work's present students, made where one is missing."""
    rows = state.execute("SELECT * FROM classroom_submission WHERE work = ?", (work.id,)).fetchall()
    known = {row["student"]: _read(row) for row in rows}
    return [known.get(who) or save(state, _blank(work, who)) for who in audience(state, work)]


def _blank(work: Post, student: str) -> Submission:
    return Submission("Cg" + secrets.token_urlsafe(10), work.id, student, NEW, {})


def _read(row: Row) -> Submission:
    return Submission(**dict(row) | {"content": json.loads(row["content"])})


def open_submission(call: Call) -> tuple[Post, Submission]:
    """The work and submission of the call; 404 for none, 403 for another student's."""
    work = open_post(call, "work", call.params["courseWorkId"])
    if work.state != PUBLISHED:
        raise not_found()
    wanted = call.params["id"]
    found = next((one for one in of_work(call.state, work) if one.id == wanted), None)
    if found is None:
        raise not_found()
    if not (sees_everybody(call, work.course) or found.student == call.user):
        raise forbidden()
    return work, found


def sees_everybody(call: Call, course_id: str) -> bool:
    """Whether the caller sees every student's work: teachers, with a scope that speaks of it.

    The scopes that end in `.me` are for one's own work only.
    """
    others = not call.scopes or any(".students" in scope for scope in call.scopes)
    return others and posts.is_staff(call, course_id)


@behaviour("classroom.courses.courseWork.studentSubmissions.get")
def get(call: Call) -> Json:
    """One submission, for its student and the teachers."""
    return resource(call, *open_submission(call))


@behaviour("classroom.courses.courseWork.studentSubmissions.list")
def list_submissions(call: Call) -> Json:
    """The submissions of one piece of work, or of all (`-`); students see their own only."""
    wanted = _wanted_student(call)
    found = [
        (work, one)
        for work in _works(call)
        for one in of_work(call.state, work)
        if wanted in ("", one.student) and _is_asked(call, work, one)
    ]
    return listed(
        "studentSubmissions",
        found,
        call,
        lambda pair: resource(call, *pair),
        default=DEFAULT_PAGE,
        maximum=LONGEST_PAGE,
    )


def _works(call: Call) -> list[Post]:
    if call.params["courseWorkId"] != "-":
        work = open_post(call, "work", call.params["courseWorkId"])
        return [work] if work.state == PUBLISHED else []
    course = require_course(call)
    publish_due(call, course)
    found = posts.posts_of(call.state, course["id"], kinds=("work",), states=(PUBLISHED,))
    return [work for work in found if posts.may_see(call, work)]


def _wanted_student(call: Call) -> str:
    """Whose submissions are asked for, empty for everybody's; 403 for another student's."""
    course = require_course(call)
    given = str(call.params.get("userId") or "")
    wanted = user_of(call.state, given, call.user) if given else ""
    if sees_everybody(call, course["id"]):
        return wanted
    if wanted not in ("", call.user):
        raise forbidden()
    return call.user


def _is_asked(call: Call, work: Post, one: Submission) -> bool:
    asked = [state for state in call.params.get("states", ()) if state != _UNSPECIFIED]
    if asked and one.state not in asked:
        return False
    late = {"LATE_ONLY": True, "NOT_LATE_ONLY": False}.get(call.params.get("late", ""))
    return late is None or late == is_late(work, one, call.now)


def is_late(work: Post, one: Submission, now: datetime) -> bool:
    """Whether it was turned in after the work was due, or is due and still is not."""
    if work.due is None:
        return False
    if one.state in {TURNED_IN, RETURNED}:
        return one.turned_in > rfc3339(work.due)
    return now > work.due


def resource(call: Call, work: Post, one: Submission) -> Json:
    """The StudentSubmission that the caller gets; a draft grade is for teachers only."""
    grades_too = posts.is_staff(call, work.course)
    student = user_id(call.state, one.student)
    shown: Json = {"courseId": work.course, "courseWorkId": work.id, "id": one.id}
    shown |= {"userId": student, "state": one.state, "courseWorkType": work.content["workType"]}
    grades = ("draftGrade", "assignedGrade") if grades_too else ("assignedGrade",)
    shown |= {name: one.content[name] for name in grades if name in one.content}
    if one.created:
        shown["creationTime"] = one.created
    if one.updated:
        shown["updateTime"] = one.updated
    if is_late(work, one, call.now):
        shown["late"] = True
    if work.project == call.project:
        shown["associatedWithDeveloper"] = True
    history = [entry for entry in one.content.get("history", ()) if grades_too or _is_open(entry)]
    if history:
        shown["submissionHistory"] = history
    page_of_work = link_to(call.root_url, work).removesuffix("/details")
    link = f"{page_of_work}/submissions/student/{web_id(student)}"
    return shown | {"alternateLink": link} | _handed_in(call, work, one)


def _is_open(entry: Json) -> bool:
    """Whether a line of the history is for the student too."""
    change: str = entry.get("gradeHistory", {}).get("gradeChangeType", "")
    return not change.startswith("DRAFT_GRADE")


def _handed_in(call: Call, work: Post, one: Submission) -> Json:
    kind = work.content["workType"]
    if kind in _ANSWERS:
        return {
            _ANSWERS[kind]: {"answer": one.content["answer"]} if "answer" in one.content else {}
        }
    if one.state == NEW or not one.attachments:
        return {"assignmentSubmission": {}}
    return {"assignmentSubmission": {"attachments": shown_attachments(call, one.attachments)}}
