"""Which pictures and forms are taken and which are refused."""

import asyncio
import threading
from dataclasses import replace
from io import BytesIO
from typing import Any

import httpx2 as httpx
import pytest
from PIL import Image

from core.settings import Settings
from domain.files.avatar import MAX_PIXELS
from service.factory import Factory
from service.files.images import LIMITS
from tests.support.avatars import files_of, is_like, pixel, shown, upload
from tests.support.event_loop import longest_gap_during
from tests.support.helpers import error_of, sign_up
from tests.support.pictures import (
    BEYOND_THE_END,
    BLUE,
    MINUS_ONE_BY_NOTHING,
    ON_ITS_SIDE,
    RED,
    SCRIPT,
    animation,
    chunk,
    claiming,
    deep_grey,
    exif,
    jpeg_with,
    many_scans,
    noise,
    picture,
    png_with,
    segment,
    text_bomb,
    turned,
)

pytestmark = pytest.mark.usefixtures("empty_store")

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
async def test_unreadable_metadata_is_no_reason_to_refuse(client: httpx.AsyncClient, content: bytes) -> None:
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
    uploading = asyncio.ensure_future(upload(client, large))
    gap, took = await longest_gap_during(uploading)
    assert uploading.result().status_code == 200
    assert gap < took / 2, f"the loop stood still for {gap:.3f} s of {took:.3f} s"
