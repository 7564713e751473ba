"""Accounts, sessions, credentials and their protection.

`work.identity` offers its services. You need not open this to write a feature.
"""

# The modules that other areas of this layer may import, besides `assembly`.
__all__ = ["attempt_limits", "devices", "email_addresses"]
