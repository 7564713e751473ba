"""A load test of an installation: users sign in, look around, change their account and listen to live updates.

    pip install -r scripts/load/requirements.txt
    locust -f scripts/load/locustfile.py --host https://app.example.com --accounts accounts.csv \
        --users 50 --spawn-rate 5 --run-time 5m --headless

`accounts.csv` has an address and a password in each line; `docs/guides/sizing.md` says how to make accounts. Each
simulated user takes one, and they are reused when there are fewer. The test only talks to the host that `--host` names,
and does not run without it.
"""

# mypy: ignore-errors
# It runs in an environment of its own, so locust is not installed here.
import csv
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
from locust import HttpUser, between, events, task
from locust.exception import StopUser

# The API refuses changes that a browser of another site sends.
HEADERS = {"Sec-Fetch-Site": "same-origin", "User-Agent": "load test"}
LISTENING_SECONDS = 20


@events.init_command_line_parser.add_listener
def add_options(parser: Any) -> None:
    """Add the options of this test."""
    parser.add_argument(
        "--accounts", required=True, help="A file with an address and a password in each line: a@example.com,secret"
    )
    parser.add_argument(
        "--certificate", default="", help="A file with the authority that signed the host's certificate."
    )


@events.init.add_listener
def read_accounts(environment: Any, **_: Any) -> None:
    """Read the accounts, and refuse to start without a host or without accounts."""
    if not (environment.host or "").startswith(("http://", "https://")):
        raise SystemExit("Name the installation to test: --host https://app.example.com")
    with Path(environment.parsed_options.accounts).open(newline="", encoding="utf-8") as file:
        accounts = [(row[0], row[1]) for row in csv.reader(file) if len(row) == 2]
    if not accounts:
        raise SystemExit("The file of accounts has no line with an address and a password.")
    environment.accounts = itertools.cycle(accounts)


class Visitor(HttpUser):
    """A signed-in user in a browser."""

    wait_time = between(1, 5)

    def on_start(self) -> None:
        """Sign in."""
        self.client.headers.update(HEADERS)
        self.client.verify = self.environment.parsed_options.certificate or True
        accounts: Iterator[tuple[str, str]] = self.environment.accounts
        self._email, self._password = next(accounts)
        self._sign_in()

    @task(20)
    def browse(self) -> None:
        """Ask for what the pages of the application ask for."""
        self.client.get("/")
        self.client.get("/api/users/me")
        self.client.get("/api/notifications")

    @task(4)
    def write(self) -> None:
        """Change something: one transaction."""
        self.client.patch("/api/users/me", json={"name": f"Visitor {time.time():.0f}"})

    @task(2)
    def listen(self) -> None:
        """Open the stream of live updates, as each visible page does, and read it for a while."""
        with self.client.get("/api/events", stream=True, catch_response=True, timeout=LISTENING_SECONDS + 30) as answer:
            if answer.status_code != 200:
                answer.failure(f"status {answer.status_code}")
                return
            answer.success()
            with gevent.Timeout(LISTENING_SECONDS, False):
                for _ in answer.iter_lines():
                    pass

    @task(1)
    def sign_in_again(self) -> None:
        """Check a password, the most expensive request."""
        self.client.post("/api/auth/signout", name="/api/auth/signout")
        self._sign_in()

    def _sign_in(self) -> None:
        body = {"email": self._email, "password": self._password}
        with self.client.post("/api/auth/signin", json=body, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"status {answer.status_code}: {_code(answer)}")
                raise StopUser


def _code(answer: Any) -> str:
    try:
        return str(json.loads(answer.text)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "no JSON"
