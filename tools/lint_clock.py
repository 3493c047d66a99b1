"""Finds places that read the machine's time: only ``foundation/clock.py`` may (``make lint``).

Services take ``now``; the edges ask ``foundation.clock.now()``. ``time.monotonic`` and ``perf_counter`` measure
durations and are fine. Usage: ``python tools/lint_clock.py FOLDER …``; exit status 1 names file and line.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

THE_ONE_PLACE = Path("open95598/foundation/clock.py")
#: full names that tell the time, as they are imported
READERS = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "clock_gettime")),
    *(f"django.utils.timezone.{name}" for name in ("now", "localtime", "localdate")),
    "django.db.models.functions.Now",
    "django.db.models.functions.datetime.Now",
}
#: keyword arguments by which Django would read the time itself
KEYWORDS = {"auto_now", "auto_now_add"}
#: these convert when they are given a time and read the clock only without one
WITH_ARGUMENT = {"django.utils.timezone.localtime", "django.utils.timezone.localdate", "time.localtime", "time.gmtime"}
WITH_TWO_ARGUMENTS = {"time.strftime"}


def _imports(tree: ast.AST) -> dict[str, str]:
    """Return local name → full dotted name of everything that the module imports."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])


def readers(source: str) -> Iterator[tuple[int, str]]:
    """Give (line, name) of each place in ``source`` that reads the time, or hands such a function on."""
    tree = ast.parse(source)
    names = _imports(tree)
    converts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _dotted(node.func, names)
            given = len(node.args) + len(node.keywords)
            if (name in WITH_ARGUMENT and given) or (name in WITH_TWO_ARGUMENTS and given > 1):
                converts.add(id(node.func))
        if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            if not (isinstance(node.value, ast.Constant) and node.value.value is False):
                yield node.value.lineno, f"{node.arg}="
        elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in converts:
            name = _dotted(node, names)
            if name in READERS:
                yield node.lineno, name


def main(folders: list[str]) -> int:
    """Check every Python file below ``folders``; print what reads the time and return 1 when anything does."""
    found = 0
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.py")):
            if path.as_posix().endswith(THE_ONE_PLACE.as_posix()):
                continue
            for line, name in readers(path.read_text(encoding="utf-8")):
                found += 1
                print(f"{path}:{line}: {name} reads the time; take `now`, or ask foundation.clock.now() at an edge")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
