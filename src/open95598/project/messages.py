"""Compiles the rooms' gettext catalogues (``python -m open95598.project.messages``); ``collect`` gathers new texts.

Compiling needs nothing but Babel. Collecting uses Django's ``makemessages``, which needs the gettext programs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]


def catalogues() -> list[Path]:
    """Return every ``django.po`` and ``djangojs.po`` of the house."""
    return sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/*.po"))


def compile_stale() -> list[Path]:
    """Compile the catalogues that are newer than their ``.mo``; safe to call from several processes at once."""
    compiled = []
    for source in catalogues():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, abort_invalid=True)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        with fresh.open("wb") as binary:
            write_mo(binary, catalogue)
        fresh.replace(target)
        compiled.append(target)
    return compiled


def collect() -> None:
    """Gather the texts of every room that keeps a catalogue into its own; raises ``CalledProcessError``."""
    for locale in sorted({path.parents[2] for path in catalogues()}):
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--no-obsolete", "--no-wrap"]
        subprocess.run([*command, "--add-location", "file"], cwd=locale.parent, check=True)


if __name__ == "__main__":
    if "collect" in sys.argv[1:]:
        collect()
    print(f"messages: {len(compile_stale())} of {len(catalogues())} catalogues compiled")
