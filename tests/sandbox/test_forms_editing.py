"""Making and changing forms (facts 3; forms.batchUpdate)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.imports import import_forms
from itn_sync.sandbox.world import State, World
from tests.sandbox.drive_world import EDITOR, NOW, OWNER, STRANGER, Do, caller, refused
from tests.sandbox.forms_world import EVERY_KIND, FORM_ID, choice, form, grid, question

TEXT: Json = {"title": "Nom", "questionItem": {"question": {"textQuestion": {}}}}


@pytest.fixture
def do(state: State) -> Do:
    return caller(state)


@pytest.fixture
def form_id(do: Do) -> str:
    return str(do("forms.forms.create", body={"info": {"title": "Inscription"}})["formId"])


def batch(do: Do, form_id: str, *requests: Json, **body: Any) -> Json:
    answer: Json = do(
        "forms.forms.batchUpdate", formId=form_id, body={"requests": list(requests), **body}
    )
    return answer


def creation(item: Json, index: int = 0) -> Json:
    return {"createItem": {"item": item, "location": {"index": index}}}


def titles(do: Do, form_id: str) -> list[str]:
    return [
        item.get("title", "") for item in do("forms.forms.get", formId=form_id).get("items", [])
    ]


def test_a_new_form_has_a_title_and_nothing_else(do: Do, form_id: str) -> None:
    found = do("forms.forms.get", formId=form_id)
    assert found["info"] == {"title": "Inscription", "documentTitle": "Formulaire sans titre"}
    assert "items" not in found
    assert found["settings"] == {"emailCollectionType": "VERIFIED"}
    state = found["publishSettings"]["publishState"]
    assert state == {"isPublished": True, "isAcceptingResponses": True}
    assert found["responderUri"].endswith(f"/forms/d/e/{form_id}/viewform")
    assert do("drive.files.get", fileId=form_id)["mimeType"] == files.FORM


def test_create_takes_no_items(do: Do) -> None:
    with refused(400, "Only info.title"):
        do("forms.forms.create", body={"info": {"title": "x"}, "items": [TEXT]})
    with refused(400, "Only info.title"):
        do("forms.forms.create", body={"info": {"title": "x", "description": "y"}})
    with refused(400, "title"):
        do("forms.forms.create")


def test_the_document_title_is_the_name_in_drive(do: Do, form_id: str) -> None:
    do("drive.files.update", fileId=form_id, body={"name": "Inscriptions 2026"})
    found = do("forms.forms.get", formId=form_id)
    assert found["info"]["documentTitle"] == "Inscriptions 2026"
    with refused(400, "documentTitle"):
        info = {"info": {"documentTitle": "x"}, "updateMask": "documentTitle"}
        batch(do, form_id, {"updateFormInfo": info})


def test_items_get_ids_and_a_reply_each(do: Do, form_id: str) -> None:
    rows = [{"rowQuestion": {"title": "Lundi"}}, {"rowQuestion": {"title": "Mardi"}}]
    columns = choice("RADIO", "Matin", "Soir")["choiceQuestion"]
    table = {"questionGroupItem": {"questions": rows, "grid": {"columns": columns}}}
    answer = batch(
        do,
        form_id,
        creation(TEXT),
        creation({"title": "Jours", **table}, 1),
        creation({"title": "Suite", "pageBreakItem": {}}, 2),
    )
    first, second, third = (reply["createItem"] for reply in answer["replies"])
    assert len(first["questionId"]) == 1
    assert len(second["questionId"]) == 2
    assert "questionId" not in third
    assert len(first["itemId"]) == 8
    assert titles(do, form_id) == ["Nom", "Jours", "Suite"]


def test_every_kind_of_item_reads_back_without_defaults(do: Do, form_id: str) -> None:
    importable = [item for item in EVERY_KIND if "fileUpload" not in str(item)]
    batch(do, form_id, *[creation(item, n) for n, item in enumerate(importable)])
    assert do("forms.forms.get", formId=form_id)["items"] == importable
    plain = {
        "title": "Libre",
        "questionItem": {
            "question": {
                "questionId": "ab",
                "required": False,
                "textQuestion": {"paragraph": False},
            }
        },
    }
    batch(do, form_id, creation(plain))
    found = do("forms.forms.get", formId=form_id)["items"][0]
    assert found["questionItem"] == {"question": {"questionId": "ab", "textQuestion": {}}}


def test_a_batch_is_done_whole_or_not_at_all(tmp_path: Path) -> None:
    world = World(tmp_path / "atomic.sqlite")
    with world.transaction(write=True) as state:
        made = caller(state)("forms.forms.create", body={"info": {"title": "x"}})["formId"]
    with (
        refused(400, "requests[1].deleteItem"),
        world.transaction(write=True) as state,
    ):
        batch(caller(state), made, creation(TEXT), {"deleteItem": {"location": {"index": 5}}})
    with world.transaction(write=False) as state:
        assert titles(caller(state), made) == []
    world.close()


def test_items_move_and_go(do: Do, form_id: str) -> None:
    batch(do, form_id, *[creation(TEXT | {"title": name}, n) for n, name in enumerate("abc")])
    move = {"originalLocation": {"index": 0}, "newLocation": {"index": 2}}
    batch(do, form_id, {"moveItem": move})
    assert titles(do, form_id) == ["b", "c", "a"]
    batch(do, form_id, {"deleteItem": {"location": {"index": 1}}})
    assert titles(do, form_id) == ["b", "a"]


def update(item: Json, mask: str) -> Json:
    return {"updateItem": {"item": item, "location": {"index": 0}, "updateMask": mask}}


def test_an_update_changes_only_what_its_mask_names(do: Do, form_id: str) -> None:
    batch(do, form_id, creation(question("1a000001", "Nom", {"textQuestion": {}})))
    change = {"title": "Nom de famille", "description": "jamais lue"}
    batch(do, form_id, update(change, "title"))
    (found,) = do("forms.forms.get", formId=form_id)["items"]
    assert found["title"] == "Nom de famille"
    assert "description" not in found
    assert found["questionItem"]["question"]["questionId"] == "1a000001"
    required: Json = {"questionItem": {"question": {"required": True}}}
    batch(do, form_id, update(required, "question_item.question.required"))
    (found,) = do("forms.forms.get", formId=form_id)["items"]
    assert found["questionItem"]["question"]["required"]
    kind: Json = {"questionItem": {"question": {"dateQuestion": {}}}}
    batch(do, form_id, update(kind, "questionItem.question.dateQuestion"))
    (found,) = do("forms.forms.get", formId=form_id)["items"]
    assert "textQuestion" not in found["questionItem"]["question"]


def test_replacing_an_item_without_its_ids_makes_new_ones(do: Do, form_id: str) -> None:
    batch(do, form_id, creation(question("1a000001", "Nom", {"textQuestion": {}})))
    batch(do, form_id, update(TEXT, "*"))
    (found,) = do("forms.forms.get", formId=form_id)["items"]
    assert found["questionItem"]["question"]["questionId"] != "1a000001"
    same = question("1a000001", "Nom", {"textQuestion": {}})
    batch(do, form_id, update(same, "*"))
    batch(do, form_id, update(same, "*"))
    assert do("forms.forms.get", formId=form_id)["items"] == [same]


def test_settings_and_info_change_by_mask(do: Do, form_id: str) -> None:
    info = {"info": {"description": "Bienvenue"}, "updateMask": "description"}
    settings = {"settings": {"emailCollectionType": "RESPONDER_INPUT"}, "updateMask": "*"}
    answer = batch(
        do,
        form_id,
        {"updateFormInfo": info},
        {"updateSettings": settings},
        includeFormInResponse=True,
    )
    assert answer["replies"] == [{}, {}]
    assert answer["form"]["info"]["description"] == "Bienvenue"
    assert answer["form"]["settings"] == {"emailCollectionType": "RESPONDER_INPUT"}


def test_grades_need_a_quiz_and_go_with_it(do: Do, form_id: str) -> None:
    graded = question("1a000001", "Nom", {"textQuestion": {}, "grading": {"pointValue": 1}})
    with refused(400, "quiz"):
        batch(do, form_id, creation(graded))
    quiz = {"settings": {"quizSettings": {"isQuiz": True}}, "updateMask": "quizSettings"}
    batch(do, form_id, {"updateSettings": quiz}, creation(graded))
    quiz = {"settings": {"quizSettings": {}}, "updateMask": "quizSettings.isQuiz"}
    batch(do, form_id, {"updateSettings": quiz})
    assert "grading" not in str(do("forms.forms.get", formId=form_id))


def test_a_revision_changes_with_the_content_and_guards_it(do: Do, form_id: str) -> None:
    before = do("forms.forms.get", formId=form_id)["revisionId"]
    guard = {"requiredRevisionId": before}
    after = batch(do, form_id, creation(TEXT), writeControl=guard)["writeControl"]
    assert after["requiredRevisionId"] != before
    assert do("forms.forms.get", formId=form_id)["revisionId"] == after["requiredRevisionId"]
    with refused(400):
        batch(do, form_id, creation(TEXT), writeControl=guard)
    batch(do, form_id, creation(TEXT), writeControl={"targetRevisionId": before})
    with refused(400):
        batch(do, form_id, creation(TEXT), writeControl={"targetRevisionId": "zz"})


def publish(do: Do, form_id: str, **state: bool) -> Json:
    body = {"publishSettings": {"publishState": state}}
    answer: Json = do("forms.forms.setPublishSettings", formId=form_id, body=body)
    settings: Json = answer["publishSettings"]["publishState"]
    return settings


def test_publishing_is_no_change_of_content(do: Do, form_id: str) -> None:
    before = do("forms.forms.get", formId=form_id)["revisionId"]
    assert publish(do, form_id, isPublished=True, isAcceptingResponses=False) == {
        "isPublished": True
    }
    found = do("forms.forms.get", formId=form_id)
    assert found["publishSettings"]["publishState"] == {"isPublished": True}
    assert found["revisionId"] == before


def test_a_form_that_is_not_published_takes_no_answers(do: Do, form_id: str) -> None:
    """The PublishState schema: «this field is forced to false»."""
    assert publish(do, form_id, isPublished=False, isAcceptingResponses=True) == {}


BAD_ITEMS: list[Json] = [
    {"title": "sans genre"},
    {"title": "deux", "textItem": {}, "pageBreakItem": {}},
    {"title": "à la\nligne", "textItem": {}},
    {"questionItem": {"question": {}}},
    {"questionItem": {"question": {"textQuestion": {}, "dateQuestion": {}}}},
    {"questionItem": {"question": {"rowQuestion": {"title": "x"}}}},
    {"questionItem": {"question": {"choiceQuestion": {"type": "RADIO"}}}},
    question("1", "Double", choice("RADIO", "a", "a")),
    question("1", "Vide", choice("RADIO", "")),
    question("1", "Autre", choice("DROP_DOWN", "a", other=True)),
    question("1", "Saut", choice("CHECKBOX", "a", a="SUBMIT_FORM")),
    question("1", "Échelle", {"scaleQuestion": {"low": 2, "high": 5}}),
    question("1", "Échelle", {"scaleQuestion": {"low": 1, "high": 11}}),
    question("1", "Étoiles", {"ratingQuestion": {"iconType": "STAR", "ratingScaleLevel": 2}}),
    question("xyz", "Pas hexadécimal", {"textQuestion": {}}),
    question("1", "Dépôt", {"fileUploadQuestion": {"folderId": "x"}}),
    grid("Sans lignes", {}, "a"),
    grid("Déroulante", {"1": "x"}, "a", kind="DROP_DOWN"),
    {"videoItem": {"video": {}}},
    {"imageItem": {}},
]


@pytest.mark.parametrize("item", BAD_ITEMS)
def test_an_item_that_cannot_be_is_a_400_naming_its_request(
    do: Do, form_id: str, item: Json
) -> None:
    with refused(400, "Invalid requests[0].createItem: "):
        batch(do, form_id, creation(item))


def test_an_id_in_use_is_refused(do: Do, form_id: str) -> None:
    item = question("1a000001", "Nom", {"textQuestion": {}})
    with refused(400, "already used"):
        batch(do, form_id, creation(item), creation(item))


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"createItem": {"item": TEXT}},
        creation(TEXT, 1),
        creation(TEXT, -1),
        {"createItem": {"location": {"index": 0}}},
        update(TEXT, ""),
        update(TEXT, "colour"),
    ],
)
def test_a_request_without_its_parts_is_a_400(do: Do, form_id: str, request_: Json) -> None:
    with refused(400, "Invalid requests[0]"):
        batch(do, form_id, request_)
    with refused(400):
        batch(do, form_id)


def test_editors_change_readers_read_strangers_see_nothing(do: Do, state: State) -> None:
    import_forms(state, [form()], NOW)
    do("forms.forms.batchUpdate", user=EDITOR, formId=FORM_ID, body={"requests": [creation(TEXT)]})
    with refused(403, "The caller does not have permission"):
        do("forms.forms.get", user=STRANGER, formId=FORM_ID)
    with refused(404):
        do("forms.forms.get", user=STRANGER, formId=FORM_ID[::-1])
    files.share(state, FORM_ID, role="reader", type="user", email=STRANGER)
    assert do("forms.forms.get", user=STRANGER, formId=FORM_ID)["formId"] == FORM_ID
    with refused(403):
        body = {"requests": [creation(TEXT)]}
        do("forms.forms.batchUpdate", user=STRANGER, formId=FORM_ID, body=body)


def test_a_form_made_or_copied_through_drive_is_a_form(do: Do) -> None:
    made = do("drive.files.create", body={"name": "Vide", "mimeType": files.FORM})["id"]
    assert do("forms.forms.get", formId=made)["info"]["title"] == "Vide"
    batch(do, made, creation(TEXT))
    copied = do("drive.files.copy", fileId=made)["id"]
    assert titles(do, copied) == titles(do, made) == ["Nom"]
    sheet = do("drive.files.create", body={"name": "S", "mimeType": files.SPREADSHEET})["id"]
    with refused(404):
        do("forms.forms.get", formId=sheet)


def test_importing_again_replaces_questions_and_keeps_the_file(do: Do, state: State) -> None:
    import_forms(state, [form()], NOW)
    import_forms(state, [form([question("1a000001", "Autre", {"textQuestion": {}})])], NOW)
    assert titles(do, FORM_ID) == ["Autre"]
    with refused(400, "owner"):
        import_forms(state, [{"title": "x"}], NOW)


def test_the_form_belongs_to_its_importer(do: Do, state: State) -> None:
    import_forms(state, [form()], NOW)
    seen = do("drive.files.get", fileId=FORM_ID)
    assert seen["owners"][0]["emailAddress"] == OWNER
