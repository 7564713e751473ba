"""What the sign-in routes need: second factors and OpenID Connect.

The routes of your features use `api/dependencies.py` instead.
You need not open this to write a feature.
"""
