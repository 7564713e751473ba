"""A newcomer's afternoon: docs/guides/deploy.md and its neighbours, followed on a bare Debian machine, from its blocks.

It prints how long each step took: `pytest -s -m nightly tests/test_processes/test_newcomer.py`. Substitutions: packages
are installed from the wheels that were downloaded before, Caddy signs with its own authority, names are in /etc/hosts,
passwords are generated.
"""

import json
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.bare_machine import Machine, machine, wheels, why_not
from tests.support.documents import Document

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(why_not() is not None, reason=why_not() or ""),
]

HOST = "app.example.com"
ADMIN, USER = "ada@example.com", "grace@example.com"
PASSWORD = "correct horse battery"
CA = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
# Asks the product as a browser would, and trusts Caddy's authority alone.
ASK = f"""exec curl --silent --show-error --fail-with-body --cacert {CA} --header 'Sec-Fetch-Site: same-origin' \\
    --cookie-jar /root/jar --cookie /root/jar "$@"
"""
READY = f"timeout 60 sh -c 'until test -e {CA} && sh ask https://{HOST}/api/ready > /dev/null; do sleep 0.5; done'"
MAIL_SERVER = "echo $$ > mail.pid; PYTHONPATH=/mnt/mail exec python3 -m aiosmtpd -n -l 127.0.0.1:2525 -c aiosmtpd.handlers.Mailbox /root/mail"
# Sends requests through the proxy until it is told to stop, then prints how many were answered how.
LOAD = """
import collections, http.client, signal, ssl, sys, time
stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
context = ssl.create_default_context(cafile=sys.argv[1])
statuses = collections.Counter()
client = http.client.HTTPSConnection(sys.argv[2], context=context, timeout=20)
headers = {"Cookie": sys.argv[3], "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
while not stop:
    for method, path, body in (("GET", "/api/users/me", None), ("PATCH", "/api/users/me", '{"name": "Grace"}'), ("GET", "/", None)):
        try:
            client.request(method, path, body, headers)
            answer = client.getresponse()
            answer.read()
            statuses[str(answer.status)] += 1
        except (OSError, http.client.HTTPException) as error:
            statuses[type(error).__name__] += 1
            client.close()
    time.sleep(0.25)  # below the limits of one user
print(dict(statuses))
"""


class Guide:
    """The shell blocks of a guide, found by what is in them."""

    def __init__(self, name: str) -> None:
        path = f"docs/guides/{name}.md"
        document = Document(path, (REPOSITORY_ROOT / path).read_text(encoding="utf-8"))
        self._blocks = [block.text for block in document.blocks if block.language == "sh"]

    def block(self, mark: str) -> str:
        """Return the one block that contains `mark`."""
        [found] = [text for text in self._blocks if mark in text]
        return found


class Afternoon:
    """The steps, with their times."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.run = machine.run
        self.deploy, self.rotate = Guide("deploy"), Guide("rotate-secrets")
        self.times: list[tuple[str, float]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.times.append((name, time.monotonic() - started))
        print(f"{self.times[-1][1]:7.1f} s  {name}", flush=True)

    def set(self, **settings: str) -> None:
        """Write settings into /etc/app.env, in place of those that are there."""
        for name, value in settings.items():
            self.run(f"sed -i '/^{name}=/d' /etc/app.env && echo {shlex.quote(f'{name}={value}')} >> /etc/app.env")

    def main(self, arguments: str) -> str:
        """Run a command of the product as the guide says."""
        return self.run(f"/srv/app/main {arguments}")

    def ask(self, path: str, *options: str) -> str:
        """Return the body of an answer of the product, through HTTPS."""
        return self.run(f"sh ask {' '.join(options)} https://{HOST}{path}")

    def send(self, path: str, *options: str, **body: str) -> str:
        text = shlex.quote(json.dumps(body))
        return self.ask(path, "--header 'Content-Type: application/json'", f"--data {text}", *options)

    def restart(self) -> None:
        self.run(self.rotate.block("release.sh --restart"))

    @contextmanager
    def under_load(self) -> Iterator[None]:
        """Send requests as a signed-in user; all must succeed."""
        lines = [line.split("\t") for line in self.run("cat jar").splitlines() if line.count("\t") == 6]
        cookie = "; ".join(f"{line[5]}={line[6]}" for line in lines)
        load = self.machine.start(f"echo $$ > load.pid; exec python3 load.py {CA} {HOST} {shlex.quote(cookie)}")
        time.sleep(1)
        try:
            yield
            time.sleep(1)
        finally:
            self.run("kill $(cat load.pid)")
            answered = load.communicate(timeout=60)[0].strip()
        print(f"           {answered}")
        assert set(eval(answered)) == {"200"}, answered

    def mail_to(self, address: str, *, within: float = 60) -> str:
        """Return the newest email to an address, when there is one."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            found = self.run(f"grep -l '^To: .*{address}' mail/new/* 2>/dev/null | tail -1 || true").strip()
            if found:
                return self.run(
                    f"python3 -c 'import email, email.policy, sys; print(email.message_from_file(open(sys.argv[1]), policy=email.policy.default).get_body((\"plain\",)).get_content())' {found}"
                )
            time.sleep(0.5)
        raise AssertionError(f"no email to {address}")


@pytest.fixture
def afternoon(tmp_path: Path) -> Iterator[Afternoon]:
    mail = tmp_path / "mail"
    for package in ("aiosmtpd", "attr", "attrs", "public", "atpublic"):
        spec = find_spec(package)
        if spec and spec.origin:
            shutil.copytree(Path(spec.origin).parent, mail / package)
    mail.chmod(0o755)
    packages = "\n".join(line for line in Guide("deploy").block("apt-get install").splitlines() if "pgdg" not in line)
    started = time.monotonic()
    with machine(tmp_path / "machine", packages=packages, files=[wheels(), mail]) as bare:
        day = Afternoon(bare)
        day.times.append(("Debian, packages, start", time.monotonic() - started))
        day.run("echo '[global]\nno-index = true\nfind-links = /mnt/wheels' > /etc/pip.conf")
        day.run(f"echo '127.0.0.1 {HOST} {HOST.partition('.')[2]}' >> /etc/hosts")
        (bare.root / "root" / "load.py").write_text(LOAD)
        (bare.root / "root" / "ask").write_text(ASK)
        mail_server = bare.start(MAIL_SERVER)
        try:
            yield day
        finally:
            print(bare.run("journalctl --output=cat --unit='app-*' | grep -v '\"request\"' | tail -40"))
            bare.run("kill $(cat mail.pid)")
            mail_server.communicate()
            print(*(f"| {name} | {seconds:.0f} s |" for name, seconds in day.times), sep="\n")


def test_a_newcomer_gets_to_production(afternoon: Afternoon) -> None:
    day = afternoon
    with day.step("build a release"):
        subprocess.run(["sh", "-eu", "-c", day.deploy.block("tar --create")], cwd=REPOSITORY_ROOT, check=True)
        shutil.copy(REPOSITORY_ROOT / "var/release.tar.gz", day.machine.root / "root")
    with day.step("prepare the server"):
        day.run(day.deploy.block("prepare.sh"))
    with day.step("fill in the settings"):
        day.set(PUBLIC_URL=f"https://{HOST}", SMTP_URL="smtp://127.0.0.1:2525?tls=none")
        day.set(MAIL_FROM=f"no-reply@{HOST}", SUPPORT_EMAIL=f"support@{HOST}")
    with day.step("put a release into service"):
        day.run(day.deploy.block("sh deploy/systemd/release.sh release.tar.gz"))
    with day.step("the proxy, with HTTPS"):
        proxy = day.deploy.block("/etc/caddy/Caddyfile").replace("YOUR.NAME", HOST)
        day.run(proxy.replace("sed 's/", "sed 's/TLS_ISSUER:acme/TLS_ISSUER:internal/; s/"))
        day.run(READY)
    with day.step("the first admin, who signs in"):
        told = day.main(f"create-admin {ADMIN} --generate")
        password = re.search(r"Password: (\S+)", told)
        assert password, told
        day.send("/api/auth/signin", email=ADMIN, password=password[1])
        assert "admin" in day.ask("/api/users/me")
        assert "<script" in day.ask("/")
        day.run("rm jar")
    with day.step("sign up, and follow the link of the email"):
        day.send("/api/auth/signup", email=USER, password=PASSWORD)
        link = re.search(r"https://\S+", day.mail_to(USER))
        assert link is not None
        assert link[0].startswith(f"https://{HOST}/")
        day.send("/api/auth/verify-email", token=link[0].partition("#token=")[2])
    with day.step("worker, scheduler and metrics are there"):
        units = day.run("systemctl is-active app-worker@1 app-scheduler app-api@8001 app-api@8002").split()
        assert units == ["active"] * 4
        token = day.run("sed -n 's/^METRICS_TOKEN=//p' /etc/app.env").strip()
        assert "http_request" in day.ask("/metrics", f"--header 'Authorization: Bearer {token}'")
    with day.step("main.py check"):
        answer = day.main("check")
        print(answer)
        assert "ok       metrics       http://127.0.0.1:8001/metrics answers" in answer
        [warned] = [line for line in answer.splitlines() if line.startswith("warning")]
        assert "This machine does not trust the authority" in warned  # curl does, Python does not
    with day.step("a backup, restored into an empty database"):
        restore(day)
    with day.step("a second release, under load"), day.under_load():
        day.run("sh /srv/app/current/deploy/systemd/release.sh release.tar.gz")
    with day.step("rotate secrets, under load"):
        rotate(day)
    with day.step("back to the first release, under load"), day.under_load():
        day.run("sh /srv/app/current/deploy/systemd/release.sh --back")


COUNTS = """runuser -u app -- psql --no-psqlrc --tuples-only --dbname={} --command="SELECT (SELECT count(*) FROM users),
    (SELECT count(*) FROM sessions), (SELECT count(*) FROM jobs), (SELECT version_num FROM alembic_version)" """


def restore(day: Afternoon) -> None:
    """Follow "Every night" and "Restore" of the guide."""
    day.run(Guide("backups").block("app-backup.timer"))
    [backup] = day.run("ls -d /srv/app/var/backups/*").split()
    day.run("systemctl stop app.target 'app-*'")
    before = day.run(COUNTS.format("app"))
    day.run("cd / && runuser -u postgres -- createdb --owner=app app_restored")
    day.set(DATABASE_URL="postgresql://app@/app_restored?host=/var/run/postgresql")
    day.main(f"restore {backup}")
    assert day.run(COUNTS.format("app_restored")) == before
    day.run("valkey-cli -n 0 FLUSHDB")
    day.run("systemctl start app.target")
    day.run(READY)
    day.send("/api/auth/signin", email=USER, password=PASSWORD)


def rotate(day: Afternoon) -> None:
    """Follow the guide for the key of tokens, the passwords of the servers, the mail server and the metrics."""
    with day.under_load():
        first, second = day.rotate.block("old=$(sed"), day.rotate.block("s/^JWT_PREVIOUS_SECRET_KEYS=.*")
        remember = '\necho "old=$old new=$new" > /root/keys'
        day.run(first + remember)
        day.restart()
        day.run(f". /root/keys\n{second}")
        day.restart()
    with day.under_load():
        day.run(day.rotate.block("CREATE ROLE app_b").replace("sudo -u postgres", "cd / && runuser -u postgres --"))
        day.set(DATABASE_URL="postgresql://app_b:NEW@127.0.0.1/app_restored")
        day.run(day.rotate.block("ACL SETUSER"))
        token = sha256(b"a token of the tests").hexdigest()
        day.set(REDIS_URL="redis://:NEW@127.0.0.1:6379/0", METRICS_TOKEN=token)
        day.set(SMTP_URL="smtp://localhost:2525?tls=none")
        day.restart()
    day.run("rm -f mail/new/*")
    day.send("/api/auth/forgot-password", email=USER)
    day.mail_to(USER)
    assert "http_request" in day.ask("/metrics", f"--header 'Authorization: Bearer {token}'")
