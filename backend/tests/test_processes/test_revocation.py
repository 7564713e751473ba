"""Whatever ends a session ends it everywhere within a second, with two API processes running."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import asyncpg
import httpx2 as httpx
import pytest

from tests.support.ports import free_port
from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process

PASSWORD = "correct horse battery"
WITHIN_SECONDS = 1.0
_numbers = count(1)


@dataclass
class Pair:
    """One product behind two API processes."""

    stack: Stack
    addresses: tuple[str, str]

    def browser(self) -> httpx.Client:
        return httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}, timeout=15)

    def post(self, client: httpx.Client, path: str, *, through: int = 0, **body: str) -> httpx.Response:
        response = client.post(self.addresses[through] + path, json=body)
        assert response.is_success, response.text
        return response

    def statuses(self, client: httpx.Client) -> list[int]:
        """Return what each of the processes answers to a request with the client's cookies."""
        return [client.get(f"{address}/api/users/me").status_code for address in self.addresses]

    def token(self, email: str) -> str:
        """Return the token of the reset link that is mailed to an address."""
        found: list[str] = []

        def arrived() -> bool:
            mails = [file.read_text().replace("=\n", "") for file in self.stack.mailbox.glob("*.eml")]
            found[:] = [
                token
                for mail in mails
                if f"To: {email}" in mail
                for token in re.findall(r"/reset-password#token=(?:3D)?([\w-]{43})", mail)
            ]
            return bool(found)

        eventually(arrived, within=20)
        return found[0]

    def execute(self, statement: str, *arguments: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(self.stack.database_url.replace("+asyncpg", ""))
            await connection.execute(statement, *arguments)
            await connection.close()

        asyncio.run(execute())


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    var: Path = tmp_path_factory.mktemp("pair") / "var"
    stack, other_port = Stack(var), free_port()
    for program, port in (("serve", None), ("serve", other_port), ("worker", None)):
        stack.start(program, port=port, PUBLIC_URL="http://127.0.0.1:8000")  # one product behind a proxy
    yield Pair(stack, (stack.address, f"http://127.0.0.1:{other_port}"))
    stack.stop()


def change_password(pair: Pair, owner: httpx.Client, email: str) -> None:
    new = "battery staple correct"
    pair.post(owner, "/api/auth/change-password", current_password=PASSWORD, new_password=new)


def reset_password(pair: Pair, owner: httpx.Client, email: str) -> None:
    pair.post(owner, "/api/auth/forgot-password", email=email)
    pair.post(owner, "/api/auth/reset-password", token=pair.token(email), password="battery staple correct")


def sign_out_elsewhere(pair: Pair, owner: httpx.Client, email: str) -> None:
    assert owner.delete(f"{pair.addresses[0]}/api/auth/sessions").status_code == 204


def sign_out_everywhere(pair: Pair, owner: httpx.Client, email: str) -> None:
    sign_out_elsewhere(pair, owner, email)
    pair.post(owner, "/api/auth/signout")


def delete_account(pair: Pair, owner: httpx.Client, email: str) -> None:
    assert owner.delete(f"{pair.addresses[0]}/api/users/me").status_code == 204


def deactivate(pair: Pair, owner: httpx.Client, email: str) -> None:
    pair.execute("UPDATE users SET is_active = false WHERE email = $1", email)


# Each with whether its own session stays.
ACTIONS: dict[Callable[[Pair, httpx.Client, str], None], bool] = {
    change_password: True,
    reset_password: False,
    sign_out_elsewhere: True,
    sign_out_everywhere: False,
    delete_account: False,
    deactivate: False,
}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_every_other_session_is_refused_by_both_processes_within_a_second(
    pair: Pair, action: Callable[[Pair, httpx.Client, str], None]
) -> None:
    email = f"user{next(_numbers)}@example.com"
    with pair.browser() as owner, pair.browser() as elsewhere:
        pair.post(owner, "/api/auth/signup", email=email, password=PASSWORD)
        pair.post(elsewhere, "/api/auth/signin", through=1, email=email, password=PASSWORD)
        assert pair.statuses(owner) == pair.statuses(elsewhere) == [200, 200]
        action(pair, owner, email)
        done = last_accepted = time.monotonic()
        while True:
            asked = time.monotonic()
            if pair.statuses(elsewhere) == [401, 401]:
                break
            last_accepted = asked
            assert asked - done < 10 * WITHIN_SECONDS, "it never ends"
        assert last_accepted - done <= WITHIN_SECONDS
        assert pair.statuses(owner) == ([200, 200] if ACTIONS[action] else [401, 401])
