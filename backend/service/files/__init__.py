"""Files in storage, and pictures.

A feature that stores files takes a `FileStore`. You need not open this to write one.
"""

# The modules that other areas of this layer may import, besides `assembly`.
__all__ = ["file_store"]
