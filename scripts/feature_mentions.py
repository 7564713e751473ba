"""Count the places that name a feature outside of its own files: what a project that leaves it out must cut.

    feature_mentions.py                    the number of places of each feature
    feature_mentions.py FEATURE -v         also each place
    feature_mentions.py FEATURE --files    its own files, without migrations and generated files

A feature is one of `FEATURES`, or any word, such as `notes`.

A place is a run of adjacent lines; a function or class that bears the feature's name is one place. Imports, comments,
docstrings and generated files do not count: tools rewrite the first, and the others compile without the feature. A file
is the feature's own if a part of its path bears its name.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent

KINDS = ("Python code", "front end", "other Python tests", "front-end tests", "docs")
CODE, PAGES, TESTS, PAGE_TESTS = KINDS[:4]
TARGETS = {CODE: 12, PAGES: 6, TESTS: 0}

GENERATED = (
    "frontend/src/api/generated/",
    "frontend/openapi.json",
    "frontend/src/messages/schema.ts",
    "docs/reference/",
)
# A product has none of it.
TEMPLATE = "backend/tests/test_template/"
# The rules name the files that may use something. A name of a file that is gone permits nothing.
RULES = "backend/rules/"
# The words of examples, which may be about anything.
PROSE = "backend/service/operations/demo/demo_posts/"
MIGRATIONS = "backend/repository/migrations/versions/"
SUFFIXES = {".py", ".j2", ".typ", ".ts", ".vue", ".md"}


@dataclass(frozen=True)
class Feature:
    """The files and names that bear the feature's name.

    Args:
        names: words as they stand in names: `api token` finds `ApiToken`, `api_tokens` and `/api-tokens`.
        files: further files of its own, by pattern.
        needs: the feature that this one cannot do without. A project without that one has not this one.
        ignored: what looks like the name and is not, as a regular expression.
        budget: places allowed by kind, where the targets are not reached yet.
    """

    names: tuple[str, ...]
    files: tuple[str, ...] = ()
    needs: str | None = None
    ignored: str = r"(?!)"
    budget: Mapping[str, int] = field(default_factory=dict)


FEATURES = {
    "posts": Feature(
        ("post",),
        # The HTTP method, and calls of it.
        ignored=r"\bPOST\b|do_POST|\.post\b|\b(?:answer|fail|hold)\w*\(\s*'post'|['\"]post['\"], ['\"`]/api|__post_init__"
        r"|post_(?:write|compile|execute)|postMessage|flush: 'post'",
        budget={CODE: 5, TESTS: 9},
    ),
    "comments": Feature(
        ("comment",),
        needs="posts",
        # Parts of streams, pictures and programs.
        ignored=r"KEEPALIVE_COMMENT|JPEG_COMMENT|\b(?:jpeg|gif) comment\b|\bcomment=SCRIPT|tokenize\.COMMENT",
        budget={CODE: 7, PAGES: 2, TESTS: 1, PAGE_TESTS: 1},
    ),
    "reports": Feature(
        ("report",),
        needs="posts",
        # The verb, and the headers of browsers.
        ignored=r"_report\(|_report_stalls|report_client_error|report_?[Ee]rror\w*|MOST_REPORTS|PostgreSQL reports|it reports"
        r"|[Rr]eport(?:-[Oo]nly|-[Uu]ri|-[Tt]o)\b",
        budget={CODE: 9, TESTS: 10},
    ),
    "avatars": Feature(
        ("avatar", "picture", "thumbnail"),
        files=("backend/service/files/images.py",),
        # Skeletons, and the drawing of the first page.
        ignored=r"list-item-avatar|class=\"picture\"|\.picture [>{]|ProductPicture",
        # People are shown with their picture wherever they are named. Tests of backups and proxies need the file of a
        # user.
        budget={CODE: 27, PAGES: 7, TESTS: 25},
    ),
    "notifications + live": Feature(
        ("notification", "live", "inbox", "event stream"),
        ignored=r"aria-live|gauge_live|[Ll]ive backlog|your inbox",
        budget={CODE: 29, PAGES: 16, TESTS: 22},
    ),
    "OIDC": Feature(
        (
            *("oidc", "openid", "external identity", "external identitie", "external sign in", "provider link"),
            # Others are called providers as well.
            *("provider refused", "provider answer", "by provider", "provider not found", "provider unavailable"),
        ),
        files=("**/identities.py", "**/IdentitiesSection.vue"),
        budget={CODE: 15, TESTS: 30},
    ),
    "second factors": Feature(
        ("mfa", "totp", "passkey", "recovery code", "second factor", "two factor", "enroll", "enrollment"),
        # Signing in over a page with unsaved text asks for them as the sign-in page does.
        budget={CODE: 80, PAGES: 26, TESTS: 42},
    ),
    "API tokens": Feature(
        ("api token", "personal token"),
        files=(
            "**/NewTokenDialog.vue",
            "**/TokensSection.vue",
        ),
        budget={CODE: 24, TESTS: 20},
    ),
    "admin": Feature(
        ("administration", "security event service", "job service", "admin page"),
        files=(
            "backend/api/routes/identity/security_events.py",
            "backend/api/routes/jobs/*",
            "backend/api/schemas/identity/accounts.py",
            "backend/api/schemas/identity/security_events.py",
            "backend/api/schemas/jobs/*",
            "backend/service/identity/security_event_service.py",
            "backend/service/jobs/job_service.py",
            "frontend/src/**/admin/*",
            "frontend/src/**/jobs/*",
            "frontend/**/*Job*",
            "frontend/**/jobs.*",
            "frontend/src/**/*SecurityEvent*",
            "frontend/src/**/securityEvents.ts",
            "frontend/src/views/User*",
        ),
        budget={TESTS: 5},
    ),
}

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+")
_PLURAL = re.compile(r"(?<=..[^s])s$")
_SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->|(?<![:'\"`])//[^\n]*", re.DOTALL)
_SCRIPT_IMPORT = re.compile(
    r"^(?:import|export)\b[^;'\"]*?from\s*['\"][^'\"]+['\"]|^import ['\"][^'\"]+['\"]", re.MULTILINE
)


@dataclass(frozen=True)
class Place:
    """Adjacent lines of a file."""

    path: str
    first: int
    last: int

    def __str__(self) -> str:
        lines = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.path}:{lines}"


def words_of(name: str) -> str:
    """Return the words of a name, each in its singular, between spaces."""
    return f" {' '.join(_PLURAL.sub('', part.lower()) for part in _PART.findall(name))} "


def bears_name(feature: Feature, text: str) -> bool:
    """Say whether any name in the text has the feature's words."""
    lowered = text.lower()
    if not any(name.split()[0] in lowered for name in feature.names):
        return False  # most lines
    text = re.sub(feature.ignored, "", text)
    return any(f" {wanted} " in words_of(name) for name in _NAME.findall(text) for wanted in feature.names)


def is_own(feature: Feature, path: str) -> bool:
    """Say whether the file belongs to the feature."""
    file = PurePosixPath(path)
    return any(bears_name(feature, part) for part in file.parts) or any(_matches(path, each) for each in feature.files)


def own_files(name: str) -> list[str]:
    """Return the files that go with the feature: not its migrations, which databases have had."""
    kept = (*GENERATED, MIGRATIONS)
    return [path for path in tracked_files() if is_own(FEATURES[name], path) and not path.startswith(kept)]


def falls_with(name: str, path: str) -> bool:
    """Say whether the file goes when the feature goes: it is the feature's own, or that of one that needs it."""
    return any(is_own(feature, path) for other, feature in FEATURES.items() if name in {other, feature.needs})


def places_of(name: str) -> dict[str, list[Place]]:
    """Return where the feature is named outside of its own files, by kind of file."""
    feature = FEATURES[name]
    found: dict[str, list[Place]] = {kind: [] for kind in KINDS}
    for path in tracked_files():
        kind = kind_of(path)
        if kind is not None and not falls_with(name, path):
            found[kind].extend(_regions(path, _naming_lines(feature, path)))
    return found


def exceeded(name: str) -> list[str]:
    """Return a message for each kind of file that names the feature in more places than it may."""
    feature, messages = FEATURES[name], []
    for kind, places in places_of(name).items():
        allowed = feature.budget.get(kind, TARGETS.get(kind))
        if allowed is not None and len(places) > allowed:
            listed = "".join(f"\n  {place}" for place in places)
            messages.append(
                f"{len(places)} places in {kind} name {name}, {allowed} are allowed. Move what you added into a file of"
                f" the feature's own, or let the feature declare it (see scripts/feature_mentions.py):{listed}"
            )
    return messages


def kind_of(path: str) -> str | None:
    """Return the kind of file, or None if it does not count."""
    if path.startswith((*GENERATED, TEMPLATE, RULES, PROSE)) or PurePosixPath(path).suffix not in SUFFIXES:
        return None
    if path.endswith(".md"):
        return KINDS[4]
    if path.startswith("backend/"):
        return TESTS if path.startswith("backend/tests/") else CODE
    if path.startswith("frontend/"):
        is_test = path.startswith(("frontend/e2e/", "frontend/src/test/")) or path.endswith(".test.ts")
        return PAGE_TESTS if is_test else PAGES
    return None


@cache
def tracked_files() -> tuple[str, ...]:
    """Return every file of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return tuple(path for path in listed if (ROOT / path).is_file())


@cache
def text_of(path: str) -> str:
    """Return what is in a file."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def code_lines(path: str) -> tuple[tuple[int, str], ...]:
    """Return the lines of a file with their numbers, without imports and comments."""
    text = text_of(path)
    if path.endswith(".py"):
        return tuple(_python_lines(path))
    if path.endswith((".ts", ".vue")):
        for pattern in (_SCRIPT_COMMENT, _SCRIPT_IMPORT):
            text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
    return tuple(enumerate(text.splitlines(), start=1))


@cache
def definitions(path: str) -> tuple[tuple[str, int, int], ...]:
    """Return the name, the first and the last line of each function and class of a Python file."""
    if not path.endswith(".py"):
        return ()
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    nodes = [node for node in ast.walk(_tree(path)) if isinstance(node, kinds)]
    return tuple(
        (node.name, min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.end_lineno or node.lineno)
        for node in nodes
    )


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse(text_of(path))


def _naming_lines(feature: Feature, path: str) -> list[int]:
    """Return the lines that name the feature, and the lines within what is called after it."""
    lines = {number for number, line in code_lines(path) if bears_name(feature, line)}
    for name, first, last in definitions(path) if lines else ():
        if bears_name(feature, name):
            lines.update(range(first, last + 1))
    return sorted(lines)


def _python_lines(path: str) -> Iterator[tuple[int, str]]:
    text = text_of(path)
    hidden = {line for node in ast.walk(_tree(path)) for line in _uncounted(node)}
    lines = dict(enumerate(text.splitlines(), start=1))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row] = lines[row][:column]
    yield from ((number, line) for number, line in lines.items() if number not in hidden)


def _uncounted(node: ast.AST) -> Iterable[int]:
    if isinstance(node, ast.Import | ast.ImportFrom) or (isinstance(node, ast.Expr) and _is_text(node.value)):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return ()


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _regions(path: str, lines: list[int]) -> list[Place]:
    text = text_of(path).splitlines() if lines else []
    places: list[Place] = []
    for line in lines:
        if places and not any(between.strip() for between in text[places[-1].last : line - 1]):
            places[-1] = Place(path, places[-1].first, line)
        else:
            places.append(Place(path, line, line))
    return places


def _matches(path: str, pattern: str) -> bool:
    parts = (
        r"(?:.*/)?" if part == "**/" else r"[^/]*" if part == "*" else re.escape(part)
        for part in re.split(r"(\*\*/|\*)", pattern)
    )
    return re.fullmatch("".join(parts), path) is not None


def main() -> None:
    """Print a table, and with -v the places; or the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("feature", nargs="?", help=f"only this one: {', '.join(FEATURES)}, or any word")
    parser.add_argument("-v", "--verbose", action="store_true", help="list the places")
    parser.add_argument("--files", action="store_true", help="list the feature's own files")
    options = parser.parse_args()
    write = sys.stdout.write
    if options.feature:
        FEATURES.setdefault(options.feature, Feature((_PLURAL.sub("", options.feature.lower()),)))
    if options.files:
        write("".join(f"{path}\n" for path in own_files(options.feature or parser.error("name a feature"))))
        return
    write(f"{'':22}{''.join(f'{kind:>20}' for kind in KINDS)}\n")
    for name in [options.feature] if options.feature else FEATURES:
        found = places_of(name)
        write(f"{name:22}{''.join(f'{len(places):20}' for places in found.values())}\n")
        if options.verbose:
            for kind, places in found.items():
                write("".join(f"    {place}  ({kind})\n" for place in places))


if __name__ == "__main__":
    main()
