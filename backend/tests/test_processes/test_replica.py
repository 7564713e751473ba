"""Reads from a replica are never older than the reader's own writes, and none fails without a replica."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.support.ports import free_port
from tests.support.replica_server import RunningReplica, streaming_replica
from tests.test_processes.conftest import Stack, eventually
from tests.test_processes.load import under_load

pytestmark = pytest.mark.process

DELAY_SECONDS = 5
MAX_LAG_SECONDS = 8
WRITES = 300
READS = 50


@dataclass
class Product:
    """Two API processes that read from one replica."""

    addresses: tuple[str, str]
    replica: RunningReplica
    resources: ExitStack

    def client(self, **headers: str) -> httpx.Client:
        return self.resources.enter_context(httpx.Client(headers=headers, timeout=15))

    def browser(self) -> httpx.Client:
        return self.client(**{"Sec-Fetch-Site": "same-origin"})

    def ready(self, address: str) -> dict[str, str]:
        answer = httpx.get(f"{address}/api/ready", timeout=15)
        assert answer.status_code == 200
        parts: dict[str, str] = answer.json()["data"]
        return parts

    def wait_for_replica(self, state: str) -> None:
        eventually(lambda: all(self.ready(address)["replica"] == state for address in self.addresses), within=30)

    def reads_of_replica(self) -> int:
        """Return how many reads it has answered."""
        pages = [httpx.get(f"{address}/metrics").text for address in self.addresses]
        counts = [re.search(r'database_replica_reads_total\{outcome="answered"\} (\d+)', page) for page in pages]
        return sum(int(count[1]) for count in counts if count)


@pytest.fixture
def started(stack: Stack, tmp_path: Path) -> Iterator[Callable[[str], Product]]:
    """Start everything, with a replica that applies commits so much later."""
    with ExitStack() as resources:

        def start(delay: str) -> Product:
            stack.take_memos()
            replica = resources.enter_context(streaming_replica(tmp_path / "replica", stack.database_url, delay=delay))
            ports = (free_port(), free_port())
            environment = {
                "PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
                "DATABASE_REPLICA_URL": replica.url,
                "DATABASE_REPLICA_MAX_LAG_SECONDS": str(MAX_LAG_SECONDS),
                "LOGGING_LEVEL": "WARNING",
            }
            for port in ports:
                stack.start("serve", name=None, port=port, waits=True, **environment)
            product = Product((f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"), replica, resources)
            product.wait_for_replica("fresh")
            return product

        yield start


def _sign_up(product: Product, client: httpx.Client, email: str) -> None:
    body = {"email": email, "password": "correct horse battery"}
    answer = client.post(f"{product.addresses[0]}/api/auth/signup", json=body)
    assert answer.status_code == 201, answer.text


def _program(product: Product, email: str) -> httpx.Client:
    """Return a client that keeps no cookies and has a bearer token."""
    form = {"username": email, "password": "correct horse battery"}
    token = httpx.post(f"{product.addresses[0]}/api/auth/token", data=form).json()["access_token"]
    return product.client(Authorization=f"Bearer {token}")


def _stale_reads(product: Product, client: httpx.Client, *, writes: int) -> int:
    """Write through one process, read through the other, and count what is missing or old."""
    writing, reading = product.addresses
    stale = 0
    for number in range(writes):
        body = {"title": f"Memo {number}"}
        created = client.post(f"{writing}/api/memos", json=body)
        assert created.status_code == 201, created.text
        memo_id = created.json()["data"]["id"]
        if number % 2:
            found = client.get(f"{reading}/api/memos/{memo_id}")
            stale += found.status_code != 200
        else:
            page = client.get(f"{reading}/api/memos", params={"limit": 1})
            assert page.status_code == 200, page.text
            stale += [memo["id"] for memo in page.json()["data"]] != [memo_id]
        writing, reading = reading, writing
    return stale


def test_users_see_what_they_wrote_although_the_replica_is_five_seconds_late(
    started: Callable[[str], Product],
) -> None:
    product = started(f"{DELAY_SECONDS}s")
    writer, other = product.browser(), product.browser()
    _sign_up(product, writer, "ada@example.com")
    assert _stale_reads(product, writer, writes=WRITES) == 0
    program = _program(product, "ada@example.com")
    assert _stale_reads(product, program, writes=WRITES // 10) == 0
    newest = f"{product.addresses[0]}/api/memos?limit=1"
    seen_by_writer, seen_by_other = (client.get(newest).json()["data"] for client in (program, other))
    assert seen_by_writer != seen_by_other  # the replica is read, and it is late
    answered = product.reads_of_replica()
    deadline = time.monotonic() + MAX_LAG_SECONDS + 3
    while time.monotonic() < deadline:  # also at the moment from which the writer reads from the replica again
        assert writer.get(newest).json()["data"] == seen_by_writer
        time.sleep(0.02)
    assert product.reads_of_replica() > answered


def test_reads_go_on_when_the_replica_dies_and_return_to_it_when_it_is_back(started: Callable[[str], Product]) -> None:
    product = started("0")
    with under_load(lambda client: client.get(f"{product.addresses[0]}/api/memos")) as load:
        eventually(lambda: load.answered > READS, within=20)
        assert product.reads_of_replica() > 0
        product.replica.process.kill()
        answered = load.answered
        product.wait_for_replica("unavailable")
        eventually(lambda: load.answered > answered + READS, within=20)
        assert product.ready(product.addresses[0])["status"] == "degraded"
        _sign_up(product, product.browser(), "ada@example.com")
        product.replica.start()
        product.wait_for_replica("fresh")
        answered = product.reads_of_replica()
        eventually(lambda: product.reads_of_replica() > answered + READS, within=20)
    assert set(load.statuses) == {200}
