"""Builds the documentation as a web site, from the pages in `docs/` and from the files that they link to.

    website.py        build it into `site/html`; fail for a dead link, a dead anchor, or a page without navigation
    website.py serve  show it at http://127.0.0.1:8080 or the next free port (or PORT), and build again what changes

`docs/index.md` is the navigation: headings of sections and groups, and lists of their pages. A folder's `README.md`
brings the pages of its folder that it links to. The pages are copied into `site/pages`, and with them, below `source/`,
what they link to elsewhere in the repository. `zensical.toml` beside this file has the settings of the site.
"""

import ast
import json
import os
import posixpath
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from watchfiles import watch

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SITE = ROOT / "site"
PAGES = SITE / "pages"
SETTINGS = Path(__file__).parent
ZENSICAL = Path(sys.executable).with_name("zensical")
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)(?=[)#])")
ENTRY = re.compile(r"^- \[([^]]+)\]\(([^)#\s]+)\)", re.MULTILINE)
# An entry of the home page, where a description stands below its link.
DESCRIBED = re.compile(r"^(- \[[^]]+\]\([^)]+\)): (\w)", re.MULTILINE)
# A link of a list or a table of a folder's README.md to a page of the folder.
CHILD = re.compile(r"\]\(([\w-]+\.md)\)")
IMAGES = (".png", ".svg")
# A paragraph that ends where a list begins.
BEFORE_LIST = re.compile(r"^(?! |[-*] |\d+\. )(.*\S)\n(?=[-*] |1\. )", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[\d;]*m")

# A title in the navigation, and the place of its page in the site, or the entries below it.
Entry: TypeAlias = "tuple[str, str | list[Entry]]"


class SiteError(Exception):
    """A page that the site cannot show."""


def main(*arguments: str) -> int:
    """Build the site or serve it, and return the exit status."""
    try:
        stage()
    except SiteError as error:
        print(error)
        return 1
    return serve() if arguments == ("serve",) else build()


def build() -> int:
    """Build `site/html`, and print what is wrong."""
    command: list[str | Path] = [ZENSICAL, "build", "--strict", "--clean", "--config-file", SITE / "zensical.toml"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(COLOUR.sub("", done.stdout) if done.returncode else f"Open {SITE / 'html' / 'index.html'}")
    return done.returncode


def serve() -> int:
    """Show the site until it is interrupted."""
    address = f"127.0.0.1:{os.environ.get('PORT') or free_port(8080)}"
    command: list[str | Path] = [ZENSICAL, "serve", "--config-file", SITE / "zensical.toml", "--dev-addr", address]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with subprocess.Popen(command) as server, suppress(KeyboardInterrupt):
        try:
            restage_changes()
        finally:
            server.terminate()
    return 0


def free_port(first: int) -> int:
    """Return the first port from `first` on that nothing listens on."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    return first


def restage_changes() -> None:
    """Write again what changes, until an interrupt."""
    for _ in watch(DOCS, SETTINGS, ROOT / "README.md"):
        try:
            stage()
        except SiteError as error:
            print(error, flush=True)


def stage() -> None:
    """Write what Zensical reads: the pages, what they link to, and the settings with the navigation."""
    pages = dict(staged_pages())
    navigation = read_navigation((DOCS / "index.md").read_text(encoding="utf-8"))
    refuse_orphans(navigation)
    wanted = {PAGES / name: content for name, content in pages.items()}
    wanted |= {PAGES / "site.css": (SETTINGS / "site.css").read_bytes(), SITE / "zensical.toml": settings(navigation)}
    wanted |= {PAGES / "favicon.svg": (ROOT / "frontend" / "public" / "favicon.svg").read_bytes()}
    for path in PAGES.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    for path, content in wanted.items():
        write(path, content)


def write(path: Path, content: bytes) -> None:
    """Write a file unless it is like that already: Zensical watches them."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def settings(navigation: list[Entry]) -> bytes:
    """Return the settings of the site, with the product's name."""
    product = (ROOT / "backend" / "core" / "product.py").read_text(encoding="utf-8")
    [name] = re.findall(r"^NAME = (.+)$", product, re.MULTILINE)
    lines = [
        "[project]",
        f"site_name = {json.dumps(ast.literal_eval(name), ensure_ascii=False)}",
        'docs_dir = "pages"',
        'site_dir = "html"',
        f"nav = {as_toml([('Home', 'index.md'), *navigation])}",
    ]
    return ("\n".join(lines) + "\n" + (SETTINGS / "zensical.toml").read_text(encoding="utf-8")).encode()


def as_toml(of: str | list[Entry]) -> str:
    """Return entries of the navigation, or a page, with those of its folder if it is the folder's README.md."""
    if isinstance(of, list):
        return f"[{', '.join(f'{{ {json.dumps(title)} = {as_toml(below)} }}' for title, below in of)}]"
    pages = [of, *children(of)]
    return json.dumps(pages if len(pages) > 1 else of)


def children(page: str) -> list[str]:
    """Return the pages of a folder that its README.md links to, and none for another page."""
    if not page.endswith("/README.md") or page.startswith("source/"):
        return []
    names = dict.fromkeys(CHILD.findall((DOCS / page).read_text(encoding="utf-8")))
    return [f"{posixpath.dirname(page)}/{name}" for name in names]


def read_navigation(text: str, level: int = 2) -> list[Entry]:
    """Return titles with their pages, or with the entries below them, as headings and lists have them."""
    pages, *sections = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    listed: list[Entry] = [(title, place(posixpath.normpath(f"docs/{path}"))) for title, path in ENTRY.findall(pages)]
    below = (
        (title, read_navigation(body, level + 1)) for title, body in zip(sections[::2], sections[1::2], strict=True)
    )
    return listed + [(title, entries) for title, entries in below if entries]


def pages_of(navigation: list[Entry]) -> Iterator[str]:
    """Yield all pages of the navigation."""
    for _, below in navigation:
        yield from [below, *children(below)] if isinstance(below, str) else pages_of(below)


def refuse_orphans(navigation: list[Entry]) -> None:
    """Raise an error for pages that no entry of the navigation leads to.

    Raises:
        SiteError: there are some.
    """
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    if orphans := sorted(written - {"index.md", *pages_of(navigation)}):
        pages = "".join(f"\n  docs/{page}" for page in orphans)
        raise SiteError(f"No navigation leads to these pages. Add a line to a list in docs/index.md for each:{pages}")


def staged_pages() -> Iterator[tuple[str, bytes]]:
    """Yield all pages and images by their place in the site, with the files elsewhere that pages link to."""
    waiting = [path.relative_to(ROOT).as_posix() for path in sorted(DOCS.rglob("*")) if path.is_file()]
    seen = set(waiting)
    for path in waiting:  # grows meanwhile
        content, linked = staged(path)
        yield place(path), content
        waiting += sorted(linked - seen)
        seen |= linked


def staged(path: str) -> tuple[bytes, set[str]]:
    """Return what the site has in place of a file of the repository, and the files that it links to."""
    file = ROOT / path
    if file.is_dir():
        names = "\n".join(sorted(child.name for child in file.iterdir() if not child.name.startswith((".", "__"))))
        return f"# {path}\n\n```text\n{names}\n```\n".encode(), set()
    if path.endswith(IMAGES):
        return file.read_bytes(), set()
    if file.suffix != ".md":
        return source_page(path).encode(), set()
    return page(path)


def source_page(path: str) -> str:
    """Return a page that shows a file of the repository."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return f"# {posixpath.basename(path)}\n\n`{path}`\n\n````{posixpath.splitext(path)[1][1:] or 'text'}\n{text}````\n"


def page(path: str) -> tuple[bytes, set[str]]:
    """Return a page with links that hold on the site, and the files of the repository that it links to."""
    linked: set[str] = set()

    def moved(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[1]))
        if not (ROOT / target).exists():
            return link[0]
        linked.add(target)
        return posixpath.relpath(place(target), posixpath.dirname(place(path)) or ".")

    text = outside_of_code((ROOT / path).read_text(encoding="utf-8"), lambda part: LINK.sub(moved, part))
    if path == "docs/index.md":
        text = DESCRIBED.sub(lambda entry: f"{entry[1]} {entry[2].upper()}", text)
    return as_python_markdown(text).encode(), linked


def place(path: str) -> str:
    """Return where the site has a file of the repository. Folders that start with a dot would not be shown."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    shown = re.sub(r"(^|/)\.", r"\1", path)
    return f"source/{shown}" if path.endswith((".md", *IMAGES)) else f"source/{shown}.md"


def outside_of_code(text: str, change: Callable[[str], str]) -> str:
    """Return a text whose lines outside of fenced blocks are changed."""
    parts = re.split(r"(^ *```.*?^ *```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if part.lstrip().startswith("```") else change(part) for part in parts)


def as_python_markdown(text: str) -> str:
    """Return a page that Python-Markdown reads like GitHub: an empty line before lists, four spaces below items."""
    text = outside_of_code(text, lambda part: BEFORE_LIST.sub(r"\1\n\n", part))
    return "".join(
        f"{' ' * (4 - indent)}{line}" if 0 < indent < 4 and line.strip() else line
        for indent, line in indented(text.splitlines(keepends=True))
    )


def indented(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield each line, and how far it is indented, or the fenced block that it is part of."""
    fence: int | None = None
    for line in lines:
        own = len(line) - len(line.lstrip(" "))
        yield own if fence is None else fence, line
        if line.lstrip().startswith("```"):
            fence = own if fence is None else None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
