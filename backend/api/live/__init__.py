"""Server-sent events.

The services of your features publish events; this sends them to browsers.
You need not open this to write a feature.
"""
