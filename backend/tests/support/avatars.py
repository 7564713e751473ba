"""One-line ways to upload avatars and to look at them."""

import asyncio
from io import BytesIO
from typing import Any

import httpx2 as httpx
from PIL import Image

from service.factory import Factory


async def upload(
    client: httpx.AsyncClient, content: bytes, *, name: str = "me.png", kind: str = "image/png"
) -> httpx.Response:
    return await client.put("/api/users/me/avatar", files={"file": (name, content, kind)})


async def shown(client: httpx.AsyncClient, user: dict[str, Any], **params: Any) -> httpx.Response:
    return await client.get(f"/api/users/{user['id']}/avatar", params=params)


async def pixel(client: httpx.AsyncClient, user: dict[str, Any], at: tuple[float, float] = (0.5, 0.5)) -> Any:
    """Return the colour of the picture that is shown, at a place given as parts of its sides."""
    image = Image.open(BytesIO((await shown(client, user)).content))
    return image.convert("RGBA").getpixel((int(image.width * at[0]), int(image.height * at[1])))


def is_like(colour: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(colour, expected, strict=False))


async def files_of(factory: Factory) -> list[str]:
    """Return every key that the store holds below `avatars/`."""
    directory = factory.resources.settings.files_directory
    return await asyncio.to_thread(
        lambda: sorted(str(file.relative_to(directory)) for file in directory.glob("avatars/*/*"))
    )
