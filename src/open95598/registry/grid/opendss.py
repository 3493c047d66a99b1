"""OpenDSS scripts, read for what they say of the network: elements with their buses, coordinates, open switches.

A tolerant reader of its own: case does not matter, lines go on with ``~`` or ``more``, values stand in brackets or
quotes, ``like=`` copies, ``Edit`` and ``Class.Name.property=`` change. What it does not understand becomes a
`Problem` with file, line and reason and is passed over. Nothing outside the folder of the first file is opened.

Pure: no Django, no clock; reads files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from open95598.registry.grid.described import Problem

#: how deep scripts may include each other, and how large one may be (bytes)
DEEPEST, LARGEST = 20, 200_000_000
#: commands that say nothing about how the network hangs together
_SILENT = frozenset(
    [
        "set",
        "get",
        "solve",
        "calcvoltagebases",
        "calcv",
        "show",
        "plot",
        "export",
        "visualize",
        "sample",
        "makebuslist",
        "summary",
        "reset",
        "cd",
        "select",
        "calcincmatrix",
        "buildy",
        "interpolate",
        "distribute",
        "estimate",
        "allocateloads",
        "about",
        "voltages",
        "currents",
        "powers",
        "setbusxy",
        "help",
        "quit",
        "dump",
        "save",
        "doscmd",
        "relcalc",
        "var",
        "batchedit",
        "comparecases",
        "fileedit",
        "rephase",
        "formedit",
        "?",
        "setkvbase",
        "guids",
        "losses",
        "cktlosses",
        "cleanup",
        "wait",
        "clearall",
    ]
)
_WORD = re.compile(r"""\s*,?\s*(?:([%\w.?/-]+)\s*=\s*)?(\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|"[^"]*"|'[^']*'|[^\s,=]+)""")
_SPLIT = re.compile(r"[\s,|]+")
_CLOSED = {"[": "]", "(": ")", "{": "}", '"': '"', "'": "'"}


@dataclass
class Element:
    """An element: its class and name in lower case, the name as written, its properties in order, where it stands."""

    kind: str
    name: str
    written: str
    file: str
    line: int
    properties: list[tuple[str, str]] = field(default_factory=list)
    enabled: bool = True
    open: bool = False

    def last(self, *names: str) -> str:
        """The value said last of one of these properties; "" when none was."""
        return next((value for name, value in reversed(self.properties) if name in names), "")

    def buses(self) -> list[str]:
        """The buses in order of terminals, in lower case, without phases."""
        found: dict[int, str] = {}
        winding = 1
        for name, value in self.properties:
            if name == "wdg":
                winding = int(value) if value.isdigit() else winding
            elif name in ("bus", "bus1", "bus2", "bus3"):
                found[winding if name == "bus" else int(name[3])] = bus_of(value)
            elif name == "buses":
                found |= {at: bus_of(one) for at, one in enumerate(_listed(value), 1)}
        return [found[at] for at in sorted(found) if found[at]]

    def lowest_kv(self) -> float | None:
        """The lowest rated voltage of its windings in kV, None when it says none that is a number."""
        return self.smallest("kv", "kvs")

    def smallest(self, *names: str) -> float | None:
        """The smallest positive number said of these properties, one or several a winding; None without."""
        values = [one for name, value in self.properties if name in names for one in _listed(value)]
        numbers = [float(one) for one in values if re.fullmatch(r"\d+(\.\d*)?(e-?\d+)?|\.\d+", one.lower())]
        return min((one for one in numbers if one > 0), default=None)


@dataclass
class Script:
    """All that the scripts said: elements by (class, name), coordinates by bus, and what was not understood."""

    elements: dict[tuple[str, str], Element] = field(default_factory=dict)
    coordinates: dict[str, tuple[float, float]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def bus_of(text: str) -> str:
    """The bus in ``name.1.2.3``, in lower case."""
    return text.strip().strip("\"'").split(".")[0].lower()


def master_of(folder: Path) -> Path | None:
    """The script of a folder to begin with: one that makes a circuit, best one that is called master; None without."""
    scripts = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".dss" and path.is_file())
    making = [path for path in scripts if re.search(r"(?im)^\s*new\s+(object\s*=\s*)?\"?circuit\.", _text(path))]
    return min(making, key=lambda path: ("master" not in path.name.lower(), -path.stat().st_size), default=None)


def read(path: Path) -> Script:
    """Read a script with all that it includes; coordinates that it does not name from a file beside it called so.

    Raises OSError only when ``path`` itself cannot be read.
    """
    reader = _Reader(path.resolve().parent)
    reader.file(path.resolve(), 0)
    if not reader.script.coordinates:
        for beside in sorted(reader.root.iterdir()):
            if re.match(r"bus_?coord|coord", beside.name.lower()) and beside.is_file():
                reader.places(beside)
    return reader.script


def _text(path: Path) -> str:
    raw = path.read_bytes()[:LARGEST]
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _listed(value: str) -> list[str]:
    return [one for one in _SPLIT.split(value.strip()) if one]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Commands without comments, each with the line that it begins in and its continuations joined on."""
    whole, begun, within = "", 0, False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw
        if within or line.lstrip().startswith("/*"):
            within = "*/" not in line
            continue
        line = re.split(r"!|//", line, maxsplit=1)[0].strip()
        more = re.match(r"(?:~|more\b|m\b(?=\s))\s*", line, re.IGNORECASE)
        if more:
            whole += " " + line[more.end() :]
        elif line:
            if whole:
                yield begun, whole
            whole, begun = line, number
    if whole:
        yield begun, whole


def _pairs(text: str) -> list[tuple[str, str]]:
    """``name=value`` pairs in order, names in lower case ("" where none stands), brackets and quotes taken off."""
    found = []
    for match in _WORD.finditer(text):
        name, value = (match[1] or "").lower(), match[2]
        if len(value) > 1 and _CLOSED.get(value[0]) == value[-1]:
            value = value[1:-1]
        found.append((name, value))
    return found


class _Reader:
    """Reads scripts into one `Script`."""

    def __init__(self, root: Path) -> None:
        self.root, self.script = root, Script()
        self.open: list[Path] = []

    def wrong(self, path: Path, line: int, code: str, text: str) -> None:
        self.script.problems.append(Problem(self.shown(path), line, code, text[:300]))

    def shown(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else path.name

    def file(self, path: Path, line: int) -> None:
        if path in self.open or len(self.open) >= DEEPEST:
            self.wrong(self.open[-1], line, "include", f"{self.shown(path)} includes itself, or lies too deep")
            return
        self.open.append(path)
        for number, command in _lines(_text(path)):
            self.command(path, number, command)
        self.open.pop()

    def found(self, path: Path, line: int, said: str) -> Path | None:
        """The file that an include names, whatever its case; None with a problem when there is none to be read."""
        at = path.parent
        for part in said.replace("\\", "/").split("/"):
            if part in ("", "."):
                continue
            if part == "..":
                at = at.parent
                continue
            there = list(at.iterdir()) if at.is_relative_to(self.root) and at.is_dir() else []
            at = next((one for one in there if one.name.lower() == part.lower()), at / part)
        at = at.resolve()
        if not at.is_relative_to(self.root):
            self.wrong(path, line, "include", f"{said} lies outside the folder and is not read")
        elif not at.is_file():
            self.wrong(path, line, "include", f"there is no file {said}")
        else:
            return at
        return None

    def command(self, path: Path, line: int, text: str) -> None:
        verb, _, rest = text.partition(" ")
        word = verb.lower().strip()
        direct = re.match(r"([\w]+)\.([^\s.=]+)\.([%\w]+)\s*=\s*(.+)", text)
        if word in ("new", "edit"):
            self.element(path, line, word, rest)
        elif word in ("redirect", "compile"):
            there = self.found(path, line, rest.strip().strip("\"'()[]"))
            if there is not None:
                self.file(there, line)
        elif word in ("buscoords", "latlongcoords"):
            there = self.found(path, line, rest.strip().strip("\"'()[]"))
            if there is not None:
                self.places(there)
        elif word in ("open", "close", "enable", "disable"):
            self.switch(path, line, word, rest)
        elif word == "clear":
            self.script.elements.clear()
        elif direct:
            self.change(path, line, (direct[1].lower(), direct[2].lower()), [(direct[3].lower(), direct[4].strip())])
        elif word not in _SILENT:
            self.wrong(path, line, "command", f"the command {verb[:60]} is not understood")

    def element(self, path: Path, line: int, word: str, rest: str) -> None:
        pairs = _pairs(rest)
        if not pairs or pairs[0][0] not in ("", "object") or "." not in pairs[0][1]:
            self.wrong(path, line, "element", "no Class.Name stands after " + word)
            return
        kind, _, written = pairs[0][1].partition(".")
        key = kind.lower(), written.lower()
        if word == "new":
            if key in self.script.elements:
                self.wrong(path, line, "duplicate", f"{kind}.{written} is made twice: the later one stands")
            self.script.elements[key] = Element(*key, written, self.shown(path), line)
        self.change(path, line, key, pairs[1:])

    def change(self, path: Path, line: int, key: tuple[str, str], pairs: list[tuple[str, str]]) -> None:
        element = self.script.elements.get(key)
        if element is None:
            self.wrong(path, line, "element", f"there is no {'.'.join(key)} to change")
            return
        for name, value in pairs:
            if name == "like":
                other = self.script.elements.get((key[0], value.lower()))
                if other is None:
                    self.wrong(path, line, "like", f"there is no {key[0]}.{value} to be like")
                else:
                    element.properties += other.properties
            elif name == "enabled":
                element.enabled = value.lower()[:1] not in ("n", "f", "0")
            else:
                element.properties.append((name, value))

    def switch(self, path: Path, line: int, word: str, rest: str) -> None:
        pairs = _pairs(rest)
        kind, _, name = pairs[0][1].lower().partition(".") if pairs else ("", "", "")
        element = self.script.elements.get((kind, name))
        if element is None:
            self.wrong(path, line, word, f"there is no {rest[:60]} to {word}")
        elif word in ("open", "close"):
            element.open = word == "open"
        else:
            element.enabled = word == "enable"

    def places(self, path: Path) -> None:
        for number, raw in enumerate(_text(path).splitlines(), 1):
            parts = _listed(re.split(r"!|//", raw, maxsplit=1)[0])
            if not parts:
                continue
            try:
                self.script.coordinates[bus_of(parts[0])] = (float(parts[1]), float(parts[2]))
            except (IndexError, ValueError):
                self.wrong(path, number, "coordinates", "no bus with two numbers stands here")
