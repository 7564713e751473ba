"""What surrounds every request. You need not open this to write a feature."""
