"""The site under test: every server and every program of the product on its host, in production mode."""

import json
import os
import secrets
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from urllib.parse import quote

from core.settings import REPOSITORY_ROOT
from network import Network
from product_tables import TABLES
from proxies import DOMAIN, Caddy, Nginx, Proxy
from servers import BUCKET, NAME, PASSWORD, Postgres, Program, mail_server, object_store, valkey, wait_until

HERE = Path(__file__).resolve().parent
FRONT = ("proxy", "api1", "api2", "work1", "work2", "clients")
DATA = ("db1", "db2", "redis", "files")
APIS, WORKERS = ("api1", "api2"), ("work1", "work2")
PORT = 8000
DRAIN_SECONDS = 5
MAX_LAG_SECONDS = 5
CLIENTS = 12
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


class Site(AbstractContextManager["Site"]):
    """Ten hosts. `release` is the code that programs run when they are started next."""

    def __init__(self, directory: Path, release: Path, *, proxy: str) -> None:
        self.directory = directory
        self.release = release
        self._resources = ExitStack()
        self.network = self._resources.enter_context(Network(front=FRONT, data=DATA))
        self.client_addresses = self.network.add_addresses("clients", count=CLIENTS)
        self.primary, self.replica = (Postgres(self.network[name], directory) for name in ("db1", "db2"))
        self.redis = valkey(self.network["redis"], directory)
        self._files = [server(self.network["files"], directory) for server in (object_store, mail_server)]
        addresses = [f"{self.network[name].address}:{PORT}" for name in APIS]
        kind = Nginx if proxy == "nginx" else Caddy
        self.proxy: Proxy = kind(self.network["proxy"], directory, addresses)
        self._secret = secrets.token_hex(32)
        self._pages = directory / "pages"
        self._pages.mkdir()
        (self._pages / "index.html").write_text("<!doctype html><title>Product</title>")
        self.programs: dict[str, Program] = {}
        for name in APIS:
            self._add(name, "serve")
        for name in WORKERS:
            self._add(name, "worker")
            self._add(name, "scheduler")

    def start(self) -> None:
        """Start everything, with an empty migrated database."""
        for server in (*self._files, self.redis):
            server.start()
        self.primary.create()
        self.replica.follow(self.primary)
        self.run("api1", "upgrade-database")
        self.primary.sql(f"SET ROLE {NAME}; {TABLES}")
        self._create_bucket()
        for program in self.programs.values():
            self.start_program(program)
        for name in APIS:
            self.wait_until_ready(name)
        self.proxy.start()

    def start_program(self, program: Program, **variables: str) -> None:
        """Start a program with the settings and the release of now."""
        program.directory = self.release
        program.environment = self.settings(program.host.name) | variables
        program.start()

    def run(self, host: str, *command: str) -> str:
        """Run one of the product's commands on a host and return its output."""
        variables = [f"{name}={value}" for name, value in self.settings(host).items()]
        namespace = self.network[host].namespace
        return namespace.run("env", "-C", self.release, *variables, sys.executable, "main.py", *command)

    def is_ready(self, name: str) -> bool:
        """Whether an API reports ready."""
        address = f"http://{self.network[name].address}:{PORT}/api/ready"
        return self.status(address, host="proxy") == "200"

    def readiness(self, name: str) -> str:
        """Return what an API says of its replica."""
        address = f"http://{self.network[name].address}:{PORT}/api/ready"
        answer = self.network["proxy"].namespace.run("curl", "--silent", "--max-time", "2", address)
        return str(json.loads(answer)["data"]["replica"])

    def wait_until_ready(self, name: str) -> float:
        """Wait until an API reports ready, and return how many seconds that took."""
        return wait_until(
            lambda: self.is_ready(name), what=f"{name} ready: {self.programs[f'{name} serve'].last_words()}"
        )

    def status(self, address: str, *, host: str) -> str:
        """Ask an address from a host, as the proxy does, and return the status."""
        command = ("curl", "--silent", "--max-time", "2", "--output", "/dev/null", "--write-out", "%{http_code}")
        try:
            return self.network[host].namespace.run(*command, "--header", f"Host: {DOMAIN}", address)
        except Exception:  # noqa: BLE001  (no answer)
            return "000"

    def settings(self, host: str) -> dict[str, str]:
        """Return the settings of the programs on a host."""
        network = self.network
        servers = f"{network['db1'].address},{network['db2'].address}"
        files = f"http://{network['files'].address}:9000"
        return {
            "RELEASE": str(self.release),
            "ENVIRONMENT": "production",
            "HOST": network[host].address,
            "PORT": str(PORT),
            "DRAIN_SECONDS": str(DRAIN_SECONDS),
            "PUBLIC_URL": f"https://{DOMAIN}",
            "TRUSTED_PROXIES": f"{network['proxy'].address}/32",
            "DATABASE_URL": f"postgresql://{NAME}:{PASSWORD}@{servers}/{NAME}?target_session_attrs=read-write",
            "DATABASE_REPLICA_URL": self.replica.url("postgresql"),
            "DATABASE_REPLICA_MAX_LAG_SECONDS": str(MAX_LAG_SECONDS),
            "DATABASE_RESERVED_CONNECTIONS": "40",
            "REDIS_URL": f"redis://{network['redis'].address}:6379/0",
            "STORAGE_URL": f"s3://{BUCKET}?region=us-east-1&endpoint={quote(files)}&access_key_id=a&secret_access_key=b",
            "SMTP_URL": f"smtp://{network['files'].address}:25?tls=none",
            "MAIL_FROM": f"no-reply@{DOMAIN}",
            "JWT_SECRET_KEY": self._secret,
            "METRICS_TOKEN": self._secret,
            "VAR_DIRECTORY": str(self.directory / host),
            "FRONTEND_DIRECTORY": str(self._pages),
            "LOGGING_LEVEL": "WARNING",
        }

    def of(self, *titles: str) -> list[Program]:
        """Return the programs with one of these names, in the order of the hosts."""
        return [program for name, program in self.programs.items() if name.split()[1] in titles]

    def logs(self) -> str:
        """Return the end of every program's log."""
        programs = [*self.programs.values(), self.primary, self.replica, self.redis, *self._files, self.proxy.program]
        return "\n".join(f"--- {program.host.name} {program.title}\n{program.last_words()}" for program in programs)

    def __exit__(self, *_: object) -> None:
        for program in (
            self.proxy.program,
            *self.programs.values(),
            *self._files,
            self.redis,
            self.replica,
            self.primary,
        ):
            program.kill()
        self._resources.close()

    def _add(self, host: str, command: str) -> None:
        (self.directory / host).mkdir(exist_ok=True)
        self.programs[f"{host} {command}"] = Program(
            self.network[host],
            command,
            [sys.executable, HERE / "product_main.py", command],
            log=self.directory / f"{host}-{command}.log",
        )

    def _create_bucket(self) -> None:
        address = f"http://{self.network['files'].address}:9000/{BUCKET}"
        wait_until(lambda: self._put(address), what="the bucket")

    def _put(self, address: str) -> bool:
        try:
            self.network["files"].namespace.run("curl", "--silent", "--fail", "--request", "PUT", address)
        except Exception:  # noqa: BLE001  (it has not started)
            return False
        return True


def release_of_this_tree() -> Path:
    """Return the backend of this tree."""
    return REPOSITORY_ROOT / "backend"


def skewed(seconds: float) -> dict[str, str]:
    """Return variables that set the clock of a program ahead, or behind."""
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{seconds:+g}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def has_faketime() -> bool:
    """Whether the library that changes clocks is installed."""
    return os.access(FAKETIME, os.R_OK)
