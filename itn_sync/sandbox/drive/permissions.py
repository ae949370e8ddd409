"""drive.permissions: who may do what with a file, and changing it."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour, default_fields
from itn_sync.sandbox.drive.changelog import access_changes
from itn_sync.sandbox.drive.grants import RANKS, effective, grant
from itn_sync.sandbox.drive.published import VIEW, let_answer, responders
from itn_sync.sandbox.drive.view import open_file
from itn_sync.sandbox.errors import ApiError, Json, forbidden, not_found
from itn_sync.sandbox.paging import page

for _name in ("get", "create", "update"):
    default_fields(f"drive.permissions.{_name}", "kind,id,type,role")
default_fields("drive.permissions.list", "kind,nextPageToken,permissions(kind,id,type,role)")

_MY_DRIVE_ROLES = ("owner", "writer", "commenter", "reader")


@behaviour("drive.permissions.list")
def list_permissions(call: Call) -> Json:
    """Every permission that holds, inherited ones too, for who may share the file."""
    file = open_file(call, "writer")
    # Off shared drives the whole list comes at once unless a page size is asked for.
    held = [*file["permissions"], *responders(call, file)]
    shown, token = page(held, call, default=10_000, maximum=10_000)
    answer: Json = {"kind": "drive#permissionList", "permissions": shown}
    return answer | ({"nextPageToken": token} if token else {})


@behaviour("drive.permissions.get")
def get(call: Call) -> Json:
    """One permission of a file."""
    return _named(call, open_file(call, "writer"))


def _named(call: Call, file: Json) -> Json:
    wanted = call.params["permissionId"]
    for permission in file["permissions"]:
        if permission["id"] == wanted:
            found: Json = permission
            return found
    message = f"Permission not found: {wanted}."
    raise not_found(message, reason="notFound", location="permissionId")


@behaviour("drive.permissions.create")
def create(call: Call) -> Json:
    """Share with a person, group, domain or anyone; no mail is sent."""
    file = _shareable(call)
    body = call.body
    kind, role = body.get("type", ""), body.get("role", "")
    address = _grantee(body, kind)
    _check_role(role, kind)
    if body.get("view") == VIEW:
        return let_answer(call, file, kind, address)
    if role == "owner":
        return _transfer(call, file, address)
    discoverable, expires = bool(body.get("allowFileDiscovery")), _expiration(call, kind)
    with access_changes(call.state, file["id"]):
        made = grant(
            call.state,
            file["id"],
            role=role,
            kind=kind,
            address=address,
            discoverable=discoverable,
            expires=expires,
        )
    return _after(call, file, made)


def _shareable(call: Call) -> Json:
    file = open_file(call, "writer")
    if not file.get("writersCanShare", True):
        file = open_file(call, "owner")
    return file


def _grantee(body: Json, kind: str) -> str:
    if kind not in {"user", "group", "domain", "anyone"}:
        raise _bad("The permission type field is required.", "permission.type", "required")
    needed = {"user": "emailAddress", "group": "emailAddress", "domain": "domain"}.get(kind)
    if needed and not body.get(needed):
        message = f"The {needed} field is required for this permission type."
        raise _bad(message, f"permission.{needed}", "required")
    if kind in {"user", "group"} and "@" not in body["emailAddress"]:
        raise _bad("The specified emailAddress is invalid.", "permission.emailAddress", "invalid")
    return str(body[needed]).lower() if needed else ""


def _check_role(role: str, kind: str) -> None:
    if not role:
        raise _bad("The permission role field is required.", "permission.role", "required")
    if role not in _MY_DRIVE_ROLES:
        raise _bad("The specified role is invalid.", "permission.role", "invalid")
    if role == "owner" and kind != "user":
        message = "The owner of a file must be a user."
        raise forbidden(message, reason="invalidSharingRequest", location="permission.role")


def _bad(message: str, location: str, reason: str) -> ApiError:
    return ApiError(400, message, reason=reason, location=location, location_type="other")


def _expiration(call: Call, kind: str) -> str:
    """The expiry as sent: only people's permissions may expire, and only in the future."""
    expires = str(call.body.get("expirationTime") or "")
    if not expires:
        return ""
    if kind not in {"user", "group"} or expires <= call.now.isoformat():
        raise forbidden("Expiration date is invalid.", reason="expirationDateInvalid")
    return expires


def _transfer(call: Call, file: Json, address: str) -> Json:
    """The old owner becomes a writer; both belong to the same domain."""
    if not call.params.get("transferOwnership"):
        message = (
            "The transferOwnership parameter must be enabled when the permission role is 'owner'."
        )
        raise forbidden(message, reason="forbidden", location="transferOwnership")
    open_file(call, "owner")
    if address.rpartition("@")[2] != call.user.rpartition("@")[2]:
        message = "Ownership can only be transferred to another user in the same organization."
        raise forbidden(message, reason="consentRequiredForOwnershipTransfer")
    with access_changes(call.state, file["id"]):
        made = _give(call, file, address)
    return _after(call, file, made)


def _give(call: Call, file: Json, address: str) -> str:
    if address != call.user:
        call.state.execute(
            "UPDATE drive_permission SET role = 'writer' WHERE file_id = ? AND role = 'owner'",
            (file["id"],),
        )
    made = grant(call.state, file["id"], role="owner", kind="user", address=address)
    parent = file["parents"][0] if file["parents"] else ""
    if call.params.get("moveToNewOwnersRoot") or parent == files.root_id(call.user):
        parent = files.root_id(address)
    call.state.execute(
        "UPDATE drive_file SET owner = ?, parent = ? WHERE id = ?", (address, parent, file["id"])
    )
    return made


def _after(call: Call, file: Json, permission_id: str) -> Json:
    _count_change(call, file)
    return next(p for p in effective(call.state, file["id"]) if p["id"] == permission_id)


def _count_change(call: Call, file: Json) -> None:
    """Sharing is no edit: the version goes up, the time of modification stays."""
    call.state.execute("UPDATE drive_file SET version = version + 1 WHERE id = ?", (file["id"],))


@behaviour("drive.permissions.update")
def update(call: Call) -> Json:
    """Change a role or an expiry."""
    file = _shareable(call)
    permission = _named(call, file)
    if set(call.body) - {"role", "expirationTime", "kind"}:
        message = "The resource body includes fields which are not directly writable."
        raise forbidden(message, reason="fieldNotWritable")
    role: str = call.body.get("role") or permission["role"]
    _check_role(role, permission["type"])
    address = permission.get("emailAddress") or permission.get("domain", "")
    if role == "owner":
        return _transfer(call, file, address)
    if permission["role"] == "owner" or _lowers_inherited(permission, role):
        raise _fixed()
    kept = "" if call.params.get("removeExpiration") else permission.get("expirationTime", "")
    expires = _expiration(call, permission["type"]) or kept
    with access_changes(call.state, file["id"]):
        made = grant(
            call.state,
            file["id"],
            role=role,
            kind=permission["type"],
            address=address,
            discoverable=permission.get("allowFileDiscovery", False),
            expires=expires,
        )
    return _after(call, file, made)


def _lowers_inherited(permission: Json, role: str) -> bool:
    inherited = permission["permissionDetails"][0]["inherited"]
    return bool(inherited) and RANKS[role] < RANKS[permission["role"]]


def _fixed() -> ApiError:
    message = "The user does not have sufficient permissions for this file."
    return forbidden(message, reason="insufficientFilePermissions")


@behaviour("drive.permissions.delete")
def delete(call: Call) -> None:
    """Take a permission back; anyone may give up their own."""
    file = open_file(call)
    permission = _named(call, file)
    if permission.get("emailAddress") != call.user:
        _shareable(call)
    if permission["role"] == "owner" or permission["permissionDetails"][0]["inherited"]:
        raise _fixed()
    with access_changes(call.state, file["id"]):
        call.state.execute(
            "DELETE FROM drive_permission WHERE file_id = ? AND id = ?",
            (file["id"], permission["id"]),
        )
    _count_change(call, file)
