"""An attachment opened or saved, and a message as it came («Original»)."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.pages.mail_place import Place, gmail
from itn_sync.sandbox.pages.mail_thread import PICTURES, file_content
from itn_sync.sandbox.pages.mail_view import decoded_bytes, mail_of
from itn_sync.sandbox.pages.visit import Visit, render

_SHOWN_IN_PLACE = PICTURES | {"application/pdf", "text/plain"}
_LONGEST_SOURCE = 500_000


def serve_file(visit: Visit, address: str, message_id: str, file_id: str) -> Response:
    """The attachment: pictures, PDF and plain text open, everything else is saved as a file."""
    place = Place.of(address, {})
    message = gmail(visit, place, "messages.get", id=message_id)
    file = next((one for one in mail_of(message).files if one.id == file_id), None)
    if file is None:
        raise NotFound
    opens = file.kind in _SHOWN_IN_PLACE and "enregistrer" not in visit.request.args
    content = file_content(visit, place, message_id, file_id)
    return _foreign(content, file.kind if opens else "application/octet-stream", file.name, opens)


def _foreign(content: bytes, kind: str, name: str, opens: bool) -> Response:
    """Somebody else's bytes: whatever they hold runs nothing and reads nothing of ours."""
    response = Response(content, content_type=f"{kind}; charset=utf-8" if "text" in kind else kind)
    disposition = "inline" if opens else "attachment"
    response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(name, '')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    if kind != "application/pdf":  # a sandboxed PDF viewer shows nothing at all
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def show_original(visit: Visit, address: str, message_id: str) -> Response:
    """The message's source as text; `?enregistrer` gives it as a file."""
    place = Place.of(address, {})
    found = gmail(visit, place, "messages.get", id=message_id, format="raw")
    raw = decoded_bytes(found["raw"])
    if "enregistrer" in visit.request.args:
        return _foreign(raw, "application/octet-stream", f"{message_id}.eml", opens=False)
    return render(
        "mail_original.html",
        place=place,
        message_id=message_id,
        thread_id=found["threadId"],
        source=raw[:_LONGEST_SOURCE].decode("utf-8", "replace"),
        cut=len(raw) > _LONGEST_SOURCE,
    )
