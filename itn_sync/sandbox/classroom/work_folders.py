"""The Drive folder of an assignment, where what students turn in is placed.

Source: `Assignment.studentWorkFolder` in the `classroom.v1` discovery document («only populated for
course teachers and administrators»).
"""

from __future__ import annotations

from dataclasses import replace
from sqlite3 import Row

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom import posts
from itn_sync.sandbox.classroom.posts import Post


def open_folder(call: Call, course: Row, work: Post) -> Post:
    """Make the folder of new work in the class's own, so that its teachers see what is in it."""
    folder = files.create_file(
        call.state,
        owner=course["owner"],
        name=work.content["title"],
        mime_type=files.FOLDER,
        now=call.now,
        parents=[course["folder"]],
    )
    content = work.content | {posts.FOLDER: folder["id"]}
    return posts.save(call.state, replace(work, content=content))


def put_away(call: Call, work: Post, file_id: str) -> None:
    """Move a file that a teacher now owns into the work's folder."""
    folder = files.get_file(call.state, work.content.get(posts.FOLDER, ""))
    file = files.get_file(call.state, file_id)
    if folder is None or file is None:
        return
    moving = {"addParents": folder["id"], "removeParents": ",".join(file["parents"])}
    owner = file["owners"][0]["emailAddress"]
    call.invoke("drive.files.update", user=owner, fileId=file_id, **moving)
