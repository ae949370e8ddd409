"""What is attached to a post or handed in: Drive files, YouTube videos, links.

Sources: the `Material` and `Attachment` schemas; facts §4.3 (limits, sharing, what is upgraded).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.access import classroom_error
from itn_sync.sandbox.drive.grants import RANKS
from itn_sync.sandbox.errors import ApiError, Json, forbidden, invalid

MOST_MATERIALS = 20
_LONGEST_URL = 2024
_READ_ONLY = ("form", "gem", "notebook")
_KINDS = ("driveFile", "youtubeVideo", "youTubeVideo", "link")
_VIDEO_ID = re.compile(r"[\w-]{11}")
_FILE_PATH = re.compile(
    r"/(?:document|spreadsheets|presentation|drawings|file)(?:/u/\d+)?/d/([\w-]{10,})"
    r"|/drive/(?:u/\d+/)?folders/([\w-]{10,})"
)
_VIDEO_PATH = re.compile(r"/(?:embed/|shorts/|live/)?([\w-]{11})")
_GOOGLE_HOSTS = ("docs.google.com", "drive.google.com")
_VIDEO_HOSTS = ("youtu.be", "youtube.com", "www.youtube.com", "m.youtube.com")


def read_materials(call: Call, given: Sequence[Json], *, copies: bool) -> list[Json]:
    """The materials of a new post as they are kept; `copies` allows STUDENT_COPY.

    Raises 400 for more than 20, a kind that cannot be set, or a link that is none;
    400 @AttachmentNotVisible for a file the poster does not see; 403 for one they may not share.
    """
    require_few(given)
    kept = [_read(call, item, f"materials[{place}]") for place, item in enumerate(given)]
    for place, (item, source) in enumerate(zip(kept, given, strict=True)):
        if "driveFile" in item:
            mode = source.get("driveFile", {}).get("shareMode", "VIEW")
            item["driveFile"]["shareMode"] = _share_mode(mode, copies, place)
            _require_shareable(call, item["driveFile"]["driveFile"]["id"])
    return kept


def read_attachments(call: Call, given: Sequence[Json]) -> list[Json]:
    """What a student adds to a submission, as it is kept; refused as materials are."""
    kept = []
    for place, item in enumerate(given):
        wrapped = {"driveFile": {"driveFile": item["driveFile"]}} if "driveFile" in item else item
        found = _read(call, wrapped, f"add_attachments[{place}]")
        kept.append(
            {"driveFile": found["driveFile"]["driveFile"]} if "driveFile" in found else found
        )
    return kept


def require_few(items: Sequence[Json]) -> None:
    """Raise 400 for more than 20 attachments."""
    if len(items) > MOST_MATERIALS:
        raise invalid(f"At most {MOST_MATERIALS} attachments are allowed.", "materials")


def _read(call: Call, item: Json, where: str) -> Json:
    for name in _READ_ONLY:
        if name in item:
            raise invalid(f"Setting the {name} field is not supported.", f"{where}.{name}")
    kinds = [name for name in _KINDS if name in item]
    if len(kinds) != 1:
        raise invalid("An attachment is exactly one of driveFile, youtubeVideo, link.", where)
    if kinds[0] == "driveFile":
        return _drive_file(call, item["driveFile"].get("driveFile", {}).get("id", ""), where)
    if kinds[0] == "link":
        return _link(call, str(item["link"].get("url") or ""), f"{where}.link.url")
    return _video(str(item[kinds[0]].get("id") or ""), where)


def _drive_file(call: Call, file_id: str, where: str) -> Json:
    if not file_id:
        raise invalid("The id of the Drive file is required.", f"{where}.drive_file.id")
    if files.role_of(call.state, call.user, file_id) is None:
        raise _not_visible()
    return {"driveFile": {"driveFile": {"id": file_id}}}


def _not_visible() -> ApiError:
    message = "The item referenced by an attachment was not found or not visible to the user."
    return classroom_error(400, "AttachmentNotVisible", message)


def _share_mode(mode: str, copies: bool, place: int) -> str:
    where = f"materials[{place}].drive_file.share_mode"
    if mode == "STUDENT_COPY" and not copies:
        raise invalid("STUDENT_COPY is only possible for an assignment.", where)
    return "VIEW" if mode == "UNKNOWN_SHARE_MODE" else mode


def _require_shareable(call: Call, file_id: str) -> None:
    file = files.get_file(call.state, file_id)
    role = files.role_of(call.state, call.user, file_id)
    if file is None or role is None:
        raise _not_visible()
    is_open = any(permission["type"] == "anyone" for permission in file["permissions"])
    may_share = file.get("writersCanShare", True) and RANKS[role] >= RANKS["writer"]
    if not (is_open or may_share or role == "owner"):
        raise forbidden()


def _video(video_id: str, where: str) -> Json:
    if not _VIDEO_ID.fullmatch(video_id):
        raise invalid("The id of the YouTube video is not one.", f"{where}.youtube_video.id")
    return {"youtubeVideo": {"id": video_id}}


def _link(call: Call, url: str, where: str) -> Json:
    """A link, upgraded to the Drive file or video that it leads to."""
    if not 1 <= len(url) <= _LONGEST_URL:
        raise invalid(f"The URL must have between 1 and {_LONGEST_URL} characters.", where)
    if not _is_web_address(url):
        raise invalid("The URL is not valid.", where)
    video_id = _video_behind(url)
    if video_id:
        return {"youtubeVideo": {"id": video_id}}
    file_id = _file_behind(url, call.root_url)
    if file_id and files.role_of(call.state, call.user, file_id) is not None:
        return {"driveFile": {"driveFile": {"id": file_id}}}
    return {"link": {"url": url}}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False  # «http://[» begins an IPv6 address that never ends
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _video_behind(url: str) -> str:
    parts = urlsplit(url)
    if parts.hostname not in _VIDEO_HOSTS:
        return ""
    wanted = parse_qs(parts.query).get("v", [""])[0]
    if _VIDEO_ID.fullmatch(wanted):
        return wanted
    found = _VIDEO_PATH.fullmatch(parts.path)
    return found[1] if found else ""


def _file_behind(url: str, root_url: str) -> str:
    parts = urlsplit(url)
    if not (url.startswith(root_url) or parts.hostname in _GOOGLE_HOSTS):
        return ""
    found = _FILE_PATH.match(parts.path)
    if found:
        return found[1] or found[2]
    return parse_qs(parts.query).get("id", [""])[0] if parts.path == "/open" else ""


def shown_materials(call: Call, kept: Sequence[Json]) -> list[Json]:
    """The materials of a post as the caller gets them."""
    return [_shown_material(call, item) for item in kept]


def _shown_material(call: Call, item: Json) -> Json:
    if "driveFile" not in item:
        return _shown(item)
    shared = item["driveFile"]
    file = shown_file(call, shared["driveFile"]["id"])
    return {"driveFile": {"driveFile": file, "shareMode": shared["shareMode"]}}


def shown_attachments(call: Call, kept: Sequence[Json]) -> list[Json]:
    """The attachments of a submission as the caller gets them (`youTubeVideo`, as the schema)."""
    shown = []
    for item in kept:
        if "driveFile" in item:
            shown.append({"driveFile": shown_file(call, item["driveFile"]["id"])})
        else:
            seen = _shown(item)
            shown.append(
                {"youTubeVideo": seen.pop("youtubeVideo")} if "youtubeVideo" in seen else seen
            )
    return shown


def _shown(item: Json) -> Json:
    if "youtubeVideo" in item:
        return {"youtubeVideo": _shown_video(item["youtubeVideo"]["id"])}
    url = item["link"]["url"]
    # Google takes the title from the page; nothing leaves this machine, so the address is it.
    return {"link": {"url": url, "title": re.sub(r"^https?://(www\.)?|/$", "", url)}}


def _shown_video(video_id: str) -> Json:
    return {
        "id": video_id,
        "title": f"youtu.be/{video_id}",
        "alternateLink": f"https://www.youtube.com/watch?v={video_id}",
        "thumbnailUrl": f"https://i.ytimg.com/vi/{video_id}/default.jpg",
    }


def shown_file(call: Call, file_id: str) -> Json:
    """A DriveFile: id and link for everybody, the title for those who may read the file."""
    shown: Json = {"id": file_id}
    file = files.get_file(call.state, file_id)
    if file is None:
        return shown | {"alternateLink": f"{call.root_url}file/d/{file_id}/view"}
    owner = file["owners"][0]["emailAddress"]
    shown["alternateLink"] = call.invoke("drive.files.get", user=owner, fileId=file_id)[
        "webViewLink"
    ]
    if files.role_of(call.state, call.user, file_id) is not None:
        shown["title"] = file["name"]
    return shown


def shown_folder(call: Call, folder_id: str) -> Json:
    """A DriveFolder: id and link, and the title where the caller sees the folder."""
    shown: Json = {"id": folder_id, "alternateLink": f"{call.root_url}drive/folders/{folder_id}"}
    folder = files.get_file(call.state, folder_id)
    if folder and files.role_of(call.state, call.user, folder_id) is not None:
        shown["title"] = folder["name"]
    return shown
