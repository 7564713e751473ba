"""Starts products from a clone, and prepares releases. Git and the standard library of Python 3.11 are enough.

    project new        reads PROJECT_NAME, PROJECT_TO, PROJECT_SLUG, PROJECT_DESCRIPTION and PROJECT_LICENSE, and asks
                       on a terminal for what is missing
    project release    records what a version publishes, and prints what is missing before its tag

`make new` and `make release` call it.
"""

import os
import shlex
import signal
import sys
import tempfile
from pathlib import Path

from answers import Refused, ask_on_terminal, read_answers
from clone import ROOT, git, read_release, refuse_without_identity
from derivation import Names, RuleBroken, Tree, derive
from release import prepare_tag


def new() -> None:
    """Start a product."""
    try:
        _derive_and_write()
    except (KeyboardInterrupt, EOFError):
        sys.exit("\nnew: stopped; nothing was written.")


def _derive_and_write() -> None:
    given = {key.removeprefix("PROJECT_"): value for key, value in os.environ.items() if key.startswith("PROJECT_")}
    is_interactive = sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI")
    release = read_release()
    refuse_without_identity()
    answers = read_answers(release, given, ask_on_terminal if is_interactive else None)
    target = free_folder(given.get("TO") or f"../{answers.slug}")
    write(derive(release, answers), target, message=f"Start {answers.name} from {release.names.name} {release.version}")
    show_what_is_next(answers, target)


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


def show_what_is_next(answers: Names, target: Path) -> None:
    """Print where the product is, and its first command."""
    folder = shlex.quote(os.path.relpath(target))
    print(
        f"{answers.name} is in {target}, with one commit. Its short name is {answers.slug}.\n\n  cd {folder}\n  make up"
    )


def main(command: str) -> None:
    """Run one of the commands listed above."""
    commands = {"new": new, "release": prepare_tag}
    if command not in commands:
        sys.exit("Write `make new` or `make release`.")
    commands[command]()


if __name__ == "__main__":
    command = " ".join(sys.argv[1:])
    try:
        main(command)
    except (Refused, RuleBroken) as error:
        sys.exit(f"{command}: {error}")
