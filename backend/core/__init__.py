"""Settings and the clients of the outside world. This layer imports no other layer.

A layer is a folder. What stands directly in it is yours to edit: here that is `product.py` and `settings.py`, and the
clients that you add. What stands in an area folder inside it is the template's machinery.
"""
