"""The mail that tells a student of a new post.

Classroom's notifications are on unless a student turns them off; teachers are not told of posts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.mails import send_mail
from itn_sync.sandbox.classroom.post_showing import link_to
from itn_sync.sandbox.classroom.posts import Post
from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import Json

_LONGEST_SUBJECT = 80
_WORDS = {
    "announcement": ("Nouvelle annonce", "a publié une annonce"),
    "material": ("Nouveau support de cours", "a publié un support de cours"),
    "ASSIGNMENT": ("Nouveau devoir", "a donné un devoir"),
    "SHORT_ANSWER_QUESTION": ("Nouvelle question", "a posé une question"),
    "MULTIPLE_CHOICE_QUESTION": ("Nouvelle question", "a posé une question"),
}


def tell(call: Call, post: Post, students: Sequence[str], now: datetime) -> None:
    """Put one mail about a published post into each student's mailbox, where mail can go."""
    if not students:
        return
    teacher = display_name(call.state, post.creator)
    subject, text = _subject(post), _text(call, post, teacher)
    for student in students:
        send_mail(call, student, author=teacher, subject=subject, text=text, now=now)


def _subject(post: Post) -> str:
    kind, _ = _words(post)
    headline = _headline(post.content)
    return f"{kind} : «{headline}»" if headline else kind


def _words(post: Post) -> tuple[str, str]:
    return _WORDS[post.content.get("workType", post.kind)]


def _text(call: Call, post: Post, teacher: str) -> str:
    _, did = _words(post)
    first = f"{teacher} {did} dans le cours «{_course_name(call, post)}»."
    return "\n\n".join(["Bonjour,", first, *_told(call, post)]) + "\n"


def _headline(content: Json) -> str:
    """The title, or the beginning of an announcement, on one line."""
    text = " ".join(str(content.get("title") or content.get("text", "")).split())
    return text if len(text) <= _LONGEST_SUBJECT else text[: _LONGEST_SUBJECT - 1] + "…"


def _told(call: Call, post: Post) -> list[str]:
    texts = [post.content.get(name, "") for name in ("title", "description", "text")]
    attached = [f"- {_name(call, item)}" for item in post.materials]
    if attached:
        texts.append("\n".join(["Pièces jointes :", *attached]))
    return [text for text in texts if text] + [f"Ouvrir : {link_to(call.root_url, post)}"]


def _name(call: Call, item: Json) -> str:
    if "driveFile" in item:
        file = files.get_file(call.state, item["driveFile"]["driveFile"]["id"])
        return str(file["name"]) if file else "document"
    if "youtubeVideo" in item:
        return f"https://www.youtube.com/watch?v={item['youtubeVideo']['id']}"
    return str(item["link"]["url"])


def _course_name(call: Call, post: Post) -> str:
    row = call.state.execute(
        "SELECT name FROM classroom_course WHERE id = ?", (post.course,)
    ).fetchone()
    return str(row["name"])
