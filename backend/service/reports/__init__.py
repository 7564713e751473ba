"""How reports are made."""
