"""Getting and listing posts: students see what is published for them, teachers everything.

Source: the `get` and `list` methods of the three kinds in the `classroom.v1` discovery document.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom import posts
from itn_sync.sandbox.classroom.access import require_course
from itn_sync.sandbox.classroom.post_showing import resource
from itn_sync.sandbox.classroom.posts import DELETED, DRAFT, PUBLISHED, Kind, Post
from itn_sync.sandbox.classroom.publishing import publish_due
from itn_sync.sandbox.errors import ApiError, Json, forbidden, invalid
from itn_sync.sandbox.paging import listed

# A page is shorter than a year of posts, so that a client that does not turn pages is found out.
DEFAULT_PAGE, LONGEST_PAGE = 20, 100
_STATES = (PUBLISHED, DRAFT, DELETED)


def open_post(call: Call, kind_name: str, post_id: str) -> Post:
    """The post, if the caller may see it; 404 where there is none, 403 where it is hidden."""
    course = require_course(call)
    publish_due(call, course)
    post = posts.find(call.state, course["id"], kind_name, post_id)
    if not posts.may_see(call, post):
        raise forbidden()
    return post


def get_post(call: Call, kind: Kind) -> Json:
    """One post."""
    return resource(call, open_post(call, kind.name, call.params["id"]))


def list_posts(call: Call, kind: Kind, keeps: Callable[[Post], bool] = lambda _post: True) -> Json:
    """A page of the posts that the caller may see and that `keeps` lets pass.

    Without a choice of states those published; 400 for an order that is none.
    """
    course = require_course(call)
    publish_due(call, course)
    asked = [state for state in call.params.get(kind.states, ()) if state in _STATES]
    order = _ordering(str(call.params.get("orderBy") or "updateTime desc"), kind)
    found = posts.posts_of(
        call.state, course["id"], kinds=(kind.name,), states=asked or (PUBLISHED,)
    )
    visible = [post for post in found if posts.may_see(call, post) and keeps(post)]
    for key, descending in reversed(order):
        visible.sort(key=key, reverse=descending)
    shown = partial(resource, call)
    return listed(kind.plural, visible, call, shown, default=DEFAULT_PAGE, maximum=LONGEST_PAGE)


_Key = Callable[[Post], Any]


def _ordering(text: str, kind: Kind) -> list[tuple[_Key, bool]]:
    """The sort keys of `orderBy`, the weightiest first, each with whether it descends."""
    return [_term(term.split(), kind, text) for term in text.split(",")]


def _term(words: list[str], kind: Kind, text: str) -> tuple[_Key, bool]:
    direction = words[1] if len(words) == 2 else "asc"
    if not 1 <= len(words) <= 2 or words[0] not in kind.orders:
        raise _bad_order(text)
    if direction not in {"asc", "desc"}:
        raise _bad_order(text)
    return _KEYS[words[0]], direction == "desc"


def _bad_order(text: str) -> ApiError:
    return invalid(f"Invalid orderBy: {text}", "order_by")


# What has no date is due last.
_KEYS: dict[str, _Key] = {
    "updateTime": lambda post: post.updated,
    "dueDate": lambda post: post.due or datetime.max.replace(tzinfo=UTC),
}
