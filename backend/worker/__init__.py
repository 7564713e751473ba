"""The other entry point: receives the ids of jobs, claims, runs and settles them.

A layer is a folder. In the others, the modules directly in the folder are yours: your product's features. This one is
the template's machinery as a whole: to add a job, write a task in `domain/tasks.py` and a service method.
"""
