"""Routes, one module per resource. The modules directly in this folder are yours.

A module has a `router`, which makes it part of the application: no list names it. The docstring of the module describes
its tag. Special conditions, such as routes for development only, stand beside the router as an `Inclusion`.
"""
