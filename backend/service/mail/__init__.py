"""Emails: templates, sending, previews."""
