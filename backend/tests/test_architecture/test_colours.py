"""Colours come from the theme, so that light, dark and high contrast are decided in one place."""

import re
from collections.abc import Iterator
from pathlib import Path

from core.settings import REPOSITORY_ROOT
from tests.test_architecture.findings import Finding, assert_none

SOURCE = REPOSITORY_ROOT / "frontend" / "src"
# Where the theme's colours are written.
THEME = ("styles/", "vuetify.ts", "api/generated/", "test/")
PROPERTY = re.compile(r"(?:^|[\s;{-])(?:color|background|fill|stroke)\s*:\s*([^;{}'\"\n]+);")
NAMED = re.compile(
    r"(inherit|transparent|currentcolor|none|unset|initial|0|url\(|var\(|(rgba?|oklch|color-mix|(linear|radial)-gradient)\()"
)
WRITTEN = re.compile(r"#[0-9a-fA-F]{3,8}\b(?!\()|\b(?:rgba?|hsla?)\(\s*\d")
IN_CODE = re.compile(rf"['\"`](?:{WRITTEN.pattern})")
INSTEAD = 'Write a colour of the theme: `rgb(var(--v-theme-primary))`, or `color="primary"`.'


def written_colours(text: str, *, is_style: bool) -> Iterator[int]:
    """Yield the lines that write a colour."""
    inside = is_style
    for number, line in enumerate(text.splitlines(), 1):
        inside = (inside or line.startswith("<style")) and not line.startswith("</style")
        strange = [value for value in PROPERTY.findall(line) if not NAMED.match(value.strip())]
        if "/* " in line:  # says why
            continue
        if (strange or WRITTEN.search(line)) if inside else IN_CODE.search(line):
            yield number


def findings(folder: Path) -> Iterator[Finding]:
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.suffix in {".vue", ".ts", ".css"} and ".test." not in name and not name.startswith(THEME):
            for line in written_colours(file.read_text(encoding="utf-8"), is_style=file.suffix == ".css"):
                yield Finding(f"frontend/src/{name}", line, "colours-of-the-theme", "a colour is written here", INSTEAD)


def test_no_component_writes_a_colour() -> None:
    assert_none(findings(SOURCE))


def test_a_colour_that_is_written_is_found(tmp_path: Path) -> None:
    (tmp_path / "Note.vue").write_text(
        '<script setup lang="ts">\nconst tone = "#c0ffee"\n</script>\n<template><v-card color="#fff" #dead="{ row }" />\n'
        "</template>\n<style>\n.note {\n  color: tomato;\n  background: rgb(1 2 3);\n  background: white; /* paper */\n  fill: var(--tone);\n}\n</style>\n"
    )
    assert [found.line for found in findings(tmp_path)] == [2, 4, 8, 9]
