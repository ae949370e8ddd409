"""`--now`: rehearse another moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

Now = Annotated[
    datetime | None,
    typer.Option(
        "--now",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"],
        help="Rehearse another moment (UTC unless it says otherwise).",
    ),
]


def clock(now: datetime | None) -> Callable[[], datetime]:
    """The machine's clock, or one that was set to `now` when the command began."""
    if now is None:
        return lambda: datetime.now(UTC)  # noqa: TID251  (commands read the clock)
    start = datetime.now(UTC)  # noqa: TID251
    shift = (now if now.tzinfo else now.replace(tzinfo=UTC)) - start
    return lambda: datetime.now(UTC) + shift  # noqa: TID251
