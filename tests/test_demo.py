"""The demo keeps its hands off a folder that is not its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from itn_sync import demo
from itn_sync.cli import app
from itn_sync.demo import NotADemoError, stage, tour
from itn_sync.domain.serials import SCHOOL_TIME


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    ledger = tmp_path / "itn-sync.db"
    ledger.touch()
    with pytest.raises(NotADemoError, match="new or an empty"), stage(tmp_path, 0):
        pass
    assert ledger.exists()


def test_at_night_its_clock_starts_at_the_next_office_hour_so_that_its_mails_go_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_saints = datetime(2026, 11, 1, 3, tzinfo=SCHOOL_TIME)
    monkeypatch.setattr(demo, "Clock", lambda: lambda: all_saints)
    with stage(tmp_path / "demo", 0) as place:
        assert place.start == datetime(2026, 11, 2, 8, tzinfo=SCHOOL_TIME)
        assert any("02/11/2026, 08:00" in line for line in tour(place))
        page = requests.get(place.url, timeout=20).text
        assert "lundi 2 novembre 2026, 08:00" in page
        assert "Cette horloge n’est pas celle de votre ordinateur" in page
        result = CliRunner().invoke(app, ["run", "--json", "--home", str(place.home)])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["mails_sent"] > 40
    assert report["later"] == []


def test_in_office_hours_its_clock_is_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "Clock", lambda: lambda: datetime(2026, 11, 24, 9, tzinfo=UTC))
    with stage(tmp_path / "demo", 0) as place:
        assert place.start is None
        assert "Cette horloge" not in requests.get(place.url, timeout=20).text
