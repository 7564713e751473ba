"""The domain: entities, their errors and events, and the tasks that run in the background.

A layer is a folder. The modules directly in it are yours: the features of your product. The area folders inside it are
the template's machinery, with the same area names in every layer.
"""
