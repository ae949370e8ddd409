"""Creating, changing and deleting posts: teachers only, and only what one's own project made.

Sources: the `create`, `patch`, `delete` and `modifyAssignees` methods of the three kinds in the
`classroom.v1` discovery document; facts §4.2 (project restriction) and §4.3 (states, schedule).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom import posts
from itn_sync.sandbox.classroom.access import TEACHERS, require_course
from itn_sync.sandbox.classroom.assignees import chosen_after, chosen_at_creation
from itn_sync.sandbox.classroom.attachments import read_materials
from itn_sync.sandbox.classroom.masks import masked_fields, specified
from itn_sync.sandbox.classroom.post_showing import resource
from itn_sync.sandbox.classroom.posts import DELETED, DRAFT, PUBLISHED, Kind, Post, require_project
from itn_sync.sandbox.classroom.publishing import audience, publish, publish_due, reach
from itn_sync.sandbox.classroom.topics import is_topic
from itn_sync.sandbox.errors import Json, failed_precondition, invalid
from itn_sync.sandbox.world import rfc3339

_NOT_CONTENT = frozenset({"state", "scheduledTime", "topicId"})
_LAST_YEAR = 9998  # in another time zone the last hours of 9999 are no date


def create_post(call: Call, kind: Kind) -> Json:
    """A new post of the caller; a draft unless the body says PUBLISHED.

    Raises 403 for anybody but a teacher of the class, 400 for what it may not hold.
    """
    course = require_course(call, roles=TEACHERS, writable=True)
    body = specified(call.body)
    content = kind.defaults | {name: body[name] for name in kind.own if name in body}
    content = _without_empty(content)
    kind.check(content)
    content |= _attached_and_chosen(call, course["id"])
    now = rfc3339(call.now)
    post = Post(
        id=posts.new_post_id(),
        course=course["id"],
        kind=kind.name,
        state=DRAFT,
        creator=call.user,
        project=call.project,
        created=now,
        updated=now,
        content=content,
        topic=_topic(call, course["id"], kind, call.body.get("topicId")),
        scheduled=_schedule(call, call.body.get("scheduledTime")),
    )
    wanted = body.get("state", DRAFT)
    _require_settable(wanted, post)
    return resource(call, _kept(call, post, wanted))


def _without_empty(content: Json) -> Json:
    """The content without empty texts and zeros, which Google leaves out of its answers."""
    return {name: value for name, value in content.items() if value not in (None, "", 0)}


def _attached_and_chosen(call: Call, course_id: str) -> Json:
    copies = call.body.get("workType") == "ASSIGNMENT"
    materials = read_materials(call, call.body.get("materials", []), copies=copies)
    chosen = chosen_at_creation(call, course_id)
    return ({"materials": materials} if materials else {}) | (
        {} if chosen is None else {"assignees": chosen}
    )


def _topic(call: Call, course_id: str, kind: Kind, given: str | None) -> str:
    if not given or "topicId" not in kind.patchable:
        return ""
    if not is_topic(call.state, course_id, given):
        raise invalid("The topic must be one of the course.", "topic_id")
    return given


def _schedule(call: Call, given: str | None) -> str:
    """The instant of a publication to come, as it is kept; 400 for one that has passed."""
    if not given:
        return ""
    instant = datetime.fromisoformat(given.upper().replace("Z", "+00:00"))
    if instant <= call.now or instant.year > _LAST_YEAR:
        raise invalid("The scheduled time must be in the future.", "scheduled_time")
    return rfc3339(instant.astimezone(UTC))


def _require_settable(wanted: str, post: Post) -> None:
    """Only DRAFT and PUBLISHED can be set; what is published stays so, and has no schedule."""
    if wanted not in {DRAFT, PUBLISHED}:
        raise invalid(f"The state cannot be set to {wanted}.", "state")
    if post.state == PUBLISHED and wanted == DRAFT:
        raise invalid("A published post cannot become a draft again.", "state")
    if post.scheduled and wanted == PUBLISHED:
        raise invalid("A published post cannot have a scheduled time.", "scheduled_time")


def _kept(call: Call, post: Post, wanted: str) -> Post:
    """The post, stored, and published where that is new."""
    if wanted == PUBLISHED and post.state == DRAFT:
        return publish(call, post, call.now)
    return posts.save(call.state, post)


def patch_post(call: Call, kind: Kind) -> Json:
    """Change the fields that `updateMask` names; publishing a draft is such a change.

    Raises 403 for others' posts (@ProjectPermissionDenied where another Cloud project made it),
    400 for a deleted post, a bad mask or a bad value.
    """
    post = _own(call, kind)
    changes = masked_fields(call, kind.patchable, kind.clearable)
    content = {**post.content, **{n: v for n, v in changes.items() if n not in _NOT_CONTENT}}
    content = _without_empty(content)
    kind.check(content)
    wanted = changes.get("state", post.state)
    changed = posts.touched(replace(post, content=content), call.now)
    if "topicId" in changes:
        topic = _topic(call, post.course, kind, changes["topicId"])
        changed = replace(changed, topic=topic)
    changed = replace(changed, scheduled=_new_schedule(call, post, changes))
    _require_settable(wanted, changed)
    made = _kept(call, changed, wanted)
    kind.after_patch(call, post, made)
    return resource(call, made)


def _new_schedule(call: Call, post: Post, changes: Json) -> str:
    if "scheduledTime" in changes:
        return _schedule(call, changes["scheduledTime"])
    return "" if changes.get("state") == PUBLISHED else post.scheduled


def delete_post(call: Call, kind: Kind) -> Json:
    """Delete a post: one that was published stays visible to teachers as DELETED."""
    post = _own(call, kind)
    if post.state == PUBLISHED:
        posts.save(call.state, posts.touched(replace(post, state=DELETED), call.now))
    else:
        posts.forget(call.state, post)
    return {}


def modify_assignees(call: Call, kind: Kind) -> Json:
    """Say anew whom the post is for; students who come to see it are told as at publication."""
    course = require_course(call, roles=TEACHERS, writable=True)
    publish_due(call, course)
    post = posts.find(call.state, course["id"], kind.name, call.params["id"])
    _require_present(post)
    chosen = chosen_after(call, post)
    content = {name: value for name, value in post.content.items() if name != "assignees"}
    content |= {} if chosen is None else {"assignees": chosen}
    changed = posts.save(call.state, posts.touched(replace(post, content=content), call.now))
    if changed.state == PUBLISHED:
        before = set(audience(call.state, post))
        newly = [student for student in audience(call.state, changed) if student not in before]
        reach(call, changed, newly, call.now)
    return resource(call, changed)


def _own(call: Call, kind: Kind) -> Post:
    """The post, if this teacher and this Cloud project may change it, and it is not deleted."""
    course = require_course(call, roles=TEACHERS, writable=True)
    publish_due(call, course)
    post = posts.find(call.state, course["id"], kind.name, call.params["id"])
    require_project(call, post.project)
    _require_present(post)
    return post


def _require_present(post: Post) -> None:
    if post.state == DELETED:
        raise failed_precondition("The post has already been deleted.")
