"""The Prometheus metrics of a process, what several server processes share of them, and a port of their own.

You need not open this to write a feature: requests, jobs, statements and emails are measured where they run.
"""

# What other areas of this layer may import.
__all__ = ["metrics"]
