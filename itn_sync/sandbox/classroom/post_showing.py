"""A post as its class gets it: the resource, and the address of its page."""

from __future__ import annotations

from typing import Literal

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.access import post_link, user_id
from itn_sync.sandbox.classroom.attachments import shown_folder, shown_materials
from itn_sync.sandbox.classroom.posts import FOLDER, PUBLISHED, Post, is_staff
from itn_sync.sandbox.errors import Json

_HIDDEN = ("assignees", "materials", FOLDER)

_LETTERS: dict[str, Literal["p", "m", "a", "sa", "mc"]] = {
    "announcement": "p",
    "material": "m",
    "ASSIGNMENT": "a",
    "SHORT_ANSWER_QUESTION": "sa",
    "MULTIPLE_CHOICE_QUESTION": "mc",
}


def link_to(root_url: str, post: Post) -> str:
    """The address of the post's page."""
    letter = _LETTERS[post.content.get("workType", post.kind)]
    return post_link(root_url, post.course, letter, post.id)


def resource(call: Call, post: Post) -> Json:
    """The Announcement, CourseWork or CourseWorkMaterial that the caller gets."""
    shown: Json = {"courseId": post.course, "id": post.id}
    shown |= {name: value for name, value in post.content.items() if name not in _HIDDEN}
    if post.materials:
        shown["materials"] = shown_materials(call, post.materials)
    shown |= {"state": post.state, "creationTime": post.created, "updateTime": post.updated}
    if post.state == PUBLISHED:
        shown["alternateLink"] = link_to(call.root_url, post)
    if post.topic:
        shown["topicId"] = post.topic
    if post.scheduled:
        shown["scheduledTime"] = post.scheduled
    if post.kind == "work" and post.project == call.project:
        shown["associatedWithDeveloper"] = True
    return shown | _people(call, post) | _folder(call, post)


def _folder(call: Call, post: Post) -> Json:
    """Where what is turned in goes, for those who teach."""
    folder_id = post.content.get(FOLDER, "")
    if not folder_id or not is_staff(call, post.course):
        return {}
    return {"assignment": {"studentWorkFolder": shown_folder(call, folder_id)}}


def _people(call: Call, post: Post) -> Json:
    """Who made the post and whom it is for; a student is not told who the others are."""
    shown: Json = {"creatorUserId": user_id(call.state, post.creator)}
    if "assignees" not in post.content:
        return shown | {"assigneeMode": "ALL_STUDENTS"}
    assignees = post.content["assignees"]
    if not is_staff(call, post.course):
        assignees = [address for address in assignees if address == call.user]
    ids = [user_id(call.state, address) for address in assignees]
    shown["individualStudentsOptions"] = {"studentIds": ids}
    return shown | {"assigneeMode": "INDIVIDUAL_STUDENTS"}
