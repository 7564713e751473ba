"""Accounts, sessions, credentials and their protection."""
