"""The sandbox from a shell, with curl alone: the script is thirty_calls.sh."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from itn_sync.sandbox.server import RunningSandbox

_SCRIPT = Path(__file__).with_name("thirty_calls.sh")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_thirty_calls_over_all_five_apis(sandbox: RunningSandbox) -> None:
    ran = subprocess.run(
        [str(_SCRIPT), sandbox.url], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert int(ran.stdout.splitlines()[-1].split()[0]) >= 30
