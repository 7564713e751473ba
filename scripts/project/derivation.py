"""The files of a product: a pure function of a release and a few answers.

Any release is derived by the same few rules. They are constants and patterns, and a rule that finds nothing to change
is an error.
"""

import ast
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

# Files about the template itself. A path that ends in a slash is a folder.
LEFT_OUT = (
    "benchmarks/",
    "backend/tests/test_template/",
    "docs/releasing.md",
    "docs/guides/start-a-project.md",
    "CHANGELOG.md",
    "scripts/project/",
)
LEFT_OUT_TARGETS = ("bench", "new", "release")
PRODUCT = "backend/core/product.py"
FRONT_END_PRODUCT = "frontend/src/product.ts"
README = "scripts/project/readme.md"
FIRST_VERSION = "0.1.0"


class RuleBroken(Exception):
    """A rule of `derive` does not fit the release any more. Change the rule in this file."""


class File(NamedTuple):
    """A file of a tree."""

    content: bytes
    executable: bool = False


Tree = Mapping[str, File]


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of a product: the constants of `PRODUCT`."""

    name: str
    slug: str
    description: str
    license: str

    @property
    def identifier(self) -> str:
        """The slug where no hyphen may stand."""
        return self.slug.replace("-", "_")


@dataclass(frozen=True, kw_only=True)
class Release:
    """A state of the template: its files, and where they come from."""

    tree: Tree
    source: str
    commit: str

    @property
    def version(self) -> str:
        """The version that `PRODUCT` says."""
        return constants(self.text(PRODUCT))["VERSION"]

    @property
    def names(self) -> Names:
        """The names of the template."""
        said = constants(self.text(PRODUCT))
        return Names(**{field: said[field.upper()] for field in ("name", "slug", "description", "license")})

    @property
    def license_file(self) -> str:
        """Where a product keeps the template's licence."""
        return f"LICENSE-{self.names.identifier.upper()}"

    def text(self, path: str) -> str:
        """Return a text file."""
        if path not in self.tree:
            raise RuleBroken(f"there is no {path}")
        return self.tree[path].content.decode()


def derive(release: Release, answers: Names) -> Tree:
    """Return the files of a product that starts from `release`.

    Raises:
        RuleBroken: a rule finds nothing to change, or the template's name is left where it must not be.
    """
    template = release.names
    edits: dict[str, Callable[[str], str]] = {
        PRODUCT: lambda text: _with_constants(text, _literals(answers, '"') | {"VERSION": f'"{FIRST_VERSION}"'}),
        FRONT_END_PRODUCT: lambda text: _with_constants(
            text, {name: literal for name, literal in _literals(answers, "'").items() if name != "LICENSE"}
        ),
        "backend/pyproject.toml": lambda text: _with_constants(
            text, {"version": _json(FIRST_VERSION), "description": _json(answers.description)}
        ),
        "frontend/openapi.json": lambda text: _renamed_document(text, template, answers),
        "Makefile": _without_targets,
        "docs/reference/commands.md": _without_rows_of_targets,
        ".gitignore": _without_lines_of_what_is_left_out,
    }
    tree = dict(_taken_along(release.tree))
    for path, edit in edits.items():
        tree[path] = tree[path]._replace(content=edit(release.text(path)).encode())
    for path in [path for path in tree if path.endswith(".md")]:
        tree[path] = File(_document(tree[path].content.decode(), path).encode())
    tree |= _new_files(release, answers)
    tree = {path: file for path, file in tree.items() if _is_shown(path, tree)}
    _refuse_leftovers(tree, template, answers)
    return tree


def _taken_along(tree: Tree) -> Iterator[tuple[str, File]]:
    for rule in LEFT_OUT:
        if not any(_is_of(path, rule) for path in tree):
            raise RuleBroken(f"LEFT_OUT names {rule}, which is not there")
    return ((path, file) for path, file in tree.items() if not _is_left_out(path))


def _is_of(path: str, rule: str) -> bool:
    return path.startswith(rule) if rule.endswith("/") else path == rule


def _is_left_out(path: str) -> bool:
    return any(_is_of(path, rule) for rule in LEFT_OUT)


def _new_files(release: Release, answers: Names) -> Tree:
    texts = {
        "README.md": _readme(release, answers),
        "LICENSE": _license(release, answers),
        release.license_file: release.text("LICENSE"),
        f".{release.names.slug}.toml": _record(release, answers),
    }
    return {path: File(text.encode()) for path, text in texts.items()}


def _literals(answers: Names, quote: str) -> dict[str, str]:
    return {name.upper(): _literal(value, quote) for name, value in asdict(answers).items()}


def _literal(text: str, quote: str) -> str:
    """Return a literal of Python or TypeScript, in the other quotes if they save escapes, as formatters write it."""
    other = "'" if quote == '"' else '"'
    quote = other if text.count(quote) > text.count(other) else quote
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def _json(text: str) -> str:
    """Return a string of JSON, which is valid TOML as well."""
    return json.dumps(text, ensure_ascii=False)


def constants(module: str) -> dict[str, str]:
    """Return the texts that a module of Python assigns at its top level."""
    return {
        target.id: node.value.value
        for node in ast.parse(module).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _with_constants(text: str, literals: Mapping[str, str]) -> str:
    for name, literal in literals.items():
        line = re.compile(rf"^((?:export const )?{name} = ).*$", re.MULTILINE)
        text = _replaced(line, _ends_with(literal), text, once=True)
    return text


def _ends_with(literal: str) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] + literal


def _replaced(pattern: re.Pattern[str], by: Callable[[re.Match[str]], str], text: str, *, once: bool = False) -> str:
    text, count = pattern.subn(by, text)
    if count == 0 or (once and count > 1):
        raise RuleBroken(f"{count} places match {pattern.pattern}")
    return text


def _renamed_document(text: str, template: Names, answers: Names) -> str:
    """Return the OpenAPI document as `main.py openapi` prints it for the product."""
    document = json.loads(text)
    if _printed(document) != text:
        raise RuleBroken("frontend/openapi.json is not written as it is read")
    renamed: dict[str, Any] = _renamed(document, template, answers)
    renamed["info"] |= {
        "title": answers.name,
        "summary": answers.description,
        "version": FIRST_VERSION,
        "license": {"name": answers.license.removeprefix("LicenseRef-"), "identifier": answers.license},
    }
    return _printed(renamed)


def _printed(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _renamed(value: Any, template: Names, answers: Names) -> Any:  # noqa: ANN401 — a value of JSON
    """Return a JSON value in whose texts the template's names are the product's."""
    if isinstance(value, dict):
        return {key: _renamed(part, template, answers) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, template, answers) for part in value]
    if not isinstance(value, str):
        return value
    new = {
        template.name: answers.name,
        f"{template.identifier}_": f"{answers.identifier}_",
        f"{template.slug}-": f"{answers.slug}-",
    }
    return re.sub("|".join(map(re.escape, new)), lambda found: new[found[0]], value)


def _without_targets(makefile: str) -> str:
    for target in LEFT_OUT_TARGETS:
        # Its lines are comments, the rules, the recipe, and an empty one.
        makefile = _replaced(
            re.compile(rf"^(?:# .*\n)*(?:{target}:.*\n)+(?:\t.*\n)*\n", re.MULTILINE), lambda _: "", makefile
        )
        makefile = _replaced(
            re.compile(rf"^(\.PHONY:(?:.*\\\n)*.*?) {target}\b", re.MULTILINE), lambda f: f[1], makefile
        )
    return makefile


def _without_rows_of_targets(page: str) -> str:
    return _replaced(
        re.compile(rf"^\| `make (?:{'|'.join(LEFT_OUT_TARGETS)})` \|.*\n", re.MULTILINE), lambda _: "", page
    )


def _without_lines_of_what_is_left_out(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.strip().lstrip("/").startswith(LEFT_OUT))


# An empty README.md is as good as none: the product has its own.
_SCREENSHOT = re.compile(r"^!\[[^]\n]*\]\([^)\n]*\.png\)\n\n?", re.MULTILINE)
# A page in the navigation.
_ENTRY = re.compile(r"^- \[[^]\n]*\]\(([^):#\s]+)\).*\n", re.MULTILINE)
_LINK = re.compile(r"\[([^]\n]*)\]\(([^):#\s]+)[^)\s]*\)")
_LEFT_OUT_CODE = re.compile(
    rf"(`[^`\n]*(?:{'|'.join(map(re.escape, LEFT_OUT))}|\bmake (?:{'|'.join(LEFT_OUT_TARGETS)})\b)[^`\n]*`)"
)


def _document(text: str, path: str) -> str:
    """Return a page that shows no screenshot, links to nothing left behind, and says which files are the template's."""

    def target(link: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), link))

    def unlinked(link: re.Match[str]) -> str:
        return f"`{target(link[2])}`" if _is_left_out(target(link[2])) else link[0]

    text = _SCREENSHOT.sub("", text)
    text = _without_lines_of_what_is_left_out(text)
    text = _ENTRY.sub(lambda entry: "" if _is_left_out(target(entry[1])) else entry[0], text)
    text = _LINK.sub(unlinked, text)
    return _LEFT_OUT_CODE.sub(r"\1 of the template", text)


def _is_shown(path: str, tree: Tree) -> bool:
    """Whether a picture is on a page. Everything that is no picture of the documents is."""
    if not path.startswith("docs/images/"):
        return True
    name = posixpath.basename(path).encode()
    return any(name in file.content for page, file in tree.items() if page.endswith(".md"))


def _readme(release: Release, answers: Names) -> str:
    values = {
        "name": _markdown(answers.name),
        "description": _markdown(answers.description),
        "slug": answers.slug,
        "license": "MIT" if answers.license == "MIT" else "All rights reserved",
        "template": release.names.name,
        "template_license": release.license_file,
        "release": release.version,
    }
    return _replaced(re.compile(r"\{\{ (\w+) \}\}"), lambda found: values[found[1]], release.text(README))


def _markdown(text: str) -> str:
    return re.sub(r"[\\`*_{}\[\]<>#|~&]", r"\\\g<0>", text)


def _license(release: Release, answers: Names) -> str:
    holder = f"The {answers.name} authors"
    if answers.license == "MIT":
        copyright_line = re.compile(r"^Copyright \(c\) .*$", re.MULTILINE)
        return _replaced(copyright_line, lambda _: f"Copyright (c) {holder}", release.text("LICENSE"), once=True)
    return (
        f"Copyright (c) {holder}. All rights reserved.\n\n"
        f"It contains software under {release.license_file}, whose terms stay as they are.\n"
    )


def _record(release: Release, answers: Names) -> str:
    """Return what a later update has to know: the release, and the answers."""
    origin = {"source": release.source, "release": release.version, "commit": release.commit}
    lines = [
        f"# Where {answers.name} comes from, and the answers that were given. Keep it: updates will read it.",
        *(f"{key} = {_json(value)}" for key, value in origin.items()),
        "",
        "[answers]",
        *(f"{key} = {_json(value)}" for key, value in asdict(answers).items()),
    ]
    return "".join(f"{line}\n" for line in lines)


def may_name_the_template(path: str, template: Names) -> bool:
    """Whether a file of a product speaks of its origin: licence, record, README, and the reasons of the template."""
    origin = ("LICENSE", f".{template.slug}.toml", "README.md", "docs/decisions/")
    return path.startswith(origin)


def _refuse_leftovers(tree: Tree, template: Names, answers: Names) -> None:
    new = re.compile(
        "|".join(map(re.escape, {answers.name, answers.slug, answers.identifier, answers.description})), re.IGNORECASE
    )
    old = re.compile("|".join(map(re.escape, {template.name, template.slug, template.identifier})), re.IGNORECASE)
    for path, file in tree.items():
        text = file.content.decode(errors="ignore")
        if not may_name_the_template(path, template) and old.search(text) and old.search(new.sub("", _unescaped(text))):
            raise RuleBroken(f"{path} still names {template.name}")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
