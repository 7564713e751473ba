"""The outbox, the job table's rules, and waking the workers.

A feature enqueues jobs with `work.outbox`. You need not open this to write one.
"""

# The modules that other areas of this layer may import, besides `assembly`.
__all__ = ["outbox"]
