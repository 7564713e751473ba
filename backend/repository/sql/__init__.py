"""The fast path to the database: statements that are compiled once, scoping, paging.

It is for hot queries; the ordinary way is `work.session`. You need not open this to write a feature.
"""

# The modules that other areas of this layer may import, besides `assembly`.
__all__ = ["owned_repository", "paging", "rows", "unlocked"]
