"""The documents are true: links lead somewhere, commands and settings exist, examples run, pictures are small."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "docs" / "tools"))

import check  # noqa: E402
import hooks  # noqa: E402


def test_links_and_images_exist() -> None:
    assert list(check.broken_links()) == []


@pytest.mark.parametrize("name", sorted(hooks.GENERATED))
def test_every_table_that_a_page_asks_for_is_made(name: str) -> None:
    assert any(f"<!-- generated: {name} -->" in page.read_text() for page in (ROOT / "docs").rglob("*.md"))
    table = hooks.on_page_markdown(f"<!-- generated: {name} -->").splitlines()
    assert len(table) > 20 and len({line.count("|") - line.count("\\|") for line in table}) == 1


def test_settings_are_those_of_the_program() -> None:
    assert check.settings_in_documents() == check.settings_in_code()


@pytest.fixture(scope="module")
def commands() -> Any:
    return hooks.command_tree()


def _unknown(group: Any, words: list[str]) -> str:
    """Return what in a command line the program does not know, "" when it knows all."""
    here, options = group, set()
    for word in words:
        if hasattr(here, "commands") and not word.startswith("-"):
            if word in ("COMMAND", "NAME"):  # stands for any
                return ""
            if word not in here.commands:
                return word
            here = here.commands[word]
        elif word.startswith("--"):
            options.add(word.partition("=")[0])
    if hasattr(here, "commands") or here.name == "django":
        return ""
    known = {name for one in here.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
    return " ".join(sorted(options - known))


def test_every_command_named_exists(commands: Any) -> None:
    lines = [(page, words) for page, words in check.command_lines() if words]
    assert len(lines) > 60, "the pattern finds the commands"
    problems = [
        f"{page.relative_to(ROOT)}: open95598 {' '.join(words)}: {unknown}"
        for page, words in lines
        if (unknown := _unknown(commands, words))
    ]
    assert problems == []


def test_an_unknown_command_is_found(commands: Any) -> None:
    assert _unknown(commands, ["journal", "verify", "--no-such"]) == "--no-such"
    assert _unknown(commands, ["journal", "repair"]) == "repair"


def test_the_examples_of_the_developers_guide_run() -> None:
    text = (ROOT / "docs/developers/extending.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "extending"}
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    for block in blocks:
        exec(compile(block, "extending.md", "exec"), names)


def test_the_webhook_receiver_of_the_guide_takes_our_signature() -> None:
    from datetime import UTC, datetime, timedelta

    from open95598.foundation.notices import signing

    text = (ROOT / "docs/operators/ways-out.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[0], names)
    now = datetime.now(UTC)
    assert names["is_ours"]("secret", signing.sign("secret", b"{}", now), b"{}")
    assert not names["is_ours"]("secret", signing.sign("other", b"{}", now), b"{}")
    assert not names["is_ours"]("secret", signing.sign("secret", b"{}", now - timedelta(minutes=6)), b"{}")


def test_pictures_are_small() -> None:
    pictures = [p for p in (ROOT / "docs").rglob("*") if p.suffix in {".png", ".jpg", ".webp"}]
    assert [p.name for p in pictures if p.stat().st_size > 250_000] == []
    assert sum(p.stat().st_size for p in pictures) < 3_000_000
