"""Which methods of the five APIs do something here: `itn-sync sandbox --coverage`."""

from __future__ import annotations

from itn_sync.sandbox import behaviours
from itn_sync.sandbox.call import methods_with_behaviour
from itn_sync.sandbox.discovery import methods


def coverage() -> list[tuple[str, bool]]:
    """Every method id of the documents, in order, with whether it has behaviour."""
    behaviours.load()
    covered = methods_with_behaviour()
    return [(method_id, method_id in covered) for method_id in sorted(methods())]
