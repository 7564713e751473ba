"""Pictures of some of the people, drawn because the people do not exist."""

from dataclasses import dataclass
from io import BytesIO

from domain.files.avatar import AvatarSize, avatar_key
from service.operations.demo.world import Examples, World

CANVAS = 512


@dataclass(frozen=True, slots=True)
class Portrait:
    """The colours of a portrait."""

    skin: str
    clothes: str
    background: str
    hair: str


PORTRAITS = {
    "mara": Portrait("#f3c9a8", "#2f5d62", "#a7c4bc", "#3b2a20"),
    "aiko": Portrait("#f5d6b8", "#7a3e65", "#e8b4bc", "#1d1a1f"),
    "priya": Portrait("#c68642", "#e07a5f", "#f4d58d", "#231815"),
    "lena": Portrait("#f7d7c4", "#3d5a80", "#98c1d9", "#c98b3b"),
    "samuel": Portrait("#6b4226", "#283618", "#dda15e", "#15100d"),
}


def examples(world: World) -> Examples:
    """Return the files, and which account shows which."""
    avatars = {name: world.id_of("portrait", name) for name in PORTRAITS}
    shown = {world.person(name): {"avatar_id": avatar_id} for name, avatar_id in avatars.items()}
    files = {
        avatar_key(avatars[name], size): content
        for name, portrait in PORTRAITS.items()
        for size, content in draw(portrait).items()
    }
    return Examples(changes={"users": shown}, files=files)


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
