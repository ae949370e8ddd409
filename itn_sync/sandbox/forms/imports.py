"""`POST /sandbox/v1/import {"forms": […]}`: forms with their responses, as a school has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itn_sync.sandbox import files
from itn_sync.sandbox.call import importer
from itn_sync.sandbox.drive.imports import share_as_imported
from itn_sync.sandbox.drive.kinds import copier
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.forms.grading import graded
from itn_sync.sandbox.forms.instants import nanoseconds, of_clock, printed
from itn_sync.sandbox.forms.items import complete, ids_of, without_defaults
from itn_sync.sandbox.forms.methods import new_document
from itn_sync.sandbox.forms.store import load_form, save_form, save_response
from itn_sync.sandbox.forms.submissions import new_response_id
from itn_sync.sandbox.world import State


@importer("forms")
def import_forms(state: State, items: list[Json], now: datetime) -> None:
    """Make or replace forms, then add or replace their responses.

    Each is `{id, title, documentTitle, description, owner, settings, publishSettings,
    linkedSheetId, permissions: [{role, type, emailAddress | domain}], items, responses}`:
    `items` as the Forms API's Item resource (with their questionIds), `responses` as
    `[{responseId, createTime, lastSubmittedTime, respondentEmail, answers}]` where `answers` maps
    a questionId to `["value", …]` or `[{fileId, fileName, mimeType}]`. All but `title` and `owner`
    may be absent; of a form that exists, what is absent stays as it is.
    """
    for item in items:
        form_id = _import_file(state, item, now)
        document = load_form(state, form_id) or new_document(item.get("title", "Formulaire"))
        filled = _filled(document, item)
        saved = save_form(state, form_id, filled, new_revision=filled != document)
        for response in item.get("responses", ()):
            kept = _response(response, now)
            save_response(state, form_id, graded(saved, kept))


def _import_file(state: State, item: Json, now: datetime) -> str:
    file = files.get_file(state, item["id"]) if item.get("id") else None
    if file is None:
        if not item.get("owner") or not item.get("title"):
            raise invalid("A form to import needs title and owner.", "forms.owner")
        file = files.create_file(
            state,
            owner=item["owner"],
            name=item.get("documentTitle") or item["title"],
            mime_type=files.FORM,
            now=now,
            file_id=item.get("id", ""),
        )
    for permission in item.get("permissions", ()):
        share_as_imported(state, file["id"], permission)
    return str(file["id"])


@copier(files.FORM)
def copy_form(state: State, from_id: str, to_id: str) -> None:
    """A copied form has the same questions and no responses."""
    document = load_form(state, from_id)
    if document is not None:
        save_form(state, to_id, document)


def _filled(document: Json, item: Json) -> Json:
    info = {key: item[key] for key in ("title", "description") if key in item}
    given = {
        key: item[key] for key in ("settings", "publishSettings", "linkedSheetId") if key in item
    }
    document = document | without_defaults(given)
    document["info"] = document["info"] | info
    if "items" in item:
        document["items"] = _items(item["items"])
    return document


def _items(raw: list[Json]) -> list[Json]:
    done: list[Json] = []
    for place, item in enumerate(raw):
        done.append(complete(item, ids_of(done), f"items[{place}]"))
    return done


def _response(raw: Json, now: datetime) -> Json:
    instant = printed(of_clock(now))
    created: str = raw.get("createTime") or raw.get("lastSubmittedTime") or instant
    submitted: str = raw.get("lastSubmittedTime") or created
    response: Json = {
        "responseId": raw.get("responseId") or new_response_id(),
        "createTime": _instant(created),
        "lastSubmittedTime": _instant(submitted),
    }
    if raw.get("respondentEmail"):
        response["respondentEmail"] = raw["respondentEmail"]
    answers = {key: _answer(key, values) for key, values in raw.get("answers", {}).items()}
    return response | ({"answers": answers} if answers else {})


def _instant(text: str) -> str:
    try:
        return printed(nanoseconds(text))
    except ValueError:
        raise invalid(f"{text} is not an instant such as 2026-09-01T08:00:00.000Z.") from None


def _answer(question_id: str, values: list[Any]) -> Json:
    if values and isinstance(values[0], dict):
        return {"questionId": question_id, "fileUploadAnswers": {"answers": values}}
    answers = [{"value": str(value)} for value in values]
    return {"questionId": question_id, "textAnswers": {"answers": answers}}
