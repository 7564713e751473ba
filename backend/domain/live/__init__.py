"""Live updates and notifications."""

# The modules that other areas of this layer may import.
__all__ = ["notification"]
