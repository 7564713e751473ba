"""Signals, blocking-call guard, garbage collection, batching. You need not open this to write a feature."""
