"""Headers of files in responses.

Routes that serve files call `set_file_headers`.
You need not open this to write a feature.
"""

# What other areas of this layer may import.
__all__ = ["responses"]
