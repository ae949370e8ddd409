"""One sandbox for all contract tests of a process: each test makes its own things in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from itn_sync.sandbox.server import serve
from tests.sandbox.contract.world import Scenario, School, needs


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A running sandbox with the world of needs/world.toml."""
    with (
        serve(tmp_path_factory.mktemp("contract")) as sandbox,
        requests.Session() as line,
    ):
        opened = School(sandbox, line)
        opened.control("import", needs()["world"])
        yield opened


@pytest.fixture
def scenario(school: School) -> Scenario:
    """A test's own things, made as they are needed."""
    return Scenario(school)
