"""The order of floors and rooms where import-linter cannot see it: foreign keys by name, migrations, templates.

import-linter reads imports. A foreign key may be a string, a migration names its neighbours in a list, a template
includes another or loads its tags: each is a dependency all the same, and goes down, never up.
"""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src"
#: a template may use these whatever its room: the frame of every page, and Django's and our components
FRAME = re.compile(r"^(base|frame)[\w/]*\.html$|^(web|ui)/")


def rooms() -> dict[str, tuple[int, ...]]:
    """Return room → its height, from the contracts of pyproject.toml: a room may lean on smaller heights only."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors, *inner = (list(reversed(c["layers"])) for c in contracts if c["type"] == "layers")
    heights: dict[str, tuple[int, ...]] = {name: (floor,) for floor, name in enumerate(floors)}
    for layers in inner:
        floor = next(height for name, (height, *_) in heights.items() if layers[0].startswith(f"{name}."))
        for step, line in enumerate(layers):
            heights |= dict.fromkeys(re.split(r"\s*[|:]\s*", line), (floor, step))
    for room in settings.ROOMS:
        if room not in heights and not room.startswith("open95598.foundation."):
            heights[room] = heights[next(f for f in floors if room.startswith(f"{f}."))]
    return heights


HEIGHTS = rooms()


def room_of(dotted: str) -> str | None:
    """Return the room that a module belongs to."""
    return max((r for r in settings.ROOMS if dotted == r or dotted.startswith(f"{r}.")), key=len, default=None)


def leans_up(lower: str, upper: str) -> bool:
    """Say whether the room ``lower`` leans on one that stands above or beside it."""
    return lower != upper and not HEIGHTS[upper] < HEIGHTS[lower]


def test_the_heights_are_those_of_the_house() -> None:
    assert leans_up("open95598.foundation.units", "open95598.casework")
    assert leans_up("open95598.foundation.journal", "open95598.foundation.people")
    assert not leans_up("open95598.casework", "open95598.foundation.people")
    assert not leans_up("open95598.service.workorders", "open95598.casework")
    for below, above in pairwise(["open95598.foundation.ui", "open95598.casework", "open95598.service.workorders"]):
        assert leans_up(below, above)


def test_foreign_keys_go_down() -> None:
    wrong = []
    for model in apps.get_models():
        here = room_of(model.__module__)
        for field in model._meta.get_fields():
            there = room_of(field.related_model.__module__) if field.is_relation and field.related_model else None
            if here and there and field.concrete and leans_up(here, there):
                wrong.append(f"{model.__module__}.{model.__name__}.{field.name} → {there}")
    assert not wrong


def test_migrations_lean_on_rooms_below() -> None:
    wrong = []
    for (label, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        here = room_of(apps.get_app_config(label).name)
        for other, _ in migration.dependencies:
            there = room_of(apps.get_app_config(other).name) if other in apps.app_configs else None
            if here and there and leans_up(here, there):
                wrong.append(f"{label}.{name} → {other}")
    assert not wrong


def _templates() -> list[tuple[str, Path]]:
    found = []
    for room in settings.ROOMS:
        folder = SOURCE.joinpath(*room.split(".")) / "templates"
        found += [(room, path) for path in sorted(folder.rglob("*")) if path.is_file()]
    return found


def test_templates_use_what_stands_below() -> None:
    owners: dict[str, str] = {}
    for room, path in _templates():
        owners[path.as_posix().split("/templates/", 1)[1]] = room
    tags: dict[str, str] = {}
    for room in settings.ROOMS:
        for path in SOURCE.joinpath(*room.split("."), "templatetags").glob("[a-z]*.py"):
            tags[path.stem] = room
    wrong = []
    for room, path in _templates():
        if path.suffix not in {".html", ".txt", ".xml"}:
            continue
        text = path.read_text(encoding="utf-8")
        used = re.findall(r"""{%-?\s*(?:extends|include)\s+["']([^"']+)["']""", text)
        needs = {name: owners.get(name) for name in used if not FRAME.match(name)}
        for line in re.findall(r"{%-?\s*load\s+([^%]+)%}", text):
            names = line.split(" from ")[-1].split()
            needs |= {name: tags[name] for name in names if name in tags and tags[name] != "open95598.foundation.ui"}
        for name, owner in needs.items():
            if owner and leans_up(room, owner) and owner != "open95598.web":
                wrong.append(f"{path.relative_to(SOURCE)} uses {name} of {owner}")
    assert not wrong


@pytest.mark.parametrize("room", settings.ROOMS)
def test_every_room_is_in_the_contracts(room: str) -> None:
    assert room in HEIGHTS
