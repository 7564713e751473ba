"""Accounts, sessions, credentials and what protects them."""
