"""A person fills in a form: checks, and the response that comes of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.forms.entries import Fields, NotAnAnswer, entries_by_question, read_answer
from itn_sync.sandbox.forms.grading import graded
from itn_sync.sandbox.forms.instants import of_clock, printed
from itn_sync.sandbox.forms.sections import visited_items
from itn_sync.sandbox.forms.store import (
    Question,
    all_questions,
    drop_response,
    load_form,
    load_response,
    save_response,
)
from itn_sync.sandbox.forms.uploads import Uploads, joined_to, keep_files, objection
from itn_sync.sandbox.world import State

Values = dict[str, list[str]]


@dataclass(frozen=True)
class Submission:
    """What was kept: times are RFC 3339 as the API prints them."""

    form_id: str
    response_id: str
    create_time: str
    last_submitted_time: str


@dataclass(frozen=True)
class FieldError:
    """Why nothing was kept: a French sentence; `question_id` is empty when it is no question."""

    question_id: str
    title: str
    message: str


@dataclass(frozen=True)
class _Attempt:
    """One submission while it is being looked at."""

    document: Json
    fields: Fields
    uploads: Uploads
    earlier: Json
    respondent: str


def submit(
    state: State,
    form_id: str,
    fields: Fields,
    *,
    now: datetime,
    email: str = "",
    response_id: str = "",
    uploads: Uploads | None = None,
) -> Submission | list[FieldError]:
    """Keep what a person posted, or answer everything that is wrong with it.

    `fields` maps `entry.<questionId>` (and `…_year`, `….other_option_response`) to posted values;
    `emailAddress` there, or `email`, is the respondent's. `uploads` maps `entry.<questionId>` to
    files. `response_id` edits an earlier response. Raises 404 if there is no such form.
    """
    document, file = load_form(state, form_id), files.get_file(state, form_id)
    if document is None or file is None:
        raise not_found()
    earlier = load_response(state, form_id, response_id) if response_id else {}
    refusal = _refusal(document, file, earlier)
    if refusal or earlier is None:
        return [FieldError("", "", refusal)]
    respondent = email or "".join(fields.get("emailAddress", ())).strip()
    attempt = _Attempt(document, fields, uploads or {}, earlier, respondent)
    values, errors = _checked(attempt)
    if errors:
        return errors
    answers = {question: _text_answer(question, found) for question, found in values.items()}
    answers |= _upload_answers(state, attempt, owner=file["owners"][0]["emailAddress"], now=now)
    return _keep(state, form_id, attempt, answers, now)


def delete_response(state: State, form_id: str, response_id: str) -> None:
    """What a form's owner does in Forms: the response is gone, without a trace. Raises 404."""
    if not drop_response(state, form_id, response_id):
        raise not_found()


def is_open(document: Json) -> bool:
    """Whether the form is published and takes answers; a form without that setting always does."""
    publish = document.get("publishSettings")
    if publish is None:
        return True
    settings = publish.get("publishState", {})
    return bool(settings.get("isPublished") and settings.get("isAcceptingResponses"))


def collects_email(document: Json) -> bool:
    """Whether the respondent's address is part of the response."""
    kind = document["settings"].get("emailCollectionType", "DO_NOT_COLLECT")
    return kind in {"VERIFIED", "RESPONDER_INPUT"}


def _refusal(document: Json, file: Json, earlier: Json | None) -> str:
    if file["trashed"] or not is_open(document):
        return f"Le formulaire «{document['info']['title']}» n'accepte plus de réponses."
    if earlier is None:
        return "Cette réponse n'existe plus: elle ne peut plus être modifiée."
    return ""


def _checked(attempt: _Attempt) -> tuple[Values, list[FieldError]]:
    """The answers given in the sections walked through, and every error in those sections."""
    items = attempt.document["items"]
    read = _read_all(attempt)
    given = {question: found for question, found in read.items() if isinstance(found, list)}
    visited = list(all_questions(visited_items(items, given)))
    errors = [error for question in visited if (error := _error(question, read, attempt))]
    values = {question.id: given[question.id] for question in visited if given.get(question.id)}
    return values, _email_errors(attempt) + errors


def _read_all(attempt: _Attempt) -> Mapping[str, list[str] | NotAnAnswer]:
    questions = list(all_questions(attempt.document["items"]))
    posted = entries_by_question(attempt.fields, questions)
    return {question.id: _read(question, posted.get(question.id, {})) for question in questions}


def _read(question: Question, parts: Mapping[str, list[str]]) -> list[str] | NotAnAnswer:
    try:
        return read_answer(question, parts)
    except NotAnAnswer as slip:
        return slip


def _error(
    question: Question, read: Mapping[str, list[str] | NotAnAnswer], attempt: _Attempt
) -> FieldError | None:
    found = read[question.id]
    if isinstance(found, NotAnAnswer):
        return _named(question, str(found))
    if question.kind == "fileUploadQuestion":
        return _upload_error(question, attempt)
    if question.required and not found:
        return _named(question, "cette question est obligatoire.")
    return None


def _upload_error(question: Question, attempt: _Attempt) -> FieldError | None:
    joined = joined_to(question, attempt.uploads)
    why = objection(question, joined)
    if why:
        return _named(question, why)
    known = question.id in attempt.earlier.get("answers", {})
    if question.required and not joined and not known:
        return _named(question, "joignez un fichier.")
    return None


def _named(question: Question, why: str) -> FieldError:
    return FieldError(question.id, question.title, f"{question.title}: {why}")


def _email_errors(attempt: _Attempt) -> list[FieldError]:
    if not collects_email(attempt.document):
        return []
    try:
        validate_email(attempt.respondent, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        why = "Votre adresse e-mail: indiquez une adresse valide, par exemple nom@ecole.example."
        return [FieldError("", "Votre adresse e-mail", why)]
    return []


def _text_answer(question_id: str, values: list[str]) -> Json:
    answers = [{"value": value} for value in values]
    return {"questionId": question_id, "textAnswers": {"answers": answers}}


def _upload_answers(state: State, attempt: _Attempt, *, owner: str, now: datetime) -> Json:
    """Answers with files: those joined now, else those of the response being edited."""
    earlier = attempt.earlier.get("answers", {})
    answers: Json = {}
    for question in all_questions(attempt.document["items"]):
        if question.kind != "fileUploadQuestion":
            continue
        joined = joined_to(question, attempt.uploads)
        if joined:
            answers[question.id] = keep_files(state, question, joined, owner=owner, now=now)
        elif question.id in earlier:
            answers[question.id] = earlier[question.id]
    return answers


def _keep(
    state: State, form_id: str, attempt: _Attempt, answers: Json, now: datetime
) -> Submission:
    instant, earlier = printed(of_clock(now)), attempt.earlier
    response: Json = {
        "responseId": earlier.get("responseId") or new_response_id(),
        "createTime": earlier.get("createTime") or instant,
        "lastSubmittedTime": instant,
    }
    if collects_email(attempt.document):
        response["respondentEmail"] = attempt.respondent
    if answers:
        response["answers"] = answers
    save_response(state, form_id, graded(attempt.document, response))
    return Submission(form_id, response["responseId"], response["createTime"], instant)


def new_response_id() -> str:
    """A random id that looks like Google's."""
    return "ACYDBN" + secrets.token_urlsafe(48)
