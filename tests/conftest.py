"""Settings that every test shares."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.browsers import browser, screen

__all__ = ["browser", "screen"]

# A busy machine is no reason to fail; a gate that fails must fail again when it is asked again.
settings.register_profile(
    "itn", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.register_profile("ci", settings.get_profile("itn"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "itn")
