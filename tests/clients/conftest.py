"""A sandbox for the clients, which find it by its address and its key file alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from itn_sync.sandbox.server import RunningSandbox, serve


@pytest.fixture
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """An empty Workspace."""
    with serve(tmp_path_factory.mktemp("clients")) as running:
        yield running
