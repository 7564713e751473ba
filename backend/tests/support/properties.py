"""Tests of properties, for which Hypothesis invents the examples.

No time is measured: examples that take long on a busy machine are no fault.
"""

from hypothesis import HealthCheck, given, settings

__all__ = ["given"]

# A test takes the settings that hold where `given` decorates it.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
