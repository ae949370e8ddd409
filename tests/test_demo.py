"""The demo keeps its hands off a folder that is not its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from itn_sync.demo import NotADemoError, stage


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    ledger = tmp_path / "itn-sync.db"
    ledger.touch()
    with pytest.raises(NotADemoError, match="new or an empty"), stage(tmp_path, 0):
        pass
    assert ledger.exists()
