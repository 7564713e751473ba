"""Files in responses: their headers, and lists as CSV.

Routes that serve files call `set_file_headers`; those that export a list depend on `csv_export_dep`.
You need not open this to write a feature.
"""

# The modules that other areas of this layer may import.
__all__ = ["csv_export", "responses"]
