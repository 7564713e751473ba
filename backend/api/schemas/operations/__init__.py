"""Request and response bodies of probes, metrics, API documentation and developer pages.

The template's machinery: schemas of your features stand one folder up.
You need not open this to write a feature.
"""
