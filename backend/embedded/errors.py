"""Errors while starting or running the stack."""


class EmbeddedError(Exception):
    """The stack cannot start or continue. The message is one sentence for the user."""


class InUseError(EmbeddedError):
    """Another process runs the servers of this directory."""
