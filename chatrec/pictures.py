"""The bytes of a JPEG, PNG or WebP -> a picture small enough for any model to look at.

The one place where foreign picture files are opened: their format, size and dimensions are
checked before a pixel is decoded, and what else they hold (place, camera, animation) is left
behind. Knows neither shoppers nor catalogues.
"""

from __future__ import annotations

import io
import threading

from PIL import Image, ImageOps

from chatrec.errors import PictureRefused
from chatrec.types import Picture

MAX_PIXELS = 30_000_000
"""Width times height of the largest picture that is decoded: about 120 MB with transparency."""
LONGEST_SIDE = 448
"""What a picture is made smaller to, in pixels: models look at 224 to 384."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_WANTED = "send a JPEG, PNG or WebP"
# The memory that decoding takes is bounded however many come at once.
_decoding = threading.BoundedSemaphore(2)


def decoded(data: bytes, max_bytes: int) -> Picture:
    """The picture, upright, without transparency, its longer side at most `LONGEST_SIDE`.

    Blocking.

    Raises:
        PictureRefused: the file is too large, of another format or broken, or the picture has more
            than `MAX_PIXELS`.
    """
    if len(data) > max_bytes:
        raise PictureRefused(
            f"The picture has {len(data):,} bytes and may have {max_bytes:,}: send a smaller one."
        )
    try:
        with _decoding, Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels()
            return _picture(image)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise _too_many_pixels() from exc
    except Exception as exc:  # decoders raise whatever a broken file leads them to
        raise PictureRefused(f"This is no picture that can be read: {_WANTED}.") from exc


def _too_many_pixels() -> PictureRefused:
    millions = MAX_PIXELS // 1_000_000
    return PictureRefused(
        f"The picture has more than {millions} million pixels: send a smaller one."
    )


def _picture(image: Image.Image) -> Picture:
    # A JPEG is decoded at an eighth, a quarter or half of its size where that is enough.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    upright = ImageOps.exif_transpose(image)
    flat = _on_white(upright)
    return Picture(flat.width, flat.height, flat.tobytes())


def _on_white(image: Image.Image) -> Image.Image:
    """Transparent parts show what a shop's page has behind them."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")
