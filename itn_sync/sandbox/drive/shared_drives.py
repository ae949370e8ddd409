"""drive.drives and drive.teamdrives: a school without shared drives.

Source: https://developers.google.com/workspace/drive/api/guides/manage-shareddrives
"""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import ApiError, Json, forbidden, not_found
from itn_sync.sandbox.paging import page


def check_no_drive(call: Call) -> None:
    """404 where a call is about a shared drive: there is none."""
    wanted = call.params.get("driveId") or call.params.get("teamDriveId")
    if wanted:
        raise _no_drive(str(wanted))


def _no_drive(drive_id: str) -> ApiError:
    message = f"Shared drive not found: {drive_id}"
    return not_found(message, reason="notFound", location="driveId")


@behaviour("drive.drives.list")
def list_drives(call: Call) -> Json:
    """No shared drives."""
    return {"kind": "drive#driveList", "drives": _none_of(call)}


@behaviour("drive.teamdrives.list")
def list_team_drives(call: Call) -> Json:
    """No shared drives, under their old name."""
    return {"kind": "drive#teamDriveList", "teamDrives": _none_of(call)}


def _none_of(call: Call) -> list[Json]:
    """The one empty page; 400 for a token of any other."""
    nothing: list[Json] = []
    return page(nothing, call, default=10, maximum=100)[0]


def _unknown(call: Call) -> Json:
    raise _no_drive(str(call.params.get("driveId") or call.params.get("teamDriveId")))


def _refused(_call: Call) -> Json:
    message = "The authenticated user cannot create new shared drives."
    raise forbidden(message, reason="userCannotCreateTeamDrives")


for _method in ("get", "update", "delete", "hide", "unhide"):
    behaviour(f"drive.drives.{_method}")(_unknown)
for _method in ("get", "update", "delete"):
    behaviour(f"drive.teamdrives.{_method}")(_unknown)
for _method in ("drives", "teamdrives"):
    behaviour(f"drive.{_method}.create")(_refused)
