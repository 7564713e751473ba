"""Request and response bodies of live events and notifications.

The template's machinery: schemas of your features stand one folder up.
You need not open this to write a feature.
"""
