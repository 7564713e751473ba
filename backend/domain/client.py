"""Where a request comes from."""

from dataclasses import dataclass

# Browsers send some 120 characters; what is longer is cut, because it is only shown.
USER_AGENT_MAX_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Client:
    """The address and the program that a request comes from, as far as they are known."""

    address: str | None = None
    user_agent: str | None = None


# The program itself: tasks and commands.
NO_CLIENT = Client()
