"""Picture files of strangers: what is taken, what is left behind, and what is refused unread."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_pictures import drawn, encoded
from numpy.typing import NDArray
from PIL import Image

from chatrec.errors import PictureRefused
from chatrec.pictures import LONGEST_SIDE, MAX_PIXELS, decoded
from chatrec.types import Picture

MOST = 1_000_000


def pixels(picture: Picture) -> NDArray[np.uint8]:
    shape = (picture.height, picture.width, 3)
    return np.frombuffer(picture.pixels, np.uint8).reshape(shape)


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_of_the_web_are_taken(form: str) -> None:
    image = Image.new("RGB", (80, 40), (200, 30, 60))
    seen = decoded(encoded(image, form), MOST)
    assert (seen.width, seen.height, len(seen.pixels)) == (80, 40, 80 * 40 * 3)
    assert np.abs(pixels(seen).astype(int) - (200, 30, 60)).max() <= 6


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "PDF", "ICO"])
def test_other_formats_are_refused(form: str) -> None:
    with pytest.raises(PictureRefused, match="JPEG, PNG or WebP"):
        decoded(encoded(drawn(1), form), MOST)


def test_a_large_picture_is_made_smaller() -> None:
    seen = decoded(encoded(drawn(1, 2000).resize((2000, 1000)), "JPEG"), MOST)
    assert (seen.width, seen.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_phone_held_upright_gives_an_upright_picture() -> None:
    image = Image.new("RGB", (60, 30), "white")
    image.paste((255, 0, 0), (0, 0, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees, clockwise
    buffer = io.BytesIO()
    image.save(buffer, "PNG", exif=exif)
    seen = pixels(decoded(buffer.getvalue(), MOST))
    assert seen.shape == (60, 30, 3)
    assert (seen[:25] == (255, 0, 0)).all() and (seen[35:] == 255).all()


def test_what_is_transparent_is_white() -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 10, 20))
    seen = pixels(decoded(encoded(image), MOST))
    assert (seen[:, :10] == (0, 0, 255)).all() and (seen[:, 10:] == 255).all()


def test_an_animation_is_its_first_picture() -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert (pixels(decoded(buffer.getvalue(), MOST)) == (255, 0, 0)).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_every_way_to_write_colours_is_read(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (16, 16))
    assert len(decoded(encoded(image, form), MOST).pixels) == 16 * 16 * 3


def test_too_many_bytes_are_refused_unread() -> None:
    data = encoded(drawn(1))
    with pytest.raises(PictureRefused, match="bytes"):
        decoded(data, len(data) - 1)
    assert decoded(data, len(data))


@pytest.mark.parametrize("side", [5_500, 10_000, 20_000, 65_000])
def test_a_bomb_is_refused_by_what_it_claims(side: int) -> None:
    assert side * side > MAX_PIXELS
    with pytest.raises(PictureRefused, match="million pixels"):
        decoded(claiming(side, side), MOST)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        claiming(90, 90),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused, match="JPEG, PNG or WebP"):
        decoded(data, MOST)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@given(data=st.data())
def test_a_file_that_is_damaged_is_refused_or_read(form: str, data: st.DataObject) -> None:
    good = bytearray(encoded(drawn(1), form))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        seen = decoded(bytes(good[:cut]), MOST)
    except PictureRefused:
        return
    assert len(seen.pixels) == seen.width * seen.height * 3


def test_a_picture_is_not_written_out_in_a_trace() -> None:
    assert len(repr(decoded(encoded(drawn(1)), MOST))) < 60
