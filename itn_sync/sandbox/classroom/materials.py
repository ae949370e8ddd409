"""classroom.courses.courseWorkMaterials: documents for the class, under a topic."""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom.post_reading import get_post, list_posts
from itn_sync.sandbox.classroom.post_writing import create_post, delete_post, patch_post
from itn_sync.sandbox.classroom.posts import Kind, Post
from itn_sync.sandbox.classroom.texts import require_text, require_title
from itn_sync.sandbox.errors import Json


def _check(content: Json) -> None:
    require_title(content)
    require_text(content, "description")


_MATERIAL = Kind(
    name="material",
    plural="courseWorkMaterial",
    states="courseWorkMaterialStates",
    own=frozenset({"title", "description"}),
    patchable=frozenset(
        {"title", "description", "state", "scheduledTime", "topicId", "learningGoals"}
    ),
    clearable=frozenset({"description", "scheduledTime", "topicId", "learningGoals"}),
    check=_check,
)


@behaviour("classroom.courses.courseWorkMaterials.create")
def create(call: Call) -> Json:
    """A new material."""
    return create_post(call, _MATERIAL)


@behaviour("classroom.courses.courseWorkMaterials.get")
def get(call: Call) -> Json:
    """One material."""
    return get_post(call, _MATERIAL)


@behaviour("classroom.courses.courseWorkMaterials.list")
def list_materials(call: Call) -> Json:
    """Materials; `materialDriveId` and `materialLink` find those with such an attachment."""
    file_id, link = call.params.get("materialDriveId"), call.params.get("materialLink")

    def keeps(post: Post) -> bool:
        return (not file_id or _has_file(post, file_id)) and (not link or _has_link(post, link))

    return list_posts(call, _MATERIAL, keeps)


def _has_file(post: Post, file_id: str) -> bool:
    return any(
        "driveFile" in item and item["driveFile"]["driveFile"]["id"] == file_id
        for item in post.materials
    )


def _has_link(post: Post, part: str) -> bool:
    return any("link" in item and part in item["link"]["url"] for item in post.materials)


@behaviour("classroom.courses.courseWorkMaterials.patch")
def patch(call: Call) -> Json:
    """Change title, description, state, schedule or topic; never what is attached."""
    return patch_post(call, _MATERIAL)


@behaviour("classroom.courses.courseWorkMaterials.delete")
def delete(call: Call) -> Json:
    """Delete a material."""
    return delete_post(call, _MATERIAL)
