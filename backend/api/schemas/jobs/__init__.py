"""Request and response bodies of background jobs, for operators.

The template's machinery: schemas of your features stand one folder up.
You need not open this to write a feature.
"""
