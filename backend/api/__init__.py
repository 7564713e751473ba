"""HTTP: parse the request, make one call, shape the answer.

A layer is a folder. The modules directly in it are yours: the features of your product. The area folders inside it are
the template's machinery, with the same area names in every layer.
"""
