"""The Prometheus metrics of a process, those that several server processes share, and a port of their own.

You need not open this to write a feature: requests, jobs, statements and emails are measured where they run.
"""

# The modules that other areas of this layer may import.
__all__ = ["metrics"]
