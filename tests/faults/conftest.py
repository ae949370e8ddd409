"""The rehearsal school, and a worker in a hurry, for every test here."""

from __future__ import annotations

from typing import Any

import pytest

from itn_sync import access
from itn_sync.gateways.google import Google
from itn_sync.gateways.retries import Policy
from tests.rehearsal import school, workspace

__all__ = ["school", "workspace"]

HURRIED = Policy(first=0.02, longest=0.3)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same worker with shorter waits, so that a test does not take minutes."""

    def opened(*where: Any, **given: Any) -> Google:
        return Google(*where, **given | {"timeout": (2, 0.6), "policy": HURRIED})

    monkeypatch.setattr(access, "Google", opened)
