"""HTTP: parse the request, make one call, shape the answer.

A layer is a folder. What stands directly in it is yours: the features of your product. What stands in an area folder
inside it is the template's machinery, with the same area names in every layer.
"""
