"""Google's Node clients at the sandbox, unmodified: only the root address is another.

The script is node/thirty_calls.mjs; `npm ci` in its folder fetches the clients that its lock names.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from itn_sync.sandbox.server import RunningSandbox

_FOLDER = Path(__file__).parent / "node"
_NODE = shutil.which("node")


_SAMPLE = Path(__file__).parents[2] / "docs" / "sandbox.md"

pytestmark = [
    pytest.mark.skipif(_NODE is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (_FOLDER / "node_modules").is_dir(), reason="run `npm ci` in tests/clients/node"
    ),
]


def _ran(*words: str) -> str:
    ran = subprocess.run(
        [str(_NODE), *words], cwd=_FOLDER, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_thirty_calls_over_all_five_apis(sandbox: RunningSandbox) -> None:
    told = _ran("thirty_calls.mjs", sandbox.url, str(sandbox.credentials))
    assert int(told.splitlines()[-1].split()[0]) >= 30


def test_the_documented_lines_store_a_file(sandbox: RunningSandbox) -> None:
    sample = _SAMPLE.read_text("utf-8").split("```js\n")[1].split("```")[0]
    sample = sample.replace("http://127.0.0.1:8020/", sandbox.url)
    assert _ran("--input-type=module", "--eval", sample) == "Essai\n"
