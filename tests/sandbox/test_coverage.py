"""docs/sandbox.md holds the coverage that the program tells, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from itn_sync.cli import app
from itn_sync.sandbox.coverage import coverage, coverage_table

_PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
_RENEW = "renew it: itn-sync sandbox --coverage --markdown"


def test_the_page_holds_the_table_that_the_program_makes() -> None:
    _, rest = _PAGE.read_text("utf-8").split("<!-- coverage -->\n")
    table, _ = rest.split("<!-- /coverage -->")
    assert table == coverage_table(), _RENEW


def test_the_command_prints_that_table() -> None:
    printed = CliRunner().invoke(app, ["sandbox", "--coverage", "--markdown"])
    assert printed.output == coverage_table()


def test_every_method_with_behaviour_is_in_the_table_once() -> None:
    told = []
    api = ""
    for line in coverage_table().splitlines()[2:]:
        name, _, does, _ = (cell.strip() for cell in line.strip("|").split("|"))
        if not name.startswith("`"):
            api = name.split()[0].lower()
            continue
        told += [f"{api}.{name.strip('`')}.{one}" for one in re.findall(r"\w+", does)]
    assert sorted(told) == [method_id for method_id, done in coverage() if done]
