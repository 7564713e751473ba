"""What is kept in Redis: cache, live bus, counters. You need not open this to write a feature."""
