"""What goes wrong when the stack is started."""


class EmbeddedError(Exception):
    """The stack cannot start or go on; the message is one sentence for the person at the terminal."""


class InUseError(EmbeddedError):
    """Another process owns the servers of the directory."""
