"""forms.create, get, batchUpdate and setPublishSettings."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, failed_precondition, forbidden, invalid, not_found
from itn_sync.sandbox.forms.edits import apply
from itn_sync.sandbox.forms.items import without_defaults
from itn_sync.sandbox.forms.store import form_resource, load_form, save_form


def published(accepting: bool = True) -> Json:
    """The publish settings of a form that everybody may fill in, or that takes no more answers."""
    state = {"isPublished": True, "isAcceptingResponses": accepting}
    return {"publishState": without_defaults(state)}


def open_form(call: Call, role: str = "reader") -> tuple[Json, Json]:
    """The document and the Drive file of the form called for; 404 or 403 without `role` on it."""
    form_id = call.params["formId"]
    found = files.get_file(call.state, form_id)
    if found and found["mimeType"] == files.FORM and not _may_know(call):
        raise forbidden()  # unlike Drive, Forms tells a form that exists from one that does not
    file = files.require(call.state, call.user, form_id, role, api="forms")
    if file["mimeType"] != files.FORM:
        raise not_found()
    # A form made through Drive has a file and, until its first change, no document of its own.
    blank = new_document(file["name"]) | {"revisionId": "00000000"}
    return load_form(call.state, file["id"]) or blank, file


def _may_know(call: Call) -> bool:
    return files.role_of(call.state, call.user, call.params["formId"]) is not None


@behaviour("forms.forms.create")
def create(call: Call) -> Json:
    """A new form with nothing but its title; the rest comes with batchUpdate."""
    info = call.body.get("info", {})
    extra = set(call.body) - {"info"} or set(info) - {"title", "documentTitle"}
    if extra:
        raise invalid(
            "Only info.title can be set when creating a form. To add items and change settings,"
            " use batchUpdate."
        )
    if not info.get("title"):
        raise invalid("info.title is required.", "form.info.title")
    file = files.create_file(
        call.state,
        owner=call.user,
        name=info.get("documentTitle") or "Formulaire sans titre",
        mime_type=files.FORM,
        now=call.now,
    )
    document = new_document(info["title"])
    if call.params.get("unpublished"):
        document["publishSettings"] = {"publishState": {}}
    return form_resource(save_form(call.state, file["id"], document), file, call.root_url)


def new_document(title: str) -> Json:
    """An empty form of a Workspace account, open to answers."""
    return {
        "info": {"title": title},
        "settings": {"emailCollectionType": "VERIFIED"},
        "items": [],
        "publishSettings": published(),
    }


@behaviour("forms.forms.get")
def get(call: Call) -> Json:
    """The whole form, for anyone who may read its file."""
    document, file = open_form(call)
    return form_resource(document, file, call.root_url)


@behaviour("forms.forms.batchUpdate")
def batch_update(call: Call) -> Json:
    """All the requests or none; a new revision."""
    document, file = open_form(call, "writer")
    _check_revision(call.body.get("writeControl", {}), document["revisionId"])
    requests = call.body.get("requests", [])
    if not requests:
        raise invalid("Must specify at least one request.", "requests")
    replies = [apply(document, request, place) for place, request in enumerate(requests)]
    saved = save_form(call.state, file["id"], document)
    files.touch(call.state, file["id"], user=call.user, now=call.now)
    answer: Json = {
        "replies": replies,
        "writeControl": {"requiredRevisionId": saved["revisionId"]},
    }
    if call.body.get("includeFormInResponse"):
        answer["form"] = form_resource(saved, file, call.root_url)
    return answer


def _check_revision(control: Json, current: str) -> None:
    required, target = control.get("requiredRevisionId"), control.get("targetRevisionId")
    if required and required != current:
        raise failed_precondition(
            f"The required revision ID '{required}' does not match the latest revision."
        )
    if target and not _is_past_revision(target, current):
        raise invalid(f"The target revision ID '{target}' is not a revision of this form.")


def _is_past_revision(revision: str, current: str) -> bool:
    try:
        return 0 < int(revision, 16) <= int(current, 16)
    except ValueError:
        return False


@behaviour("forms.forms.setPublishSettings")
def set_publish_settings(call: Call) -> Json:
    """Publish a form, stop taking answers, or take it back; no new revision."""
    document, file = open_form(call, "writer")
    if call.body.get("updateMask", "*") not in {"*", "publishState", "publish_state", ""}:
        raise invalid("updateMask must be publish_state or *.", "update_mask")
    if "publishSettings" not in call.body:
        raise invalid("publish_settings is required.", "publish_settings")
    wanted = call.body["publishSettings"].get("publishState", {})
    if not wanted.get("isPublished"):
        wanted = {}  # «If is_published is set to false, this field is forced to false»
    document["publishSettings"] = {"publishState": without_defaults(wanted)}
    saved = save_form(call.state, file["id"], document, new_revision=False)
    return {"formId": file["id"], "publishSettings": saved["publishSettings"]}
