"""A supervisor with programs given on the command line, for tests to signal: `supervise.py VAR TITLE CODE…`.

It waits less than that of `up`, so that tests do. Each CODE is Python. VAR is a directory for embedded servers, or
empty. It says "all ready" when a first program has made the file `ready` in its working directory.
"""

import sys
from pathlib import Path

from core.settings import child_environment
from embedded.console import Console
from embedded.errors import EmbeddedError
from embedded.services import EmbeddedServices
from embedded.supervisor import Command, Supervisor


def main(var: str, *programs: str) -> None:
    console = Console(colour=False)
    supervisor = Supervisor(console, first_delay_seconds=0.05, stop_seconds=1.0)
    try:
        if var:
            supervisor.start_services(EmbeddedServices(Path(var), durable=False))
            console.say("servers ready")
        commands = [
            Command(title, (sys.executable, "-u", "-c", code), child_environment(), console)
            for title, code in zip(programs[::2], programs[1::2], strict=True)
        ]
        supervisor.run(commands, is_ready=Path("ready").exists, announce=lambda: console.say("all ready"))
    except EmbeddedError as error:
        sys.exit(str(error))
    finally:
        supervisor.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
