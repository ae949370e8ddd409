"""Where forms and their responses are kept, and how a form resource is put together."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.instants import nanoseconds
from itn_sync.sandbox.world import State, declare_schema

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS form (
        id TEXT PRIMARY KEY, revision INTEGER NOT NULL, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS form_response (
        form_id TEXT NOT NULL, id TEXT NOT NULL, submitted INTEGER NOT NULL,
        place INTEGER NOT NULL, resource TEXT NOT NULL, PRIMARY KEY (form_id, id));
    CREATE INDEX IF NOT EXISTS form_response_place ON form_response (form_id, place);
    CREATE INDEX IF NOT EXISTS form_response_submitted ON form_response (form_id, submitted)
    """
)

ITEM_KINDS = (
    "questionItem",
    "questionGroupItem",
    "pageBreakItem",
    "textItem",
    "imageItem",
    "videoItem",
)
QUESTION_KINDS = (
    "choiceQuestion",
    "textQuestion",
    "scaleQuestion",
    "dateQuestion",
    "timeQuestion",
    "fileUploadQuestion",
    "rowQuestion",
    "ratingQuestion",
)


@dataclass(frozen=True)
class Question:
    """One thing a person answers: a question item, or one row of a grid."""

    id: str
    title: str
    item: Json
    question: Json

    @property
    def kind(self) -> str:
        """`textQuestion`, `choiceQuestion`, `rowQuestion`…"""
        return next((kind for kind in QUESTION_KINDS if kind in self.question), "textQuestion")

    @property
    def required(self) -> bool:
        """Whether nobody may submit without an answer."""
        return bool(self.question.get("required"))

    @property
    def choice(self) -> Json:
        """The choice question that says what may be answered; a grid row has its grid's columns."""
        if self.kind == "rowQuestion":
            columns: Json = self.item["questionGroupItem"]["grid"]["columns"]
            return columns
        own: Json = self.question.get("choiceQuestion", {})
        return own


def questions_of(item: Json) -> list[Question]:
    """The questions of one item: none for a text, several for a grid."""
    if "questionItem" in item:
        question = item["questionItem"]["question"]
        return [Question(question["questionId"], item.get("title", ""), item, question)]
    rows = item.get("questionGroupItem", {}).get("questions", ())
    return [_row(item, question) for question in rows]


def _row(item: Json, question: Json) -> Question:
    title = f"{item.get('title', '')} [{question['rowQuestion'].get('title', '')}]"
    return Question(question["questionId"], title.strip(), item, question)


def all_questions(items: list[Json]) -> Iterator[Question]:
    """Every question of a form, in reading order."""
    for item in items:
        yield from questions_of(item)


def load_form(state: State, form_id: str) -> Json | None:
    """What is kept of a form: `info`, `settings`, `items`, `publishSettings`, `revisionId`."""
    row = state.execute("SELECT * FROM form WHERE id = ?", (form_id,)).fetchone()
    if row is None:
        return None
    document: Json = json.loads(row["document"])
    return document | {"revisionId": f"{row['revision']:08x}"}


def save_form(state: State, form_id: str, document: Json, *, new_revision: bool = True) -> Json:
    """Keep a form's content; answers it with its revision, new unless told otherwise."""
    document = {key: value for key, value in document.items() if key != "revisionId"}
    state.execute(
        "INSERT INTO form VALUES (?, 1, ?) ON CONFLICT (id) DO UPDATE"
        " SET document = excluded.document, revision = revision + ?",
        (form_id, json.dumps(document), new_revision),
    )
    saved = load_form(state, form_id)
    assert saved is not None  # noqa: S101  (just written)
    return saved


def form_resource(document: Json, file: Json, root_url: str) -> Json:
    """The Form resource of forms.get, from the kept document and its Drive file."""
    form = deepcopy(document)
    form["formId"] = file["id"]
    form["info"]["documentTitle"] = file["name"]
    form["responderUri"] = f"{root_url}forms/d/e/{file['id']}/viewform"
    if not form["items"]:
        del form["items"]
    return form


def load_response(state: State, form_id: str, response_id: str) -> Json | None:
    """One FormResponse without `formId`; None if there is none."""
    row = state.execute(
        "SELECT resource FROM form_response WHERE form_id = ? AND id = ?", (form_id, response_id)
    ).fetchone()
    return None if row is None else _read(row)


def save_response(state: State, form_id: str, response: Json) -> None:
    """Keep a FormResponse (with its `responseId`), replacing an earlier one."""
    response_id = response["responseId"]
    # The place in lists has nothing to do with time: Google promises no order (facts 3.1).
    place = int.from_bytes(hashlib.sha256(response_id.encode()).digest()[:6])
    state.execute(
        "INSERT OR REPLACE INTO form_response VALUES (?, ?, ?, ?, ?)",
        (
            form_id,
            response_id,
            nanoseconds(response["lastSubmittedTime"]),
            place,
            json.dumps(response),
        ),
    )


def page_of_responses(
    state: State, form_id: str, *, since: int, after: int, limit: int
) -> list[tuple[int, Json]]:
    """Up to `limit` responses submitted at or after `since` (ns), each with its place (> after)."""
    rows = state.execute(
        "SELECT place, resource FROM form_response"
        " WHERE form_id = ? AND submitted >= ? AND place > ? ORDER BY place LIMIT ?",
        (form_id, since, after, limit),
    )
    return [(row["place"], _read(row)) for row in rows]


def drop_response(state: State, form_id: str, response_id: str) -> bool:
    """Forget a response; False if there was none."""
    cursor = state.execute(
        "DELETE FROM form_response WHERE form_id = ? AND id = ?", (form_id, response_id)
    )
    return cursor.rowcount > 0


def _read(row: sqlite3.Row) -> Json:
    resource: Json = json.loads(row["resource"])
    return resource
