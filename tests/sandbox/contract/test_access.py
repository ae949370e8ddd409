"""Who may call: no token, a token of nobody, a token without the method's scopes (facts 9).

Source of the scopes: each method's list in its discovery document.
"""

from __future__ import annotations

import pytest

from tests.sandbox.contract.documents import LEGACY, Operation, operations
from tests.sandbox.contract.world import School
from tests.sandbox.contract.wrong import placeholders

EVERY = list(operations().values())
ANOTHER = ("openid",)


@pytest.mark.parametrize("called", EVERY, ids=lambda called: called.id)
def test_without_a_token_the_answer_is_401(called: Operation, school: School) -> None:
    answer = school.call(called, placeholders(called), token="")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (401, 401)
    assert error["status"] == "UNAUTHENTICATED"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    if called.api in LEGACY:
        assert error["errors"][0]["location"] == "Authorization"


@pytest.mark.parametrize("called", EVERY, ids=lambda called: called.id)
def test_without_the_methods_scope_the_answer_is_403(called: Operation, school: School) -> None:
    answer = school.call(called, placeholders(called), token=school.token(scopes=ANOTHER))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (403, 403)
    assert error["status"] == "PERMISSION_DENIED"
    (detail,) = error["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert detail["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert detail["metadata"]["service"] == f"{called.api}.googleapis.com"
    if called.api in LEGACY:
        assert error["errors"][0]["reason"] == "insufficientPermissions"


@pytest.mark.parametrize("called", EVERY, ids=lambda called: called.id)
def test_any_one_scope_of_the_document_is_enough(called: Operation, school: School) -> None:
    for scope in called.scopes:
        token = school.token(scopes=(scope,))
        # An unknown parameter is judged right after the scope, and nothing is done.
        answer = school.call(called, placeholders(called) | {"noSuchParameter": 1}, token=token)
        assert answer.status_code == 400, f"{scope}: {answer.text}"
