"""What the product is about: entities, their errors and events, and the tasks that run in the background.

A layer is a folder. What stands directly in it is yours: the features of your product. What stands in an area folder
inside it is the template's machinery, with the same area names in every layer.
"""
