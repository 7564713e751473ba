"""Emails: templates, sending, previews.

Add a template here for an email of your own.
"""
