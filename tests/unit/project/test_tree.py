"""The source tree stands alone: what it is made of is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("folder", ["src", "rulebooks", "tests", "bench", "tools", "docs", "deploy"])
def test_no_link_leads_out_of_the_tree(folder: str) -> None:
    """A link to a folder of somebody's machine is nothing on another's: a clone there could not be set up."""
    links = [path for path in (ROOT / folder).rglob("*") if path.is_symlink()]
    assert [str(path) for path in links if not path.resolve().is_relative_to(ROOT)] == []
