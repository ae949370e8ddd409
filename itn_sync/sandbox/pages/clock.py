"""The Workspace's clock on the home page: what happens tomorrow is seen today."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from werkzeug import Response

from itn_sync.sandbox.pages.visit import Visit, see_other
from itn_sync.sandbox.world import State, machine_now, now, set_now

_HERE = ZoneInfo("Europe/Brussels")
_MORNING = time(9)
_SAME = timedelta(minutes=1)
_LEAPS = {"jour": 1, "semaine": 7}


def shown_now(state: State) -> str:
    """`mardi 24 novembre 2026, 09:00`."""
    local = now(state).astimezone(_HERE)
    return str(format_datetime(local, "EEEE d MMMM y, HH:mm", locale="fr_BE"))


def is_moved(state: State) -> bool:
    """True where the Workspace's clock is not the computer's."""
    return abs(now(state) - machine_now()) > _SAME


def move(visit: Visit) -> Response:
    """To nine o'clock of the next morning, or of that day a week on; anything else leaves it."""
    days = _LEAPS.get(visit.request.form.get("saut", ""), 0)
    if days:
        with visit.transaction(write=True) as state:
            day = now(state).astimezone(_HERE).date() + timedelta(days)
            set_now(state, datetime.combine(day, _MORNING, _HERE))
    return see_other("/#direct")
