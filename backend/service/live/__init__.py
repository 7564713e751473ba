"""Live updates and notifications.

`work.live` offers them. You need not open this to write a feature.
"""

# The modules that other areas of this layer may import, besides `assembly`.
__all__ = ["live_updates"]
