"""The other entry point: receives the ids of jobs, claims, runs and settles them."""
