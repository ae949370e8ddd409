"""Which methods the sandbox says it has behaviour for."""

from __future__ import annotations

from itn_sync.sandbox.coverage import coverage
from tests.sandbox.contract.world import needs

COVERED = [method_id for method_id, done in coverage() if done]
UNCOVERED = [method_id for method_id, done in coverage() if not done]

# What no call of a school without shared drives can have is refused to every call.
REFUSED = [name for name in COVERED if "refused" in needs()["method"].get(name, {})]
WORKING = [name for name in COVERED if name not in REFUSED]
