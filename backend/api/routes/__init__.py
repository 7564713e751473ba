"""Routes, one module per resource. What stands directly in this folder is yours.

A module has a `router`, which makes it part of the application: no list names it. The docstring of the module describes
its tag. What is special about it, such as routes for development only, stands beside the router as an `Inclusion`.
"""
