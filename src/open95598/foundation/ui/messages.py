"""Message catalogues without the system's gettext: extract, compile and check, with Django's template lexer and Babel.

Each room keeps ``locale/zh_Hans/LC_MESSAGES/django.po``; msgids are English. ``python -m
open95598.foundation.ui.messages extract|compile|check [ROOM …]`` or ``open95598 messages …``.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh_Hans",)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MARKS = re.compile(r"%\(\w+\)(?:0?\d*)[sd]|\{\w+\}")


def rooms() -> list[Path]:
    """Return the folders that keep a catalogue: every app (it has ``apps.py``), in order."""
    return sorted(path.parent for path in PACKAGE.rglob("apps.py"))


def _sources(room: Path) -> Iterator[tuple[Path, bytes]]:
    """Give a room's sources as Python-like text; a nested room's files are its own."""
    nested = [other for other in rooms() if other != room and room in other.parents]
    for path in sorted(room.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "static" in path.parts or "migrations" in path.parts:
            continue
        if any(other in path.parents for other in nested):
            continue
        text = path.read_text()
        if path.suffix == ".py":
            yield path, text.encode()
        elif "templates" in path.parts:
            yield path, templatize(text, origin=str(path)).encode()


def found_in(room: Path) -> Catalog:
    """Return a room's msgids with where they stand."""
    catalog = Catalog(domain="django")
    for path, source in _sources(room):
        where = path.relative_to(PACKAGE.parent).as_posix()
        hits = babel_extract("python", io.BytesIO(source), KEYWORDS, comment_tags=["Translators:"])
        for line, message, comments, context in hits:
            catalog.add(message, locations=[(where, line)], auto_comments=comments, context=context)
    return catalog


def catalogue_path(room: Path, language: str) -> Path:
    """Return where a room's catalogue lies."""
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, domain="django", project="open95598")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def _plain_header(catalog: Catalog) -> bytes:
    """Write a catalogue without dates and line numbers, so that it changes only when words change."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, sort_output=True, omit_header=True, include_lineno=False, ignore_obsolete=True)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalog.locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def extract(room: Path) -> int:
    """Bring a room's catalogues up to its sources; translations stay. Return the number of untranslated messages."""
    template = found_in(room)
    missing = 0
    if not len(template):
        return 0
    for language in LANGUAGES:
        path = catalogue_path(room, language)
        catalog = _read(path, language)
        catalog.update(template, no_fuzzy_matching=True)
        missing += sum(1 for message in catalog if message.id and not _translated(message))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_plain_header(catalog))
    return missing


def compile_all() -> int:
    """Write every ``.mo`` beside its ``.po`` when it is older; return how many were written.

    Safe to call from several processes at once.
    """
    written = 0
    for po in sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        catalog = _read(po, po.parts[-3])
        fresh = mo.with_name(f"{mo.name}.{os.getpid()}")
        with fresh.open("wb") as file:
            write_mo(file, catalog)
        fresh.replace(mo)
        written += 1
    return written


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(strings) and not message.fuzzy


def _marks(text: object) -> set[str]:
    parts = text if isinstance(text, (tuple, list)) else (text,)
    return {mark for part in parts for mark in _MARKS.findall(str(part))}


def problems(room: Path) -> list[str]:
    """Return what is wrong with a room's catalogues: missing, untranslated, fuzzy, marks lost, ids not English."""
    template = found_in(room)
    wrong: list[str] = []
    for language in LANGUAGES:
        path = catalogue_path(room, language)
        catalog = _read(path, language)
        for message in template:
            if not message.id:
                continue
            name = f"{path.relative_to(PACKAGE.parent)}: {message.id!r}"
            kept = catalog.get(message.id, context=message.context)
            if _CHINESE.search(str(message.id)):
                wrong.append(f"{name} is not English")
            if kept is None:
                wrong.append(f"{name} is missing: run extract")
            elif not _translated(kept):
                wrong.append(f"{name} is {'fuzzy' if kept.fuzzy else 'not translated'}")
            elif _marks(kept.string) - _marks(message.id):
                wrong.append(f"{name} has marks that its msgid has not")
            elif isinstance(message.id, str) and _marks(message.id) != _marks(kept.string):
                wrong.append(f"{name} lost a mark")
    return wrong


def clashes() -> list[str]:
    """Return the msgids without context that two rooms translate differently; Django knows one translation of each.

    A word that means two things gets a context (``pgettext``) in one of its places.
    """
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for language in LANGUAGES:
        for room in rooms():
            for message in _read(catalogue_path(room, language), language):
                if message.id and not message.context:
                    told = found.setdefault((language, str(message.id)), {})
                    told.setdefault(str(message.string), []).append(room.name)
    return [
        f"{id_!r} is " + " but ".join(f"{string!r} in {', '.join(names)}" for string, names in told.items())
        for (_language, id_), told in found.items()
        if len(told) > 1
    ]


def _chosen(names: list[str]) -> list[Path]:
    return [room for room in rooms() if not names or room.name in names]


def main(arguments: list[str]) -> int:
    """Run ``extract``, ``compile`` or ``check`` for the named rooms (all when none is named); return the exit code."""
    match arguments:
        case ["extract", *names]:
            for room in _chosen(names):
                if missing := extract(room):
                    print(f"{room.name}: {missing} to translate")
            return 0
        case ["compile"]:
            print(f"messages: {compile_all()} compiled")
            return 0
        case ["check", *names]:
            wrong = [line for room in _chosen(names) for line in problems(room)] + clashes()
            print("\n".join(wrong) or "messages: complete")
            return 1 if wrong else 0
    print("usage: messages extract|compile|check [ROOM …]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
