"""Questions to Git about the clone of the template."""

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from answers import Refused
from derivation import File, Release, RuleBroken, Tree

ROOT = Path(__file__).resolve().parents[2]
# Git would take another repository for ours, if it runs in a hook for example.
PLACES_OF_GIT = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"}


def read_release() -> Release:
    """Return what the last commit of the clone contains.

    Raises:
        Refused: there is no clone.
    """
    try:
        top = git("rev-parse", "--show-toplevel", "HEAD").decode().split("\n")
    except Refused:
        raise Refused(
            f"{ROOT} is no clone with a commit; clone the template with Git, and run make new there."
        ) from None
    if Path(top[0]).resolve() != ROOT:
        raise Refused(f"{ROOT} is part of another repository; clone the template on its own, and run make new there.")
    if git("status", "--porcelain", "--untracked-files=no"):
        print("Uncommitted changes stay behind: the product starts from the last commit.", file=sys.stderr)
    return Release(tree=_committed(), source=_source(), commit=top[1])


def _committed() -> Tree:
    archive = git("-c", "core.autocrlf=false", "archive", "--format=tar", "HEAD")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        members = [member for member in files if not member.isdir()]
        if links := [member.name for member in members if not member.isfile()]:
            raise RuleBroken(f"{links[0]} is no ordinary file")
        return {member.name: File(_content(files, member), bool(member.mode & 0o100)) for member in members}


def _content(files: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = files.extractfile(member)
    assert content is not None
    return content.read()


def _source() -> str:
    """Return the address of the template without a user's password in it, or the path of the clone."""
    try:
        url = git("remote", "get-url", "origin").decode().strip()
    except Refused:
        return str(ROOT)
    return re.sub(r"^(https?://)[^/@]*@", r"\1", url)


def refuse_without_identity() -> None:
    """Refuse to go on when Git does not know the author of the first commit."""
    for ident in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        try:
            git("-c", "user.useConfigOnly=true", "var", ident)
        except Refused:
            raise Refused(
                "Git does not know you yet: run git config --global user.name and git config --global user.email first."
            ) from None


def git(*arguments: str, cwd: Path = ROOT) -> bytes:
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
