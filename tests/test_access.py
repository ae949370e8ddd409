"""The rights that are asked for are those that the gateways use, no fewer and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from itn_sync.access import (
    ALL_RIGHTS,
    FOUND,
    NEEDS,
    READ_FORMS,
    READ_ROSTERS,
    RIGHTS,
    SEE_SHARING,
    SEND_MAIL,
    WRITE_DOCUMENTS,
    WRITE_SHEETS,
    Right,
)
from itn_sync.cli import app
from itn_sync.config_credentials import CredentialsShape
from itn_sync.gateways.classroom import Rosters
from itn_sync.gateways.documents import HTML, Binder
from itn_sync.gateways.drive import Files
from itn_sync.gateways.forms import Forms
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.google import Google, scopes_of
from itn_sync.sandbox.seed import CONFIDENTIAL_SHEET
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from itn_sync.settings import load
from tests.gateways.conftest import WORKER
from tests.gateways.test_gmail import MAIL
from tests.rehearsal import Rehearsal, school, workspace

__all__ = ["school", "workspace"]

FOR_A_FIELD = {"https://www.googleapis.com/auth/classroom.profile.emails"}
"""No method needs it, but without it an answer has no addresses."""

CLASS = {"id": "71", "name": "Math", "owner": WORKER, "aliases": ["d:math1"]}


@pytest.mark.parametrize("right", ALL_RIGHTS, ids=lambda right: right.scopes[0])
def test_each_method_has_a_scope_and_each_scope_a_method_of_its_own(right: Right) -> None:
    served = [scopes_of(method) & set(right.scopes) for method in right.methods]
    assert all(served)
    for scope in set(right.scopes) - FOR_A_FIELD:
        assert {scope} in served, scope


def called(school: Rehearsal, right: Right) -> set[str]:
    return {m for m in school.calls() if m.split(".")[0] == right.api}


def test_the_methods_that_are_named_are_those_that_are_called(school: Rehearsal) -> None:
    workspace = load(school.home, {}).workspace
    school.control("POST", "import", classroom=[CLASS])
    invited = {"userId": "invitee@ecole.example", "courseId": CLASS["id"], "role": "STUDENT"}
    school.call(WORKER, "POST", "v1/invitations", **invited)
    with Google(workspace.root_url, workspace.credentials) as google:
        with school.watched():
            knock_everywhere(google)
        assert called(school, READ_FORMS) == set(READ_FORMS.methods)
        assert called(school, READ_ROSTERS) == set(READ_ROSTERS.methods)
        assert called(school, SEE_SHARING) == set(SEE_SHARING.methods)
        assert called(school, SEND_MAIL) == set(SEND_MAIL.methods)
        with school.watched():
            bind(google)
        assert called(school, WRITE_DOCUMENTS) == set(WRITE_DOCUMENTS.methods)


def bind(google: Google) -> None:
    """Every method of what keeps the documents."""
    binder = Binder(google.resource("drive", WORKER, WRITE_DOCUMENTS.scopes))
    folder = binder.folder("folder/letters", "Courriers")
    binder.share(folder, {"secretariat@ecole.example"})
    letter = binder.make("document/1", "Courrier", "<p>Bonjour</p>", folder)
    assert binder.found("document/1") == letter
    binder.standing(letter)
    binder.taken(letter, HTML)


def knock_everywhere(google: Google) -> None:
    """Every method of every gateway but the spreadsheet's, which a run calls."""
    forms = Forms(google.resource("forms", WORKER, READ_FORMS.scopes))
    forms.structure(REGISTRATION_FORM)
    forms.responses(REGISTRATION_FORM, datetime(2026, 1, 1, tzinfo=UTC))
    rosters = Rosters(google.resource("classroom", WORKER, READ_ROSTERS.scopes))
    rosters.courses()
    rosters.roster("math1", CLASS["aliases"][0])
    files = Files(google.resource("drive", WORKER, SEE_SHARING.scopes))
    files.sharing(CONFIDENTIAL_SHEET)
    files.standing(CONFIDENTIAL_SHEET)
    mailbox = Mailbox(google.resource("gmail", WORKER, SEND_MAIL.scopes))
    mailbox.aliases()
    draft = mailbox.create_draft(MAIL)
    sent = mailbox.send_draft(draft.id)
    mailbox.sent_message_id(sent.thread_id, "k")
    mailbox.delete_draft(mailbox.create_draft(MAIL).id)
    mailbox.create_draft(MAIL)
    mailbox.drafts_by_key()
    mailbox.sent_keys()


def test_a_run_calls_no_other_method(school: Rehearsal) -> None:
    with school.watched() as calls:
        school.worker("run")
    school.answer("Dupont", va="Oui", ar="Oui")
    with school.watched() as more:
        school.run()
        school.edit("Dupont", va="Oui", ar="Non")
    with school.watched() as again:
        school.run()
        school.worker("rebuild")
    asked = {*calls, *more, *again} - {"oauth.token"}
    assert asked <= {method for right in RIGHTS for method in right.methods}
    assert asked >= set(WRITE_SHEETS.methods)


def test_a_founding_calls_what_it_says(school: Rehearsal, tmp_path: Path) -> None:
    said = ["--yes", "--name", "École", "--domain", "ecole.example", "--root-url"]
    key = str(school.sandbox.credentials)
    more = [school.sandbox.url, "--credentials", key, "--create"]
    with school.watched() as calls:
        founded = CliRunner().invoke(app, ["init", str(tmp_path / "new"), *said, *more])
    assert founded.exit_code == 0, founded.output
    assert set(calls) - {"oauth.token"} <= set(FOUND.methods)
    assert len(set(calls)) > len(FOUND.methods) / 2


def test_each_need_can_be_let_in_its_own_way() -> None:
    assert tuple(CredentialsShape.model_fields) == NEEDS
