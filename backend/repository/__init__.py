"""SQL: tables, queries, and rows turned into what the domain knows."""
