"""Request and response bodies of accounts, sessions, credentials and second factors.

The template's machinery: schemas of your features stand one folder up.
You need not open this to write a feature.
"""
