"""classroom.courses.announcements: a text to the class, without title or topic."""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom.post_reading import get_post, list_posts
from itn_sync.sandbox.classroom.post_writing import (
    create_post,
    delete_post,
    modify_assignees,
    patch_post,
)
from itn_sync.sandbox.classroom.posts import Kind
from itn_sync.sandbox.classroom.texts import require_text
from itn_sync.sandbox.errors import Json, invalid


def _check(content: Json) -> None:
    if not content.get("text", "").strip():
        raise invalid("The text of an announcement must not be empty.", "text")
    require_text(content, "text")


_ANNOUNCEMENT = Kind(
    name="announcement",
    plural="announcements",
    states="announcementStates",
    own=frozenset({"text"}),
    patchable=frozenset({"text", "state", "scheduledTime"}),
    clearable=frozenset({"scheduledTime"}),
    check=_check,
)


@behaviour("classroom.courses.announcements.create")
def create(call: Call) -> Json:
    """A new announcement."""
    return create_post(call, _ANNOUNCEMENT)


@behaviour("classroom.courses.announcements.get")
def get(call: Call) -> Json:
    """One announcement."""
    return get_post(call, _ANNOUNCEMENT)


@behaviour("classroom.courses.announcements.list")
def list_announcements(call: Call) -> Json:
    """Announcements; they have no filter but their state."""
    return list_posts(call, _ANNOUNCEMENT)


@behaviour("classroom.courses.announcements.patch")
def patch(call: Call) -> Json:
    """Change text, state or schedule."""
    return patch_post(call, _ANNOUNCEMENT)


@behaviour("classroom.courses.announcements.delete")
def delete(call: Call) -> Json:
    """Delete an announcement."""
    return delete_post(call, _ANNOUNCEMENT)


@behaviour("classroom.courses.announcements.modifyAssignees")
def modify(call: Call) -> Json:
    """Say anew which students the announcement is for."""
    return modify_assignees(call, _ANNOUNCEMENT)
