"""`[admin]`, `[service]` and `[[schedule]]` of workspace.toml: what `itn-sync serve` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from apscheduler.triggers.base import BaseTrigger
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from itn_sync.config_types import Email, Shape, Text
from itn_sync.timetable import by_cron, every

_MINUTES_A_DAY = 1440


class Work(StrEnum):
    """What a job does."""

    RUN = "run"
    FULL = "run full"


@dataclass(frozen=True)
class Job:
    """One line of the schedule; `when` is how people read it."""

    name: str
    what: Work
    when: str
    trigger: BaseTrigger


@dataclass(frozen=True)
class Service:
    """How the schedule is kept, and who hears when it cannot be; `admin` "": nobody."""

    jobs: tuple[Job, ...]
    admin: str
    failures_before_mail: int
    port: int
    """Where `/healthz` answers on this machine alone; 0: nowhere."""
    stuck_minutes: int
    """A run that takes longer is taken to be stuck."""


def _cron(line: str) -> str:
    by_cron(line)
    return line


class AdminShape(Shape):
    """`[admin]` of workspace.toml."""

    email: Email | None = None


class ServiceShape(Shape):
    """`[service]` of workspace.toml."""

    port: Annotated[int, Field(strict=True, ge=0, le=65535)] = 0
    failures_before_mail: Annotated[int, Field(strict=True, ge=1)] = 3
    stuck_minutes: Annotated[int, Field(strict=True, ge=1)] = 60


class ScheduleShape(Shape):
    """`[[schedule]]` of workspace.toml: a cron line or a number of minutes."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
    what: Work = Work.RUN
    cron: Annotated[Text, AfterValidator(_cron)] | None = None
    every_minutes: Annotated[int, Field(strict=True, ge=1, le=_MINUTES_A_DAY)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> ScheduleShape:
        if (self.cron is None) == (self.every_minutes is None):
            raise ValueError("a job is due by `cron` or by `every_minutes`; write one of the two")
        return self


def _distinct(schedule: tuple[ScheduleShape, ...]) -> tuple[ScheduleShape, ...]:
    names = [one.name for one in schedule]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f'two jobs have the name "{name}"; give each its own')
    return schedule


Schedule = Annotated[tuple[ScheduleShape, ...], AfterValidator(_distinct)]


def service_of(
    admin: AdminShape, service: ServiceShape, schedule: Sequence[ScheduleShape]
) -> Service:
    """The service that these tables describe."""
    return Service(
        jobs=tuple(map(_job, schedule)),
        admin=admin.email or "",
        failures_before_mail=service.failures_before_mail,
        port=service.port,
        stuck_minutes=service.stuck_minutes,
    )


def _job(shape: ScheduleShape) -> Job:
    if shape.cron is not None:
        return Job(shape.name, shape.what, shape.cron, by_cron(shape.cron))
    minutes = shape.every_minutes or 0
    return Job(shape.name, shape.what, f"every {minutes} min", every(minutes))
