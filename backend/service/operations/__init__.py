"""Readiness, metrics, cached values, idempotent requests, and processes for heavy computing.

You need not open this to write a feature.
"""

# The modules that other areas of this layer may import, besides `assembly`.
__all__ = ["confined_process"]
