"""Routes of accounts, sessions, credentials and second factors.

The template's machinery: routes of your features stand one folder up.
You need not open this to write a feature.
"""
