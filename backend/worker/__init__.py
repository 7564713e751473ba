"""The other entry point: receives the ids of jobs, claims, runs and settles them.

A layer is a folder. In the others, what stands directly in the folder is yours: the features of your product. This one is
the template's machinery as a whole: to add a job, write a task in `domain/tasks.py` and a service method.
"""
