"""`--now`: rehearse another moment."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from itn_sync.clock import moment

Now = Annotated[
    datetime | None,
    typer.Option(
        "--now",
        parser=moment,
        metavar="2026-12-01[T20:15]",
        help="Rehearse another moment: the clock starts there. Belgian time; a day is at nine.",
    ),
]
