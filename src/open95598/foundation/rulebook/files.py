"""Where rulebooks lie on disk: ``<root>/<base>/<date>/*.yaml`` and ``<root>/overlays/<name>/<date>/*.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from open95598.foundation.rulebook import schema
from open95598.foundation.rulebook.build import Built, Layer, read_layer
from open95598.foundation.rulebook.check import check_layers
from open95598.foundation.rulebook.yamltext import Broken, Mark, MarkedDict, Problem

OVERLAYS = "overlays"
_NAME = re.compile(r"[a-z][a-z0-9_\-]{0,11}")
_LARGEST = 2_000_000


def read_root(root: Path) -> tuple[list[Layer], list[Layer]]:
    """Return the bases and the overlays under ``root``, each in order of date; raise ``Broken`` for bad names.

    ``root`` may also be one base's folder (``rulebooks/cn``) or one dated folder (``rulebooks/cn/2026-01-01``).
    """
    if not root.is_dir():
        raise Broken([Problem(Mark(str(root), 1), "no such folder")])
    if any(root.glob("*.yaml")):
        layer = _layer(root.parent.name, root)
        return ([], [layer]) if root.parent.parent.name == OVERLAYS else ([layer], [])
    if any(root.glob("*/*.yaml")):
        layers = list(_dated(root))
        return ([], layers) if root.parent.name == OVERLAYS else (layers, [])
    bases = [x for d in sorted(root.iterdir()) if d.is_dir() and d.name != OVERLAYS for x in _dated(d)]
    over = root / OVERLAYS
    overlays = [x for d in sorted(over.iterdir()) if d.is_dir() for x in _dated(d)] if over.is_dir() else []
    if not bases:
        raise Broken([Problem(Mark(str(root), 1), "no dated folder with .yaml files below")])
    return bases, overlays


def _dated(folder: Path) -> Iterator[Layer]:
    for dated in sorted(folder.iterdir()):
        if dated.is_dir() and any(dated.glob("*.yaml")):
            yield _layer(folder.name, dated)


def _layer(name: str, folder: Path) -> Layer:
    if not _NAME.fullmatch(name):
        raise Broken(
            [
                Problem(
                    Mark(str(folder), 1),
                    f"a rulebook's name is up to 12 small letters, not {name!r}",
                )
            ]
        )
    try:
        starts_on = schema.parse_date(folder.name)
    except ValueError:
        raise Broken(
            [
                Problem(
                    Mark(str(folder), 1),
                    f"the folder's name is not a date: {folder.name!r}",
                )
            ]
        ) from None
    files = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stat().st_size > _LARGEST:
            raise Broken([Problem(Mark(str(path), 1), "the file is larger than 2 MB")])
        try:
            files[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise Broken([Problem(Mark(str(path), 1), "the file is not UTF-8 text")]) from None
    return Layer(f"{name}/{starts_on.isoformat()}", starts_on, files)


def applies_to(layer: Layer) -> str:
    """Return the code of the unit that an overlay applies to; raise ``Broken`` when it names none."""
    head = read_layer(layer).get("rulebook")
    code = head.get("applies_to") if isinstance(head, MarkedDict) else None
    if not isinstance(code, str) or not code:
        mark = head.mark if isinstance(head, MarkedDict) else Mark(layer.version, 1)
        raise Broken(
            [
                Problem(
                    mark,
                    "an overlay's section 'rulebook' must name 'applies_to', the code of a unit",
                )
            ]
        )
    return code


def check_root(root: Path) -> list[Built]:
    """Check every version under ``root``, overlays over the base in force on their date; raise ``Broken`` with all
    problems found."""
    bases, overlays = read_root(root)
    if overlays and not bases:  # an overlay's own folder: its bases lie beside it
        beside = next((p.parent for p in (root, *root.parents) if p.name == OVERLAYS), None)
        bases = read_root(beside)[0] if beside else []
    built: list[Built] = []
    problems: list[Problem] = []
    for stack in [[base] for base in bases] + [_under(bases, overlay) for overlay in overlays]:
        try:
            if len(stack) > 1:
                applies_to(stack[-1])
            built.append(check_layers(stack))
        except Broken as broken:
            problems += [p for p in broken.problems if p not in problems]
    if problems:
        raise Broken(problems)
    return built


def _under(bases: list[Layer], overlay: Layer) -> list[Layer]:
    if not bases:
        raise Broken([Problem(Mark(overlay.version, 1), "an overlay needs a base beside it")])
    older = [base for base in bases if base.starts_on <= overlay.starts_on]
    return [older[-1] if older else bases[0], overlay]
