"""The HTTP server: Granian, static files of the front end, and fast routing.

`api/app.py` and `main.py serve` use it.
You need not open this to write a feature.
"""
