"""What all tests share: Hypothesis judges what a test finds, not how long the machine takes."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# On a cold, busy machine both clocks of Hypothesis go off without anything being wrong.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
