"""The page where a student fills in a form, and what its button posts.

Same addresses and field names as docs.google.com (`entry.<questionId>`, `edit2`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from werkzeug import Response
from werkzeug.datastructures import FileStorage

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.forms.entries import Fields
from itn_sync.sandbox.forms.store import load_response
from itn_sync.sandbox.forms.submissions import (
    FieldError,
    Submission,
    collects_email,
    is_open,
    submit,
)
from itn_sync.sandbox.forms.uploads import Upload
from itn_sync.sandbox.pages.form_fields import Block, blocks, fields_of_response, pages_of
from itn_sync.sandbox.pages.visit import Visit, render
from itn_sync.sandbox.world import now

# An answer's edit link carries its id behind this prefix, so that it is not mistaken for one.
_EDIT_PREFIX = "2_"


def show(visit: Visit, form_id: str) -> Response:
    """`viewform`: the empty form, one prefilled by `entry.…` parameters, or (with `edit2`) an
    answer to change."""
    form = _form(visit, form_id)
    token = visit.request.args.get("edit2", "")
    earlier = _earlier(visit, form_id, token)
    if not is_open(form):
        return render("form_closed.html", form=form)
    typed = fields_of_response(form.get("items", []), earlier) if earlier else {}
    typed |= visit.request.args.to_dict(flat=False)
    return _page(form, typed, token=token, earlier=earlier)


def receive(visit: Visit, form_id: str) -> Response:
    """`formResponse`: keep the answer and say so, or show the form again with every error."""
    form = _form(visit, form_id)
    typed = visit.request.form.to_dict(flat=False)
    token = "".join(typed.get("edit2", [])[:1]) or visit.request.args.get("edit2", "")
    outcome = _submit(visit, form_id, typed, token)
    if isinstance(outcome, Submission):
        return render(
            "form_thanks.html",
            form=form,
            edited=bool(token),
            token=_EDIT_PREFIX + outcome.response_id,
        )
    if not is_open(form):
        return render("form_closed.html", form=form, status=HTTPStatus.BAD_REQUEST)
    return _page(form, typed, token=token, errors=outcome)


def _form(visit: Visit, form_id: str) -> Json:
    """The form as its owner sees it: whoever has the link may answer, without any permission."""
    with visit.transaction(write=False) as state:
        file = files.get_file(state, form_id)
    if file is None or file["mimeType"] != files.FORM:
        raise not_found()
    owner = file["owners"][0]["emailAddress"]
    found: Json = visit.open_call("forms.forms.get", user=owner, formId=form_id)
    return found


def _earlier(visit: Visit, form_id: str, token: str) -> Json | None:
    if not token:
        return None
    with visit.transaction(write=False) as state:
        found = load_response(state, form_id, token.removeprefix(_EDIT_PREFIX))
    if found is None:
        raise not_found()
    return found


def _submit(visit: Visit, form_id: str, typed: Fields, token: str) -> Submission | list[FieldError]:
    with visit.transaction(write=True) as state:
        return submit(
            state,
            form_id,
            typed,
            now=now(state),
            response_id=token.removeprefix(_EDIT_PREFIX),
            uploads=_uploads(visit.request.files.to_dict(flat=False)),
        )


def _uploads(joined: Mapping[str, Sequence[FileStorage]]) -> dict[str, list[Upload]]:
    return {
        name: [
            Upload(one.filename, one.mimetype or "application/octet-stream", one.stream.read())
            for one in stored
            if one.filename
        ]
        for name, stored in joined.items()
    }


def _page(
    form: Json,
    typed: Fields,
    *,
    token: str = "",
    earlier: Json | None = None,
    errors: Sequence[FieldError] = (),
) -> Response:
    why = {error.question_id: _beside(error) for error in errors}
    shown: list[Block] = blocks(form.get("items", []), typed, why, earlier or {})
    return render(
        "form.html",
        status=HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK,
        form=form,
        pages=pages_of(shown),
        errors=errors,
        why=why,
        email_error=why.get("", ""),
        asks_email=collects_email(form),
        email=_email(typed, earlier),
        token=token,
    )


def _email(typed: Fields, earlier: Json | None) -> str:
    known = (earlier or {}).get("respondentEmail", "")
    return "".join(typed.get("emailAddress", [known])[:1])


def _beside(error: FieldError) -> str:
    """The reason without the question's title, which stands right above it."""
    why = error.message.removeprefix(f"{error.title}: ")
    return why[:1].upper() + why[1:]
