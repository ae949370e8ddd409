"""Watches of a form: listed, renewed, expired, one per event and Cloud project (facts 3.2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import WORKER, Service
from tests.sandbox.forms_world import FORM_ID
from tests.sandbox.lent import control
from tests.sandbox.test_forms_http import BODY, READ, bring, error_of

TOPIC = {"topic": {"topicName": "projects/sandbox-project/topics/formulaires"}}


@pytest.fixture
def watches(sandbox: RunningSandbox, service: Service) -> Any:
    bring(sandbox)
    return service("forms").forms().watches()


def wanted(event: str = "RESPONSES", **more: Any) -> dict[str, Any]:
    return {"watch": {"eventType": event, "target": TOPIC}} | more


def make(watches: Any, event: str = "RESPONSES", **more: Any) -> Any:
    return watches.create(formId=FORM_ID, body=wanted(event, **more)).execute()


def listed(watches: Any) -> list[Any]:
    found: list[Any] = watches.list(formId=FORM_ID).execute().get("watches", [])
    return found


def refused(request: Any) -> dict[str, Any]:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return error_of(caught)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_watch_lasts_seven_days(watches: Any) -> None:
    made = make(watches)
    assert (made["state"], made["eventType"], made["target"]) == ("ACTIVE", "RESPONSES", TOPIC)
    assert instant(made["expireTime"]) - instant(made["createTime"]) == timedelta(days=7)
    assert listed(watches) == [made]


def test_a_watch_may_bring_its_own_id(watches: Any) -> None:
    assert make(watches, watchId="ma-montre")["id"] == "ma-montre"
    assert make(watches, "SCHEMA")["id"] != "ma-montre"
    assert len(listed(watches)) == 2


def test_one_watch_for_each_kind_of_event(watches: Any) -> None:
    make(watches, watchId="ma-montre")
    error = refused(watches.create(formId=FORM_ID, body=wanted()))
    assert (error["code"], error["status"]) == (409, "ALREADY_EXISTS")
    same_id = wanted("SCHEMA", watchId="ma-montre")
    assert refused(watches.create(formId=FORM_ID, body=same_id))["code"] == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"watch": {"target": TOPIC}},
        {"watch": {"eventType": "RESPONSES"}},
        {"watch": {"eventType": "EVENT_TYPE_UNSPECIFIED", "target": TOPIC}},
        {"watch": {"eventType": "SCHEMA", "target": {"topic": {"topicName": "formulaires"}}}},
        wanted(watchId="abc"),
        wanted(watchId="Ma_Montre"),
    ],
)
def test_half_a_watch_is_refused(watches: Any, body: dict[str, Any]) -> None:
    assert refused(watches.create(formId=FORM_ID, body=body))["status"] == "INVALID_ARGUMENT"
    assert listed(watches) == []


def test_a_watch_is_renewed_from_now_on(sandbox: RunningSandbox, watches: Any) -> None:
    made = make(watches)
    control(sandbox, "POST", "clock", {"advance": 6 * 86400})
    renewed = watches.renew(formId=FORM_ID, watchId=made["id"], body={}).execute()
    assert renewed["createTime"] == made["createTime"]
    later = instant(renewed["expireTime"]) - instant(made["expireTime"])
    assert timedelta(days=6) <= later < timedelta(days=6, minutes=1)


def test_an_expired_watch_is_gone_and_leaves_its_place(
    sandbox: RunningSandbox, watches: Any
) -> None:
    made = make(watches, watchId="ma-montre")
    control(sandbox, "POST", "clock", {"advance": 7 * 86400 + 1})
    assert listed(watches) == []
    gone = watches.renew(formId=FORM_ID, watchId=made["id"], body={})
    assert refused(gone)["status"] == "NOT_FOUND"
    assert make(watches, watchId="ma-montre")["id"] == "ma-montre"


def test_a_deleted_watch_is_gone(watches: Any) -> None:
    made = make(watches)
    assert watches.delete(formId=FORM_ID, watchId=made["id"]).execute() == {}
    assert listed(watches) == []
    assert refused(watches.delete(formId=FORM_ID, watchId=made["id"]))["code"] == 404


def test_whoever_cannot_edit_the_form_cannot_watch_it(
    sandbox: RunningSandbox, service: Service
) -> None:
    bring(sandbox)
    stranger = service("forms", user="personne@ecole.example").forms().watches()
    assert refused(stranger.create(formId=FORM_ID, body=wanted()))["code"] == 403


def test_nobody_hears_of_what_they_may_not_read(sandbox: RunningSandbox, service: Service) -> None:
    bring(sandbox)
    reader = service("forms", scopes=[BODY]).forms().watches()
    assert refused(reader.create(formId=FORM_ID, body=wanted("RESPONSES")))["code"] == 403
    assert reader.create(formId=FORM_ID, body=wanted("SCHEMA")).execute()["id"]


def token_of_another_project(sandbox: RunningSandbox) -> str:
    client = control(sandbox, "POST", "oauth-clients", {"project": "autre-projet"})["installed"]
    asked = {"user": WORKER, "scopes": [READ], "client_id": client["client_id"]}
    user = control(sandbox, "POST", "authorized-users", asked)
    form = {name: user[name] for name in ("client_id", "client_secret", "refresh_token")}
    form["grant_type"] = "refresh_token"
    answer = requests.post(f"{sandbox.url}token", data=form, timeout=5)
    return str(answer.json()["access_token"])


def test_another_project_has_watches_of_its_own(sandbox: RunningSandbox, watches: Any) -> None:
    make(watches, watchId="ma-montre")
    header = {"Authorization": f"Bearer {token_of_another_project(sandbox)}"}
    address = f"{sandbox.url}v1/forms/{FORM_ID}/watches"
    assert requests.get(address, headers=header, timeout=5).json() == {}
    made = requests.post(address, headers=header, json=wanted(), timeout=5)
    assert made.status_code == 200, made.text
    assert [watch["id"] for watch in listed(watches)] == ["ma-montre"]
    theirs = requests.delete(f"{address}/ma-montre", headers=header, timeout=5)
    assert theirs.status_code == 404
