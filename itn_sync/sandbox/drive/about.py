"""drive.about.get: the caller and their Drive."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour, required_fields
from itn_sync.sandbox.drive.conversions import EXPORTS, IMPORTS
from itn_sync.sandbox.drive.people import drive_user
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State

_LIMIT = 100 * 2**30
_LARGEST_UPLOAD = 5 * 2**40

_LARGEST_IMPORTS = {files.DOCUMENT: "10485760", files.SPREADSHEET: "104857600"}

required_fields("drive.about.get")


@behaviour("drive.about.get")
def get(call: Call) -> Json:
    """Who asks, how much they store, what the sandbox can do for them."""
    return {
        "kind": "drive#about",
        "user": drive_user(call.state, call.user) | {"me": True},
        "storageQuota": _storage(call.state, call.user),
        "maxUploadSize": str(_LARGEST_UPLOAD),
        "importFormats": IMPORTS,
        "exportFormats": EXPORTS,
        "maxImportSizes": _LARGEST_IMPORTS,
        "appInstalled": True,
        "canCreateDrives": False,
        "canCreateTeamDrives": False,
        "folderColorPalette": ["#ac725e", "#d06b64", "#f83a22", "#16a765", "#4986e7", "#8f8f8f"],
        "driveThemes": [],
        "teamDriveThemes": [],
    }


def _storage(state: State, user: str) -> Json:
    """A service account by itself has no room at all."""
    row = state.execute(
        "SELECT coalesce(sum(length(content)), 0) AS used,"
        " coalesce(sum(length(content)) FILTER (WHERE trashed), 0) AS trashed"
        " FROM drive_file JOIN drive_content ON file_id = id WHERE owner = ?",
        (user,),
    ).fetchone()
    limit = 0 if user.endswith(".gserviceaccount.com") else _LIMIT
    return {
        "limit": str(limit),
        "usage": str(row["used"]),
        "usageInDrive": str(row["used"]),
        "usageInDriveTrash": str(row["trashed"]),
    }
