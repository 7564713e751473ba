"""The fast path to the database: compiled statements, scoping, paging. You need not open this to write a feature."""
