"""Draws the pictures of people who do not exist."""

from dataclasses import dataclass
from io import BytesIO

from domain.files.avatar import AvatarSize

CANVAS = 512


@dataclass(frozen=True, slots=True)
class Portrait:
    """The colours of a portrait."""

    skin: str
    clothes: str
    background: str
    hair: str


def draw(portrait: Portrait) -> dict[AvatarSize, bytes]:
    """Return a portrait as WebP squares of every size."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (CANVAS, CANVAS), portrait.background)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((116, 70, 396, 400), fill=portrait.hair)
    pen.ellipse((66, 372, 446, 720), fill=portrait.clothes)
    pen.rounded_rectangle((210, 300, 302, 420), 44, fill=portrait.skin)
    pen.ellipse((152, 118, 360, 358), fill=portrait.skin)
    pen.chord((140, 84, 372, 300), 190, 350, fill=portrait.hair)
    files = {}
    for size in AvatarSize:
        file = BytesIO()
        picture.resize((size, size), Image.Resampling.LANCZOS).save(file, "WEBP", quality=90, method=2)
        files[size] = file.getvalue()
    return files
