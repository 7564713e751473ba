"""The people's posts: one Markdown file for each, in `demo_posts/`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core import product
from service.operations.demo.world import Examples, World

FOLDER = Path(__file__).parent / "demo_posts"


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A post. Its file begins with its author, its age in days and perhaps a subtitle."""

    slug: str
    author: str
    days: float
    title: str
    subtitle: str | None
    content: str
    published: bool


@cache
def posts() -> dict[str, DemoPost]:
    """Return the posts by the names of their files."""
    return {file.stem: _read(file) for file in sorted(FOLDER.glob("*.md"))}


def examples(world: World) -> Examples:
    """Return the posts."""
    return Examples({"posts": [_row(post, world) for post in posts().values()]})


def _read(file: Path) -> DemoPost:
    head, _, text = file.read_text(encoding="utf-8").replace("{product}", product.NAME).partition("\n\n# ")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    title, _, content = text.partition("\n\n")
    is_draft = "draft" in fields
    return DemoPost(
        file.stem, fields["author"], float(fields["days"]), title, fields.get("subtitle"), content.strip(), not is_draft
    )


def _row(post: DemoPost, world: World) -> dict[str, object]:
    written = world.ago(days=post.days, hours=len(post.title) % 9)
    return {
        "id": world.id_of("post", post.slug),
        "created_at": written,
        "updated_at": written,
        "author_id": world.person(post.author),
        "title": post.title,
        "subtitle": post.subtitle,
        "content": post.content,
        "published": post.published,
    }
