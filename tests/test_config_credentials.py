"""`[credentials.NEED]`: what a file may say of it, and where things stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from itn_sync.cli import BAD_SETTINGS, app
from itn_sync.settings import load

SHIPPED = Path(__file__).parent.parent / "config" / "workspace.toml"


def own(home: Path, table: str) -> None:
    """The school's workspace.toml, with `table` more."""
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "workspace.toml").write_text(f"{SHIPPED.read_text('utf-8')}\n{table}")


@pytest.mark.parametrize(
    ("table", "mend"),
    [
        ('kind = "user"', 'kind "user" needs `file`; add it'),
        ('kind = "impersonated"', 'kind "impersonated" needs `principal`; add it'),
        ('kind = "service_account"', 'kind "service_account" needs `file`; add it'),
        ('kind = "default"\nfile = "x"', 'kind "default" has no use for `file`; remove it'),
        ('kind = "magic"', "unknown name; write 'service_account', 'user', 'default' or"),
        ('knid = "user"', 'unknown key; remove it or write "kind"'),
    ],
)
def test_a_mistake_in_credentials_names_its_line(tmp_path: Path, table: str, mend: str) -> None:
    own(tmp_path, f"[credentials.mailer]\n{table}\n")
    told = CliRunner().invoke(app, ["scopes", "--home", str(tmp_path)])
    assert told.exit_code == BAD_SETTINGS
    assert mend in told.output
    number = SHIPPED.read_text("utf-8").count("\n") + 2
    places = {f"config/workspace.toml:{n}: credentials.mailer" for n in (number, number + 1)}
    assert any(place in told.output for place in places)


def test_a_file_stands_beside_what_names_it_and_a_token_in_the_home(tmp_path: Path) -> None:
    own(tmp_path, '[credentials.mailer]\nkind = "user"\nfile = "client.json"\n')
    found = load(tmp_path, {}).workspace.credential("mailer")
    assert found.file == tmp_path / "config" / "client.json"
    assert found.token == tmp_path / "token-mailer.json"


def test_a_rehearsal_elsewhere_does_not_take_the_schools_own_credentials(
    tmp_path: Path,
) -> None:
    own(tmp_path, '[credentials.mailer]\nkind = "default"\n')
    elsewhere = load(tmp_path, {"ITN_SYNC_ROOT_URL": "http://127.0.0.1:9/"}).workspace
    assert elsewhere.credentials_by_need == {}
    assert list(load(tmp_path, {}).workspace.credentials_by_need) == ["mailer"]
