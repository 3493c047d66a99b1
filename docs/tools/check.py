"""Checks of the documents: links, commands, settings, and that the built site asks no other host for anything.

``python docs/tools/check.py`` checks the sources, ``… check.py site/`` the built site as well. The tests call the same
functions, so that a document that has become untrue breaks the build.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: relative targets of Markdown links and images, and of HTML's src/href
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|href|srcset)=\"([^\"]+)\"")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_SETTING = re.compile(r"\bOPEN95598_[A-Z][A-Z_]*[A-Z]\b")
#: a command line: the program, then words and options to the end of the line, of the code span, or of the shell word
_COMMAND = re.compile(r"\bopen95598((?: +(?:--[a-z-]+(?:=\S+)?|[^\s`|;&#>$(),\\…]+))+)")
#: what a page loads from elsewhere, as opposed to what it links to
_LOADED = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\ssrc=\"(?:https?:)?//"
    r"|<link[^>]*rel=\"(?:stylesheet|preconnect|preload)\"[^>]*href=\"(?:https?:)?//"
    r"|@import\s+url\(\"?(?:https?:)?//"
)


def documents() -> list[Path]:
    """Return all Markdown documents that a reader may open."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def broken_links() -> Iterator[str]:
    """Yield relative links and images that lead nowhere, as ``file: target``."""
    for page in documents():
        text = _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
        for found in _LINK.finditer(text):
            target = (found[1] or found[2]).partition("#")[0]
            if not target or re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            if not (page.parent / target).exists():
                yield f"{page.relative_to(ROOT)}: {target}"


def settings_in_code() -> set[str]:
    """Return the names of the environment variables that the program reads."""
    places = [*(ROOT / "src").rglob("*.py"), *(ROOT / "deploy").rglob("*"), ROOT / "compose.yaml"]
    return {name for p in places if p.is_file() for name in _SETTING.findall(p.read_text(encoding="utf-8"))}


def settings_in_documents() -> set[str]:
    """Return the environment variables that the documents speak of."""
    return {name for page in documents() for name in _SETTING.findall(page.read_text(encoding="utf-8"))}


def command_lines() -> Iterator[tuple[Path, list[str]]]:
    """Yield (document, words after ``open95598``) of every command line in the documents' code."""
    for page in documents():
        text = page.read_text(encoding="utf-8")
        for code in [m[0] for m in _FENCE.finditer(text)] + [m[0] for m in _CODE.finditer(_FENCE.sub("", text))]:
            for found in _COMMAND.finditer(code):
                words = found[1].split()
                if words[0].isupper():
                    continue  # SQL
                before = code[: found.start()]
                if before.endswith(("/", "@", "-", ".", "=", "_")) and not before.endswith(("bin/", "./")):
                    continue  # a folder, a unit, an address
                yield page, words


def loaded_from_elsewhere(site: Path) -> Iterator[str]:
    """Yield pages of the built site that load something from another host."""
    for page in [*site.rglob("*.html"), *site.rglob("*.css")]:
        if _LOADED.search(page.read_text(encoding="utf-8")):
            yield str(page)


def main(arguments: list[str]) -> int:
    """Print what is wrong; return the exit status."""
    problems = [f"broken link: {p}" for p in broken_links()]
    problems += [f"no such setting: {n}" for n in sorted(settings_in_documents() - settings_in_code())]
    problems += [f"not documented: {n}" for n in sorted(settings_in_code() - settings_in_documents())]
    for site in arguments:
        problems += [f"loads from another host: {p}" for p in loaded_from_elsewhere(Path(site))]
    print("\n".join(problems) if problems else "documents: links, settings and site are in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
