"""Typeset documents: a template and data in, a PDF out.

The template is ours; the data are everybody's. They never meet as source: the data reach the template as JSON
(``sys.inputs.data``), so a ``#`` or a quote in a customer's text is a character and nothing else. A template sees the
files of its own folder only and nothing of the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import typst
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from open95598.foundation.errors import Unavailable

TEMPLATES = Path(__file__).parent / "templates" / "documents"
FONT_NAMES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RUN = re.compile(r"[^\s\u2e80-\uffef]{12}(?=[^\s\u2e80-\uffef]{4})")


class FontsMissing(Unavailable):
    """The Chinese font is not where the set-up puts it."""

    code = "fonts-missing"


def render(template: Path | str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of ``template`` (a name in ``templates/documents``, or a path) with ``data`` (as JSON).

    Raises ``FontsMissing`` when the assets were not installed, ``typst.TypstError`` when the template is wrong.
    """
    path = Path(template)
    if not path.is_absolute():
        path = TEMPLATES / path
    return typst.compile(
        path,
        root=path.parent,
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": orjson.dumps(data).decode()},
        format="pdf",
    )


def tame(text: str) -> str:
    """Return a user's text as it can be set: no control or direction-changing characters, and a place to break a
    line in every run of letters that would leave its column."""
    text = _HIDDEN.sub("", text.replace("\r\n", "\n"))
    return _RUN.sub(lambda run: run.group() + "\N{ZERO WIDTH SPACE}", text)


@lru_cache(maxsize=1)
def _fonts() -> Path:
    found = {name: finders.find(f"vendor/fonts/{name}") for name in FONT_NAMES}
    for name, path in found.items():
        if not path:
            raise FontsMissing(
                _("The font %(name)s is missing: run the set-up once more (make setup).") % {"name": name}
            )
    return Path(str(found[FONT_NAMES[0]])).parent
