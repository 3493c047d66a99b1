"""Photographs of customers: taken apart and made anew, so that nothing but the picture remains.

A picture is decoded (only JPEG, PNG and WebP, by content), turned upright, made smaller and written as a new JPEG:
place, time and device of the photograph are gone, and so is anything else that hid in the file.
"""

from __future__ import annotations

import io
import threading
import warnings
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from open95598.foundation.errors import Invalid
from open95598.service.portal.pages import wire

#: what a phone's camera makes stays below both
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
#: longest side in points: enough to read a meter
SIDE = 1600
_QUALITIES = ((SIDE, 82), (SIDE, 70), (1280, 70), (1024, 60), (800, 50))
#: decoding takes memory: so many at a time in one process
_PLACES = threading.BoundedSemaphore(2)


def cleaned(file: IO[bytes], name: str = "") -> wire.Photo:
    """Return the picture in ``file`` as a photograph that can be kept. Raises ``Invalid`` (field ``photos``)."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _refused(_("The photo “%(name)s” is larger than %(most)d MB."), name, most=MAX_BYTES // 2**20)
    if not data:
        raise _refused(_("The photo “%(name)s” is empty."), name)
    with _PLACES:
        return wire.Photo.model_construct(name=_jpeg_name(name), content=_anew(data, name))


def is_clean(content: bytes) -> bool:
    """Say whether bytes are a photograph as ``cleaned`` makes them: a JPEG that carries nothing beside the picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
                picture.verify()
                return not picture.getexif() and set(picture.info) <= {
                    "jfif", "jfif_version", "jfif_unit", "jfif_density", "progression", "progressive",
                }  # fmt: skip
    except Exception:
        return False


def _anew(data: bytes, name: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise _refused(_("The photo “%(name)s” has too many points."), name)
                picture.draft("RGB", (SIDE, SIDE))
                upright = ImageOps.exif_transpose(picture)
                plain = _on_white(upright)
    except Invalid:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refused(_("“%(name)s” is not a photo that we can read (JPEG, PNG or WebP)."), name) from None
    except Exception as problem:  # a decoder meets what it never expected: damaged or made to harm
        raise _refused(_("The photo “%(name)s” is damaged."), name) from problem
    for side, quality in _QUALITIES:
        smaller = plain.copy()
        smaller.thumbnail((side, side))
        out = io.BytesIO()
        smaller.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= wire.MAX_PHOTO:
            return out.getvalue()
    raise _refused(_("The photo “%(name)s” cannot be made small enough."), name)


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in plain colours and with no information beside them; what was transparent is white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    plain = picture.convert("RGB")
    plain.info.clear()
    return plain


def _jpeg_name(name: str) -> str:
    stem = "".join(c for c in name.rsplit(".", 1)[0] if c.isalnum() or c in "-_ ")[:60].strip()
    return f"{stem or 'photo'}.jpg"


def _refused(text: str, name: str, **values: object) -> Invalid:
    reason = text % {"name": name[:60], **values}
    return Invalid(_("Some fields need your attention."), fields={"photos": reason})
