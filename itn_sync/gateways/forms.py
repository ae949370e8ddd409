"""Google Forms: a form as students see it, and what they answered, by question id.

Source: https://developers.google.com/workspace/forms/api/reference/rest/v1/forms, facts section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from googleapiclient.discovery import Resource

from itn_sync.domain.forms import RawResponse, ShownForm, ShownQuestion
from itn_sync.gateways.google import execute

FORMS_READER = (
    "https://www.googleapis.com/auth/forms.body.readonly",
    "https://www.googleapis.com/auth/forms.responses.readonly",
)
"""What `Forms` needs for these methods (facts 3.1)."""

FORMS_METHODS = ("forms.forms.get", "forms.forms.responses.list")

_PAGE = 5000
_UPLOADED = "https://drive.google.com/open?id="
_CHOICES = {"RADIO": "radio", "CHECKBOX": "checkbox", "DROP_DOWN": "dropdown"}
_GRIDS = {"RADIO": "grid_radio", "CHECKBOX": "grid_checkbox"}
_PLAIN_KINDS = {
    "scaleQuestion": "scale",
    "ratingQuestion": "rating",
    "dateQuestion": "date",
    "timeQuestion": "time",
    "fileUploadQuestion": "upload",
}

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Responses:
    """The responses that could be read, and the ids of those that could not ("?": none)."""

    read: tuple[RawResponse, ...]
    unreadable: tuple[str, ...] = ()


class Forms:
    """The forms that one person may see, through google-api-python-client's `forms` resource.

    Both methods raise GatewayErrors: Missing for a form that is gone or not shared.
    """

    def __init__(self, resource: Resource) -> None:
        self._forms = resource.forms()

    def structure(self, form_id: str) -> ShownForm:
        """The form's questions in their order; items that ask nothing are left out. One call."""
        form = execute(self._forms.get(formId=form_id))
        info, settings = form.get("info", {}), form.get("settings", {})
        return ShownForm(
            title=info.get("title") or info.get("documentTitle", ""),
            revision=form.get("revisionId", ""),
            questions=tuple(q for item in form.get("items", ()) for q in _questions(item)),
            collects_verified_email=settings.get("emailCollectionType") == "VERIFIED",
        )

    def responses(self, form_id: str, since: datetime | None = None) -> Responses:
        """Responses submitted at `since` (aware) or later, all when None, oldest first.

        One call per 5000 responses. A response edited since appears once, as it is now.
        """
        read: dict[str, RawResponse] = {}
        unreadable: list[str] = []
        for raw in self._listed(form_id, since):
            try:
                response = _response(raw)
            except (KeyError, TypeError, ValueError, AttributeError):
                unreadable.append(_id_of(raw))
                continue
            # Google lists pages while people submit: one may come twice (facts 3.1)
            earlier = read.get(response.id)
            if earlier is None or earlier.submitted <= response.submitted:
                read[response.id] = response
        in_order = sorted(read.values(), key=lambda r: (r.submitted, r.id))
        return Responses(tuple(in_order), tuple(dict.fromkeys(unreadable)))

    def _listed(self, form_id: str, since: datetime | None) -> Iterator[Any]:
        asked: dict[str, Any] = {"formId": form_id, "pageSize": _PAGE}
        if since is not None:
            asked["filter"] = f"timestamp >= {_zulu(since)}"
        listing = self._forms.responses()
        request = listing.list(**asked)
        while request is not None:
            page = execute(request)
            yield from page.get("responses", ())
            request = listing.list_next(request, page)


def _questions(item: Json) -> Iterator[ShownQuestion]:
    title = item.get("title", "")
    if "questionItem" in item:
        yield _question(item["questionItem"]["question"], title)
    group = item.get("questionGroupItem", {})
    for row in group.get("questions", ()):
        yield _row(row, title, group.get("grid", {}).get("columns", {}))


def _question(question: Json, title: str) -> ShownQuestion:
    choice = question.get("choiceQuestion", {})
    return ShownQuestion(
        id=question.get("questionId", ""),
        title=title,
        kind=_kind(question),
        required=question.get("required", False),
        options=_options(choice),
        has_other=any(option.get("isOther") for option in choice.get("options", ())),
    )


def _row(row: Json, grid_title: str, columns: Json) -> ShownQuestion:
    return ShownQuestion(
        id=row.get("questionId", ""),
        title=f"{grid_title} – {row.get('rowQuestion', {}).get('title', '')}",
        kind=_GRIDS.get(columns.get("type", ""), "unknown"),
        required=row.get("required", False),
        options=_options(columns),
    )


def _kind(question: Json) -> str:
    """The domain's word for it; "unknown" for a kind that Google invents later."""
    if "choiceQuestion" in question:
        return _CHOICES.get(question["choiceQuestion"].get("type", ""), "unknown")
    if "textQuestion" in question:
        return "paragraph" if question["textQuestion"].get("paragraph") else "text"
    return next((kind for name, kind in _PLAIN_KINDS.items() if name in question), "unknown")


def _options(choice: Json) -> tuple[str, ...]:
    options = choice.get("options", ())
    return tuple(option.get("value", "") for option in options if not option.get("isOther"))


def _response(raw: Json) -> RawResponse:
    answers = {key: _values(answer) for key, answer in raw.get("answers", {}).items()}
    return RawResponse(
        id=_text(raw["responseId"]),
        created=_instant(raw["createTime"]),
        submitted=_instant(raw["lastSubmittedTime"]),
        answers={key: values for key, values in answers.items() if values},
        respondent_email=_text(raw.get("respondentEmail", "")),
    )


def _values(answer: Json) -> tuple[str, ...]:
    if "fileUploadAnswers" in answer:
        files = answer["fileUploadAnswers"].get("answers", ())
        return tuple(_UPLOADED + _text(file["fileId"]) for file in files)
    return tuple(
        _text(one.get("value", "")) for one in answer.get("textAnswers", {}).get("answers", ())
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _id_of(raw: object) -> str:
    found = raw.get("responseId") if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) and found else "?"


def _instant(text: str) -> datetime:
    """An aware instant from 0, 3, 6 or 9 fraction digits; microseconds are kept (facts 3.2)."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without time zone")
    return instant.astimezone(UTC)


def _zulu(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
