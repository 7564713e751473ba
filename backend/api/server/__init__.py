"""Granian, static files and routing speed. You need not open this to write a feature."""
