"""Parts of a running process: signals, garbage collection, background tasks, batching, circuit breakers.

The entry points and the factory set them up once per process.
You need not open this to write a feature.
"""

# The modules that other areas of this layer may import.
__all__ = ["background", "batching", "outages"]
