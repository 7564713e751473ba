"""Headers of files in responses.

Routes that serve files call `set_file_headers`.
You need not open this to write a feature.
"""
