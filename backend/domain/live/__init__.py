"""Live updates and notifications."""

# What other areas of this layer may import.
__all__ = ["notification"]
