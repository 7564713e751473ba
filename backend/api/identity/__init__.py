"""Cookies and redirects of OpenID Connect, for the sign-in routes.

The routes of your features use `api/dependencies.py` instead.
You need not open this to write a feature.
"""
