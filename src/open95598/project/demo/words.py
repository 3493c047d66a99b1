"""The made-up words of the demonstration: they lie in ``data/*.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).with_name("data")


@cache
def data(name: str) -> Any:
    """Return what ``data/<name>.yaml`` holds."""
    return yaml.safe_load((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))
