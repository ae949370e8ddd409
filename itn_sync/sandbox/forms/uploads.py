"""Files that people join to their answers: they become Drive files of the form's owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.store import Question
from itn_sync.sandbox.world import State

_MIME_OF_TYPE = {"PDF": "application/pdf", "IMAGE": "image/", "AUDIO": "audio/", "VIDEO": "video/"}


@dataclass(frozen=True)
class Upload:
    """A file that a person joins to an answer."""

    name: str
    mime_type: str
    content: bytes


Uploads = Mapping[str, Sequence[Upload]]


def joined_to(question: Question, uploads: Uploads) -> list[Upload]:
    """The files posted under `entry.<questionId>`; a browser's empty file field counts for none."""
    return [upload for upload in uploads.get(f"entry.{question.id}", ()) if upload.name]


def objection(question: Question, joined: Sequence[Upload]) -> str:
    """Why these files cannot be kept, in French; empty if they can."""
    rules = question.question["fileUploadQuestion"]
    largest = int(rules.get("maxFileSize", 0)) or 10 * 1024 * 1024
    if len(joined) > rules.get("maxFiles", 1):
        return f"{rules.get('maxFiles', 1)} fichier(s) au plus."
    if any(len(upload.content) > largest for upload in joined):
        return f"un fichier dépasse {largest // 1024 // 1024} Mo."
    if not all(_type_accepted(upload, rules.get("types", ())) for upload in joined):
        return "ce type de fichier n'est pas accepté."
    return ""


def _type_accepted(upload: Upload, types: Sequence[str]) -> bool:
    known = [_MIME_OF_TYPE[name] for name in types if name in _MIME_OF_TYPE]
    if len(known) < len(types) or not types:
        return True
    return upload.mime_type.startswith(tuple(known))


def keep_files(
    state: State, question: Question, joined: Sequence[Upload], *, owner: str, now: datetime
) -> Json:
    """Store the files in the question's folder; answers the `fileUploadAnswers` of the response."""
    folder = question.question["fileUploadQuestion"].get("folderId", "")
    stored = [
        files.create_file(
            state,
            owner=owner,
            name=upload.name,
            mime_type=upload.mime_type,
            now=now,
            parents=[folder] if folder else [],
            content=upload.content,
        )
        for upload in joined
    ]
    answers = [
        {"fileId": file["id"], "fileName": file["name"], "mimeType": file["mimeType"]}
        for file in stored
    ]
    return {"questionId": question.id, "fileUploadAnswers": {"answers": answers}}
