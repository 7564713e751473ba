"""What the sign-in routes need: the cookies and redirects of OpenID Connect.

The routes of your features use `api/dependencies.py` instead.
You need not open this to write a feature.
"""
