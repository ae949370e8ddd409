"""What one running sandbox is made of; every door of the server gets it."""

from __future__ import annotations

from dataclasses import dataclass, field

from itn_sync.sandbox.credentials import ServiceAccount
from itn_sync.sandbox.faults import Faults
from itn_sync.sandbox.quotas import Quotas
from itn_sync.sandbox.requestlog import RequestLog
from itn_sync.sandbox.runs import Runs
from itn_sync.sandbox.world import World


@dataclass
class Tenant:
    """A Workspace domain with its state, its service account and its troubles."""

    world: World
    domain: str
    root_url: str
    account: ServiceAccount
    faults: Faults = field(default_factory=Faults)
    quotas: Quotas = field(default_factory=Quotas)
    log: RequestLog = field(default_factory=RequestLog)
    runs: Runs = field(default_factory=Runs)
