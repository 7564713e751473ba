"""Routes of probes, metrics, API documentation and developer pages.

The template's machinery: routes of your features stand one folder up.
You need not open this to write a feature.
"""
