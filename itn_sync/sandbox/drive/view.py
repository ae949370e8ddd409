"""A file as one person sees it: rights, links, what is theirs."""

from __future__ import annotations

from urllib.parse import quote

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.drive.conversions import EXPORTS
from itn_sync.sandbox.drive.grants import RANKS, strongest_role
from itn_sync.sandbox.drive.people import drive_user
from itn_sync.sandbox.drive.restrictions import may_take
from itn_sync.sandbox.errors import ApiError, Json, not_found
from itn_sync.sandbox.world import State

_PAGE_OF_KIND = {
    files.SPREADSHEET: "spreadsheets/d/{}/edit",
    files.FORM: "forms/d/{}/edit",
    files.DOCUMENT: "document/d/{}/edit",
    files.FOLDER: "drive/folders/{}",
}

_ICON_OF_KIND = {
    files.SPREADSHEET: "spreadsheet",
    files.FORM: "form",
    files.DOCUMENT: "document",
    files.FOLDER: "folder",
    "application/pdf": "pdf",
}
_ICON_OF_FAMILY = {"image": "image", "text": "text"}


def is_native(mime_type: str) -> bool:
    """Whether the kind is Google's own, without bytes to download."""
    return mime_type.startswith("application/vnd.google-apps.")


def named_id(call: Call, name: str = "fileId") -> str:
    """The file id of the call; `root` stands for the caller's own root folder."""
    wanted = str(call.params[name])
    return files.root_id(call.user) if wanted == "root" else wanted


def unknown_file(file_id: str) -> ApiError:
    """404 `notFound`, as Drive words it."""
    return not_found(f"File not found: {file_id}.", reason="notFound", location="fileId")


def open_file(call: Call, role: str = "reader") -> Json:
    """The File of the call with all its permissions; 404 or 403 unless the caller has `role`."""
    file_id = named_id(call)
    if file_id == files.root_id(call.user):
        return root_folder(call)
    files.require(call.state, call.user, file_id, role, api="drive")
    return known_file(call, file_id)


def known_file(call: Call, file_id: str) -> Json:
    """The File with all its permissions and this project's properties; 404 if there is none."""
    file = files.get_file(call.state, file_id, project=call.project)
    if file is None:
        raise unknown_file(file_id)
    return file


def root_folder(call: Call) -> Json:
    """The caller's «Mon Drive», which is never stored."""
    me = drive_user(call.state, call.user)
    permission = {"kind": "drive#permission", "id": me["permissionId"], "type": "user"}
    permission |= {"role": "owner", "emailAddress": call.user, "displayName": me["displayName"]}
    return {
        "kind": "drive#file",
        "id": files.root_id(call.user),
        "name": "Mon Drive",
        "mimeType": files.FOLDER,
        "parents": [],
        "spaces": ["drive"],
        "version": "1",
        "createdTime": "2020-01-01T00:00:00.000Z",
        "modifiedTime": "2020-01-01T00:00:00.000Z",
        "trashed": False,
        "explicitlyTrashed": False,
        "owners": [me],
        "lastModifyingUser": me,
        "shared": False,
        "permissions": [permission],
        "permissionIds": [me["permissionId"]],
    }


def as_seen(call: Call, file: Json) -> Json:
    """The File resource that the caller gets."""
    role = strongest_role(file["permissions"], call.user) or "reader"
    seen = dict(file)
    if RANKS[role] < RANKS["writer"]:
        del seen["permissions"], seen["permissionIds"]
    seen["parents"] = [p for p in file["parents"] if _knows(call.state, call.user, p)]
    seen["owners"] = [user | {"me": _is(user, call)} for user in file["owners"]]
    last = file["lastModifyingUser"]
    seen["lastModifyingUser"] = last | {"me": _is(last, call)}
    seen |= {
        "starred": files.is_starred(call.state, file["id"], call.user),
        "ownedByMe": _is(file["owners"][0], call),
        "modifiedByMe": _is(last, call),
        "capabilities": _capabilities(file, role, takes=may_take(file, call.user)),
        "writersCanShare": file.get("writersCanShare", True),
        "copyRequiresWriterPermission": file.get("copyRequiresWriterPermission", False),
        "viewersCanCopyContent": not file.get("copyRequiresWriterPermission", False),
        "isAppAuthorized": True,
        "hasThumbnail": False,
        "thumbnailVersion": "0",
    }
    if not seen["parents"]:
        del seen["parents"]
    return seen | _links(call, file) | _names_and_sizes(file)


def _is(user: Json, call: Call) -> bool:
    return bool(user["emailAddress"] == call.user)


def _knows(state: State, user: str, folder: str) -> bool:
    return folder == files.root_id(user) or files.role_of(state, user, folder) is not None


def _capabilities(file: Json, role: str, *, takes: bool) -> Json:
    owner, writer = role == "owner", RANKS[role] >= RANKS["writer"]
    folder = file["mimeType"] == files.FOLDER
    rights = dict.fromkeys(("canReadRevisions",), writer or not is_native(file["mimeType"]))
    rights |= dict.fromkeys(("canDownload", "canCopy"), takes and not folder)
    rights |= dict.fromkeys(("canListChildren",), folder)
    rights |= dict.fromkeys(("canAddChildren", "canRemoveChildren"), folder and writer)
    rights |= dict.fromkeys(
        ("canEdit", "canModifyContent", "canRename", "canShare", "canMoveItemWithinDrive"), writer
    )
    rights |= dict.fromkeys(("canComment",), RANKS[role] >= RANKS["commenter"])
    return rights | dict.fromkeys(("canDelete", "canTrash", "canUntrash"), owner)


def _links(call: Call, file: Json) -> Json:
    page = _PAGE_OF_KIND.get(file["mimeType"], "file/d/{}/view")
    family = _ICON_OF_FAMILY.get(file["mimeType"].partition("/")[0], "file")
    icon = _ICON_OF_KIND.get(file["mimeType"], family)
    links: Json = {
        "webViewLink": call.root_url + page.format(file["id"]),
        "iconLink": f"{call.root_url}assets/kinds/{icon}.svg",
    }
    exports = EXPORTS.get(file["mimeType"])
    if exports:
        base = f"{call.root_url}drive/v3/files/{file['id']}/export?mimeType="
        links["exportLinks"] = {mime: base + quote(mime, safe="") for mime in exports}
    if not is_native(file["mimeType"]):
        content = f"{call.root_url}uc?id={file['id']}&export=download"
        links["webContentLink"] = content
    return links


def _names_and_sizes(file: Json) -> Json:
    if file["mimeType"] == files.FOLDER:
        return {"quotaBytesUsed": "0"}
    if is_native(file["mimeType"]):
        return {"size": file.get("size", "1024"), "quotaBytesUsed": file.get("size", "1024")}
    extension = file["name"].rpartition(".")[2] if "." in file["name"] else ""
    double = file["name"].lower().endswith(f".tar.{extension.lower()}")
    return {
        "originalFilename": file.get("originalFilename", file["name"]),
        "fileExtension": extension,
        "fullFileExtension": f"tar.{extension}" if double else extension,
    }
