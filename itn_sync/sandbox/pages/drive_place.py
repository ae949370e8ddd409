"""A Drive file as one person looks at it: who they are, what they may do, what it is in French."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from werkzeug.exceptions import NotFound

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.home import people_with_access
from itn_sync.sandbox.pages.visit import Visit

_BRUSSELS = ZoneInfo("Europe/Brussels")
_KINDS = {
    files.DOCUMENT: "Document",
    files.SPREADSHEET: "Feuille de calcul",
    files.FORM: "Formulaire",
    files.FOLDER: "Dossier",
    "application/pdf": "Fichier PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Document Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Classeur Excel",
}
_FAMILIES = {"image": "Image", "text": "Texte", "audio": "Son", "video": "Vidéo"}
_UNITS = ("octets", "ko", "Mo", "Go")


@dataclass(frozen=True)
class Place:
    """The file as `user` sees it (None where they may not), and who else may look."""

    file_id: str
    user: str
    people: list[Json]
    file: Json | None

    @property
    def may(self) -> str:
        """What this person may do, in words."""
        assert self.file is not None  # noqa: S101  (a page asks only of what it shows)
        rights = self.file["capabilities"]
        if self.file["ownedByMe"]:
            return "vous en êtes propriétaire"
        if rights["canEdit"]:
            return "vous pouvez le modifier"
        return "vous pouvez le commenter" if rights["canComment"] else "vous pouvez le lire"


def place_of(visit: Visit, file_id: str) -> Place:
    """The file as `user` of the address (by default the first person it is shared with) sees it."""
    with visit.transaction(write=False) as state:
        known = files.get_file(state, file_id)
    people = people_with_access(known) if known else []
    user = visit.request.args.get("user", "").strip().lower()
    if not user and not people:
        raise NotFound
    user = user or str(people[0]["emailAddress"])
    return Place(file_id, user, people, _seen(visit, file_id, user, exists=known is not None))


def _seen(visit: Visit, file_id: str, user: str, *, exists: bool) -> Json | None:
    try:
        found: Json = visit.open_call("drive.files.get", user=user, fileId=file_id)
    except ApiError as error:
        if exists and error.code == HTTPStatus.NOT_FOUND:
            return None
        raise
    return found


def path_of(file: Json, user: str) -> str:
    """Where the file's own page is, as that person."""
    return f"{urlsplit(file['webViewLink']).path}?{urlencode({'user': user})}"


def kind_of(mime_type: str) -> str:
    """`Fichier PDF`, `Image`… what a person calls that type."""
    family = _FAMILIES.get(mime_type.partition("/")[0], "Fichier")
    return _KINDS.get(mime_type, family)


def size_of(file: Json) -> str:
    """`12,4 ko`."""
    number, unit = float(file.get("size", 0)), 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{format_decimal(number, '#,##0.#', locale='fr_BE')} {_UNITS[unit]}"


def when(instant: str) -> str:
    """`23 novembre 2026 à 14:05` on the school's clock."""
    local = datetime.fromisoformat(instant).astimezone(_BRUSSELS)
    return format_datetime(local, "d MMMM y 'à' HH:mm", locale="fr_BE")
