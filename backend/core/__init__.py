"""Settings and the clients of the outside world. This layer imports no other layer.

A layer is a folder. The modules directly in it are yours to edit: here `product.py`, `settings.py`, and the
clients that you add. The area folders inside it are the template's machinery.
"""
