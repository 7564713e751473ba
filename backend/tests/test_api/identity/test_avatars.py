"""Pictures of users: what is taken, what is refused, and what is left of it."""

import asyncio
import shutil
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from struct import pack
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from PIL import Image, PngImagePlugin
from sqlalchemy.ext.asyncio import AsyncEngine

from core.settings import Settings
from domain.files.avatar import MAX_PIXELS, AvatarSize, avatar_keys
from domain.files.file import ORPHAN_AGE
from service.factory import Factory
from service.files.images import LIMITS
from tests.conftest import browser, run_due_jobs
from tests.support.helpers import commits_refused, error_of, sign_up

RED, BLUE = (220, 30, 30), (30, 30, 220)
SCRIPT = b"<script>alert(document.cookie)</script>"


def picture(kind: str = "PNG", *, mode: str = "RGB", size: tuple[int, int] = (120, 80), **options: Any) -> bytes:
    """Return a picture that is red all over."""
    output = BytesIO()
    Image.new("RGB", size, RED).convert(mode).save(output, kind, **options)
    return output.getvalue()


def deep_grey() -> bytes:
    """Return a picture of one grey in 16 bits."""
    output = BytesIO()
    Image.new("I;16", (80, 80), 128 * 256).save(output, "PNG")
    return output.getvalue()


def animation() -> bytes:
    frames = [Image.new("RGB", (90, 90), colour) for colour in (RED, BLUE)]
    output = BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return output.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be of any size."""
    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """Return a PNG whose compressed text is a thousand times as long when unpacked."""
    info = PngImagePlugin.PngInfo()
    for number in range(8):
        info.add_text(f"bomb{number}", "0" * 20_000_000, zip=True)
    return picture(pnginfo=info)


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


def segment(marker: int, content: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return pack(">BBH", 0xFF, marker, len(content) + 2) + content


def png_with(*chunks: bytes) -> bytes:
    """Return a picture with chunks behind its head."""
    content = picture()
    return content[:33] + b"".join(chunks) + content[33:]


def jpeg_with(*segments: bytes) -> bytes:
    """Return a picture with segments before all others."""
    return picture("JPEG")[:2] + b"".join(segments) + picture("JPEG")[2:]


def exif(*entries: bytes) -> bytes:
    """Return Exif with entries of twelve bytes each."""
    return b"II*\0" + pack("<IH", 8, len(entries)) + b"".join(entries) + pack("<I", 0) + b"\xff" * 8


ON_ITS_SIDE = pack("<HHIHH", 0x112, 3, 1, 6, 0)
MINUS_ONE_BY_NOTHING = pack("<HHII", 0x11A, 10, 1, 38)
BEYOND_THE_END = pack("<HHII", 0x11A, 5, 1, 0xFFFF_FFFF)


def many_scans(count: int) -> bytes:
    """Return a progressive JPEG of 25 million grey pixels, each scan of which says nothing and visits all of them."""
    side, blocks = 5_000, 625 * 625
    first = bytes([0b0] * (blocks // 8)) + b"\x7f"
    rest = bytes([0b0] * (15 * -(-blocks // 16_384) // 8)) + b"\x7f"
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xDB, bytes([0, *[1] * 64])),
            segment(0xC2, pack(">BHHB3B", 8, side, side, 1, 1, 0x11, 0)),
            segment(0xC4, bytes([0x00, 1, *[0] * 15, 0x00])),
            segment(0xC4, bytes([0x10, 1, *[0] * 15, 0xE0])),
            segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + first,
            (segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + rest) * count,
            b"\xff\xd9",
        )
    )


def turned() -> bytes:
    """Return a picture that a camera held upright took: red on the left as stored, so on top as seen."""
    image = Image.new("RGB", (200, 100), BLUE)
    image.paste(RED, (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x9286] = "a comment about where this was taken"
    output = BytesIO()
    image.resize((100, 100)).save(output, "JPEG", exif=exif, quality=95)
    return output.getvalue()


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


@pytest.fixture(autouse=True)
def _empty_store(settings: Settings) -> Iterator[None]:
    """What a test stores is removed when it ends."""
    yield
    shutil.rmtree(settings.files_directory, ignore_errors=True)


async def test_a_picture_is_shown_from_then_on(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up(client)
    assert user["avatar_url"] is None
    response = await upload(client, picture())
    assert response.status_code == 200, response.text
    address = response.json()["data"]["avatar_url"]
    assert address.startswith(f"/api/users/{user['id']}/avatar?v=")
    assert (await client.get("/api/users/me")).json()["data"]["avatar_url"] == address
    async with browser(app) as anonymous:
        assert (await anonymous.get(address)).status_code == 200


async def test_each_size_is_a_square_of_its_own_once_the_job_has_run(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    user = await sign_up(client)
    await upload(client, picture(size=(900, 300)))
    before = await shown(client, user, size=64)
    assert Image.open(BytesIO(before.content)).size == (512, 512)
    await run_due_jobs(factory)
    for size in AvatarSize:
        image = Image.open(BytesIO((await shown(client, user, size=size.value)).content))
        assert (image.format, image.size) == ("WEBP", (size, size))


TAKEN = {
    "jpeg": picture("JPEG"),
    "cmyk": picture("JPEG", mode="CMYK"),
    "grey jpeg": picture("JPEG", mode="L"),
    "progressive": picture("JPEG", progressive=True, size=(4000, 3000)),
    "palette": picture(mode="P"),
    "transparent": picture(mode="RGBA"),
    "transparent grey": picture(mode="LA"),
    "black and white": picture(mode="1"),
    "gif": picture("GIF"),
    "webp": picture("WEBP"),
    "one pixel": picture(size=(1, 1)),
    "a line": picture(size=(1, 3000)),
    "16 bits": deep_grey(),
    "animated": animation(),
}


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
async def test_every_kind_of_picture_that_people_have_is_taken(client: httpx.AsyncClient, content: bytes) -> None:
    user = await sign_up(client)
    response = await upload(client, content)
    assert response.status_code == 200, response.text
    image = Image.open(BytesIO((await shown(client, user)).content))
    assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("WEBP", (512, 512), 1)


@pytest.mark.parametrize("kind", ["cmyk", "palette", "animated", "webp", "transparent"])
async def test_colours_stay_what_they_were(client: httpx.AsyncClient, kind: str) -> None:
    user = await sign_up(client)
    await upload(client, TAKEN[kind])
    assert is_like(await pixel(client, user), RED)


async def test_sixteen_bits_of_grey_stay_grey(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    await upload(client, deep_grey())
    assert is_like(await pixel(client, user), (128, 128, 128))


async def test_what_is_transparent_stays_so(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    output = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(output, "PNG")
    await upload(client, output.getvalue())
    assert (await pixel(client, user))[3] == 0


async def test_a_turned_picture_is_put_upright_and_loses_its_metadata(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    await upload(client, turned(), name="me.jpg")
    assert is_like(await pixel(client, user, at=(0.5, 0.1)), RED)
    assert is_like(await pixel(client, user, at=(0.5, 0.9)), BLUE)
    content = (await shown(client, user)).content
    assert not Image.open(BytesIO(content)).getexif()
    assert b"where this was taken" not in content


WITH_BAD_METADATA = {
    "exif that is none": png_with(chunk(b"eXIf", b"\0\x08\0\x02\x01\x12\0\x03")),
    "exif that points beyond its end": png_with(chunk(b"eXIf", exif(BEYOND_THE_END))),
    "a profile of nothing": png_with(chunk(b"iCCP", b"x")),
    "a resolution without a unit": png_with(chunk(b"pHYs", b"\0")),
    "a chunk with a wrong checksum": png_with(chunk(b"tEXt", b"Title\0x")[:-1] + b"\0"),
    "transparency with a wrong checksum": png_with(chunk(b"tRNS", b"\0\1\0\2\0\3")[:-1] + b"\0"),
    "text that unpacks to 160 MB": text_bomb(),
    "frames that are announced and missing": png_with(chunk(b"acTL", b"\0" * 8)),
    "a jpeg's exif that is none": jpeg_with(segment(0xE1, b"Exif\0\0nothing")),
    "a jpeg's exif without an end": jpeg_with(segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff")),
    "a jpeg's head that is cut off": jpeg_with(segment(0xE0, b"JFIF\0\1")),
    "a jpeg's adobe segment that is cut off": jpeg_with(segment(0xEE, b"Adobe")),
    "a jpeg of several pictures that is one": jpeg_with(segment(0xE2, b"MPF\0II*\0\x08\0\0\0\1\0")),
    "a jpeg's photoshop segment of nothing": jpeg_with(segment(0xED, b"Photoshop 3.0\0008BIM")),
    "fill bytes": jpeg_with(b"\xff\xff\xff", segment(0xFE, b"")),
    "webp": picture("WEBP", exif=b"nothing", icc_profile=b"x", xmp=b"<"),
}


@pytest.mark.parametrize("content", WITH_BAD_METADATA.values(), ids=WITH_BAD_METADATA)
async def test_metadata_that_nobody_can_read_are_no_reason_to_refuse(client: httpx.AsyncClient, content: bytes) -> None:
    user = await sign_up(client)
    response = await upload(client, content)
    assert response.status_code == 200, response.text
    assert is_like(await pixel(client, user), RED)


@pytest.mark.parametrize("broken", [MINUS_ONE_BY_NOTHING, BEYOND_THE_END])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_the_orientation_counts_beside_metadata_that_cannot_be_read(
    client: httpx.AsyncClient, kind: str, broken: bytes
) -> None:
    user = await sign_up(client)
    image = Image.new("RGB", (100, 100), BLUE)
    image.paste(RED, (0, 0, 50, 100))
    output = BytesIO()
    image.save(output, kind, exif=b"Exif\0\0" + exif(ON_ITS_SIDE, broken))
    assert (await upload(client, output.getvalue())).status_code == 200
    assert is_like(await pixel(client, user, at=(0.5, 0.1)), RED)
    assert is_like(await pixel(client, user, at=(0.5, 0.9)), BLUE)


def noise() -> bytes:
    """Return a picture of 25 million pixels that all differ, which takes longest to unpack."""
    grey = Image.effect_noise((1_250, 1_250), 60).resize((5_000, 5_000), Image.Resampling.BICUBIC)
    output = BytesIO()
    Image.merge("RGB", (grey, grey.rotate(90), grey.rotate(180))).save(output, "WEBP", quality=60, method=0)
    return output.getvalue()


async def test_a_picture_with_more_scans_than_any_needs_is_refused(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    for count, status in ((20, 200), (64, 422), (100_000, 422)):
        assert (await upload(client, many_scans(count))).status_code == status


async def test_a_picture_that_takes_long_to_read_is_given_up_and_the_next_one_is_read(
    client: httpx.AsyncClient, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    before = (await upload(client, picture())).json()["data"]
    with monkeypatch.context() as hurry:
        hurry.setattr(factory.resources.images._process, "_limits", replace(LIMITS, seconds=0.2))
        response = await upload(client, noise())
    assert (response.status_code, error_of(response)["code"]) == (422, "PICTURE_TOO_COSTLY")
    assert (await client.get("/api/users/me")).json()["data"] == before
    assert (await upload(client, picture())).status_code == 200


POLYGLOTS = {
    "jpeg": picture("JPEG") + SCRIPT,
    "jpeg comment": picture("JPEG", comment=SCRIPT),
    "gif comment": picture("GIF", comment=SCRIPT),
    "png": picture("PNG") + SCRIPT,
    "zip": picture("PNG") + b"PK\x03\x04" + SCRIPT,
}


@pytest.mark.parametrize("content", POLYGLOTS.values(), ids=POLYGLOTS)
async def test_what_hides_in_a_picture_is_not_kept(client: httpx.AsyncClient, factory: Factory, content: bytes) -> None:
    user = await sign_up(client)
    assert SCRIPT in content
    assert (await upload(client, content)).status_code == 200
    assert SCRIPT not in (await shown(client, user)).content
    for key in await files_of(factory):
        assert SCRIPT not in (await factory.resources.files.read(key) or b"")


REFUSED = {
    "empty": (b"", 415, "UNSUPPORTED_PICTURE"),
    "text": (b"just text", 415, "UNSUPPORTED_PICTURE"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", 415, "UNSUPPORTED_PICTURE"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", 415, "UNSUPPORTED_PICTURE"),
    "tiff": (picture("TIFF"), 415, "UNSUPPORTED_PICTURE"),
    "bmp": (picture("BMP"), 415, "UNSUPPORTED_PICTURE"),
    "a script that begins like a gif": (b"GIF89a/*" + SCRIPT, 415, "UNSUPPORTED_PICTURE"),
    "truncated jpeg": (picture("JPEG", size=(900, 900))[:-2000], 422, "BROKEN_PICTURE"),
    "truncated png": (picture(size=(900, 900))[:400], 422, "BROKEN_PICTURE"),
    "truncated webp": (picture("WEBP", size=(900, 900))[:200], 422, "BROKEN_PICTURE"),
    "no pixels": (claiming(100, 100), 422, "BROKEN_PICTURE"),
    "one row too many": (claiming(5_001, 5_000), 422, "TOO_MANY_PIXELS"),
    "a hundred million pixels": (claiming(10_000, 10_000), 422, "TOO_MANY_PIXELS"),
    "four thousand million pixels": (claiming(60_000, 60_000), 422, "TOO_MANY_PIXELS"),
}


@pytest.mark.parametrize(("content", "status", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_is_no_good_picture_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, factory: Factory, content: bytes, status: int, code: str
) -> None:
    await sign_up(client)
    before = (await upload(client, picture())).json()["data"]
    files = await files_of(factory)
    response = await upload(client, content)
    assert (response.status_code, error_of(response)["code"]) == (status, code)
    assert (await client.get("/api/users/me")).json()["data"] == before
    assert await files_of(factory) == files


def test_the_limit_of_pixels_holds_what_cameras_take() -> None:
    assert 5712 * 4284 <= MAX_PIXELS < 5_001 * 5_000


@pytest.mark.parametrize("name", ["../../../../etc/passwd", "..\\..\\me.exe", "me.svg", "a" * 300, "\u202egnp.exe", ""])
async def test_a_files_name_means_nothing(client: httpx.AsyncClient, factory: Factory, name: str) -> None:
    await sign_up(client)
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + (name or "x").encode() + b'"\r\n'
        b"Content-Type: image/svg+xml\r\n\r\n" + picture() + b"\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await client.put("/api/users/me/avatar", content=body, headers=headers)
    assert response.status_code == 200, response.text
    picture_id = response.json()["data"]["avatar_url"].rpartition("=")[2]
    assert await files_of(factory) == [f"avatars/{picture_id}/512.webp"]


async def test_an_upload_may_be_larger_than_other_bodies_but_has_a_limit(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    await sign_up(client)
    noise = Image.effect_noise((1400, 1400), 100)
    output = BytesIO()
    noise.save(output, "PNG")
    assert settings.max_body_bytes < len(output.getvalue()) < settings.max_upload_bytes
    assert (await upload(client, output.getvalue())).status_code == 200
    too_large = await upload(client, bytes(settings.max_upload_bytes + 1))
    assert (too_large.status_code, error_of(too_large)["code"]) == (413, "BODY_TOO_LARGE")


async def test_a_body_in_chunks_has_the_same_limit(client: httpx.AsyncClient, settings: Settings) -> None:
    await sign_up(client)

    async def endless() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(1 + settings.max_upload_bytes // 65_536):
            yield bytes(65_536)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await client.put("/api/users/me/avatar", content=endless(), headers=headers)
    assert (response.status_code, error_of(response)["code"]) == (413, "BODY_TOO_LARGE")


async def test_a_form_with_many_parts_is_refused(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    files = [("file", (f"{number}.png", picture(), "image/png")) for number in range(3)]
    response = await client.put("/api/users/me/avatar", files=files)
    assert (response.status_code, error_of(response)["code"]) == (400, "MALFORMED_REQUEST")


async def test_a_form_without_the_file_is_told_so(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    response = await client.put("/api/users/me/avatar", files={"picture": ("me.png", picture(), "image/png")})
    assert response.status_code == 422
    assert error_of(response)["details"][0]["field"] == "file"


@pytest.mark.parametrize(
    "options", [{"json": {"file": "x"}}, {"content": b"x", "headers": {"Content-Type": "image/png"}}]
)
async def test_what_is_no_form_is_refused_by_its_type(client: httpx.AsyncClient, options: dict[str, Any]) -> None:
    await sign_up(client)
    response = await client.put("/api/users/me/avatar", **options)
    assert (response.status_code, error_of(response)["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert "form" in error_of(response)["message"]


async def test_a_form_from_another_site_is_refused(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = await client.put("/api/users/me/avatar", files={"file": ("a", picture())}, headers=headers)
    assert (response.status_code, error_of(response)["code"]) == (403, "CROSS_ORIGIN_REQUEST")


async def test_only_who_is_signed_in_has_a_picture(client: httpx.AsyncClient, factory: Factory) -> None:
    assert (await upload(client, picture())).status_code == 401
    assert (await client.delete("/api/users/me/avatar")).status_code == 401
    assert await files_of(factory) == []


async def test_a_removed_picture_is_gone_with_its_files(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    await upload(client, picture())
    await run_due_jobs(factory)
    assert len(await files_of(factory)) == 3
    for _ in range(2):
        assert (await client.delete("/api/users/me/avatar")).status_code == 204
    response = await shown(client, user)
    assert (response.status_code, error_of(response)["code"]) == (404, "AVATAR_NOT_FOUND")
    await run_due_jobs(factory)
    assert await files_of(factory) == []


async def test_a_replaced_pictures_files_go_after_the_commit(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    await upload(client, picture())
    await run_due_jobs(factory)
    await upload(client, picture())
    assert len(await files_of(factory)) == 4
    await run_due_jobs(factory)
    picture_id = (await client.get("/api/users/me")).json()["data"]["avatar_url"].rpartition("=")[2]
    assert await files_of(factory) == sorted(f"avatars/{picture_id}/{size}.webp" for size in (64, 256, 512))


async def test_a_picture_that_is_gone_before_its_job_runs_gets_no_thumbnails(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    await sign_up(client)
    changed = (await upload(client, picture())).json()["data"]
    await factory.resources.files.delete(avatar_keys(changed["avatar_url"].rpartition("=")[2]))
    await run_due_jobs(factory)
    assert await files_of(factory) == []


async def test_files_that_no_row_names_are_deleted_but_not_while_they_are_young(
    client: httpx.AsyncClient, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    await upload(client, picture())
    kept = await files_of(factory)
    for key in (f"avatars/{uuid4()}/512.webp", f"avatars/{uuid4()}/64.webp", "avatars/not-ours/512.webp"):
        await factory.resources.files.write(key, b"x")
    async with factory.unit_of_work() as work:
        await work.avatars.delete_orphans()
    assert len(await files_of(factory)) == 4
    monkeypatch.setattr("service.files.avatar_service.ORPHAN_AGE", -ORPHAN_AGE)
    async with factory.unit_of_work() as work:
        await work.avatars.delete_orphans()
    assert await files_of(factory) == sorted([*kept, "avatars/not-ours/512.webp"])


@pytest.mark.race
async def test_a_failed_commit_leaves_the_old_picture_in_place(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        before = (await upload(client, picture())).json()["data"]["avatar_url"]
        async with commits_refused(engine, "users"):
            assert (await upload(client, picture("JPEG"))).status_code == 500
            assert (await client.delete("/api/users/me/avatar")).status_code == 500
        assert (await client.get("/api/users/me")).json()["data"]["avatar_url"] == before
        await run_due_jobs(committing_factory)
        assert (await shown(client, user, size=64)).status_code == 200


@pytest.mark.race
async def test_of_many_uploads_at_once_one_is_shown_and_the_others_are_cleaned_away(
    committing_app: FastAPI, committing_factory: Factory
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        async with asyncio.TaskGroup() as group:
            uploads = [group.create_task(upload(client, picture())) for _ in range(6)]
        assert {task.result().status_code for task in uploads} == {200}
        await run_due_jobs(committing_factory)
        assert (await shown(client, user)).status_code == 200
        assert len(await files_of(committing_factory)) <= 3 + 5 * 2  # thumbnails of a replaced one may come late


async def test_an_address_with_its_version_is_kept_for_ever_and_any_other_is_asked_again(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    user = await sign_up(client)
    address = (await upload(client, picture())).json()["data"]["avatar_url"]
    assert (await client.get(address)).headers["Cache-Control"] == "public, no-cache"  # stands in for its thumbnail
    await run_due_jobs(factory)
    final = await client.get(address)
    assert final.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await shown(client, user)).headers["Cache-Control"] == "public, no-cache"
    assert (await shown(client, user, v=str(uuid4()))).headers["Cache-Control"] == "public, no-cache"
    again = await client.get(address, headers={"If-None-Match": final.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await shown(client, user, size=64)).headers["ETag"] != final.headers["ETag"]


async def test_a_picture_can_do_nothing_in_a_browser(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    await upload(client, picture())
    headers = (await shown(client, user)).headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("size", ["0", "63", "100000", "x", "-64"])
async def test_sizes_that_are_not_made_are_refused(client: httpx.AsyncClient, size: str) -> None:
    user = await sign_up(client)
    assert (await shown(client, user, size=size)).status_code == 422


async def test_a_user_without_a_picture_and_nobody_at_all_look_the_same(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    answers = [await shown(client, {"id": key}) for key in (user["id"], uuid4())]
    assert [(answer.status_code, error_of(answer)["code"]) for answer in answers] == [(404, "AVATAR_NOT_FOUND")] * 2


async def test_more_pictures_at_once_than_can_wait_are_answered_503(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    await sign_up(client)
    release = threading.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(9):
            group.create_task(factory.resources.images._process._threads.run(release.wait, 10))
        await asyncio.sleep(0)
        response = await upload(client, picture())
        release.set()
    assert (response.status_code, error_of(response)["code"]) == (503, "TOO_BUSY")
    assert (await upload(client, picture())).status_code == 200


async def test_other_requests_are_answered_while_a_large_picture_is_read(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    large = picture("JPEG", size=(5_000, 4_000), progressive=True, quality=95)
    gaps: list[float] = []
    loop = asyncio.get_running_loop()

    async def tick() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            gaps.append(loop.time() - before)

    ticking = asyncio.create_task(tick())
    started = loop.time()
    assert (await upload(client, large)).status_code == 200
    took = loop.time() - started
    ticking.cancel()
    assert max(gaps) < took / 2, f"the loop stood still for {max(gaps):.3f} s of {took:.3f} s"
