"""Starts a product of one's own from a clone, with nothing but Git and the standard library of Python 3.11.

    project new    reads PROJECT_NAME, PROJECT_TO, PROJECT_SLUG, PROJECT_DESCRIPTION and PROJECT_LICENSE, and asks on a
                   terminal for what is missing

`make new` calls it.
"""

import io
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from answers import Refused, ask_on_terminal, read_answers
from derivation import File, Names, Release, RuleBroken, Tree, derive

ROOT = Path(__file__).resolve().parents[2]
# Git would take another repository for ours, if it runs in a hook for example.
PLACES_OF_GIT = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"}


def main(command: str = "", *rest: str) -> None:
    """Run one of the commands listed above."""
    if (command, rest) != ("new", ()):
        raise Refused("Write `make new`; that is the only command.")
    given = {key.removeprefix("PROJECT_"): value for key, value in os.environ.items() if key.startswith("PROJECT_")}
    is_interactive = sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI")
    release = read_release(ROOT)
    refuse_without_identity(ROOT)
    answers = read_answers(release, given, ask_on_terminal if is_interactive else None)
    target = free_folder(given.get("TO") or f"../{answers.slug}")
    write(derive(release, answers), target, message=f"Start {answers.name} from {release.names.name} {release.version}")
    show_what_is_next(answers, target)


def read_release(root: Path) -> Release:
    """Return what the last commit of the clone contains.

    Raises:
        Refused: there is no clone.
    """
    try:
        top = git("rev-parse", "--show-toplevel", "HEAD", cwd=root).decode().split("\n")
    except Refused:
        raise Refused(
            f"{root} is no clone with a commit; clone the template with Git, and run make new there."
        ) from None
    if Path(top[0]).resolve() != root:
        raise Refused(f"{root} is part of another repository; clone the template on its own, and run make new there.")
    if git("status", "--porcelain", "--untracked-files=no", cwd=root):
        print("Uncommitted changes stay behind: the product starts from the last commit.", file=sys.stderr)
    return Release(tree=_committed(root), source=_source(root), commit=top[1])


def _committed(root: Path) -> Tree:
    archive = git("-c", "core.autocrlf=false", "archive", "--format=tar", "HEAD", cwd=root)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        members = [member for member in files if not member.isdir()]
        if links := [member.name for member in members if not member.isfile()]:
            raise RuleBroken(f"{links[0]} is no ordinary file")
        return {member.name: File(_content(files, member), bool(member.mode & 0o100)) for member in members}


def _content(files: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = files.extractfile(member)
    assert content is not None
    return content.read()


def _source(root: Path) -> str:
    """Return the address of the template without a user's password in it, or the path of the clone."""
    try:
        url = git("remote", "get-url", "origin", cwd=root).decode().strip()
    except Refused:
        return str(root)
    return re.sub(r"^(https?://)[^/@]*@", r"\1", url)


def refuse_without_identity(root: Path) -> None:
    """Refuse to go on when Git does not know the author of the first commit."""
    for ident in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        try:
            git("-c", "user.useConfigOnly=true", "var", ident, cwd=root)
        except Refused:
            raise Refused(
                "Git does not know you yet: run git config --global user.name and git config --global user.email first."
            ) from None


def free_folder(text: str) -> Path:
    """Return the absolute path of an empty or a new folder.

    Raises:
        Refused: it is not empty, is no folder, or is in the clone.
    """
    target = Path(text).expanduser().resolve()
    if target.is_relative_to(ROOT):
        raise Refused(f"{target} is inside of the template; choose a folder outside of it with TO=../acme-billing.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(f"{target} is not empty; choose another folder with TO=../acme-billing.")
    return target


def write(tree: Tree, target: Path, *, message: str) -> None:
    """Write and commit the files beside `target`, then give them its name: there is all of it, or nothing.

    Raises:
        Refused: the folder cannot be written, or Git does not commit.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("new: stopped; nothing was written."))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as temporary:
            project = Path(temporary) / "project"
            _write_files(tree, project)
            _commit(project, message)
            project.rename(target)
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}.") from error


def _write_files(tree: Tree, folder: Path) -> None:
    for path, file in tree.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
        if file.executable:
            place.chmod(place.stat().st_mode | 0o111)


def _commit(project: Path, message: str) -> None:
    git("init", "--quiet", "--initial-branch=main", cwd=project)
    # All files, whatever the user's own list of ignored files says, and without hooks of the user.
    git("-c", "core.autocrlf=false", "add", "--all", "--force", cwd=project)
    options = ("-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false")
    git(*options, "commit", "--quiet", "--cleanup=verbatim", "--message", message, cwd=project)


def git(*arguments: str, cwd: Path) -> bytes:
    """Return what a command of Git prints.

    Raises:
        Refused: it fails. The message is Git's own.
    """
    environment = {name: value for name, value in os.environ.items() if name not in PLACES_OF_GIT}
    try:
        done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, check=False)
    except FileNotFoundError:
        raise Refused("Git is not installed.") from None
    if done.returncode:
        raise Refused(f"Git says: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def show_what_is_next(answers: Names, target: Path) -> None:
    """Print where the product is, and its first command."""
    folder = os.path.relpath(target)
    print(
        f"{answers.name} is in {target}, with one commit. Its short name is {answers.slug}.\n\n  cd {folder}\n  make up"
    )


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Refused, RuleBroken) as error:
        sys.exit(f"new: {error}")
    except (KeyboardInterrupt, EOFError):
        sys.exit("\nnew: stopped; nothing was written.")
