"""A grid read from a path, whatever format it is in: OpenDSS text or SimBench tables. Pure but for reading files."""

from __future__ import annotations

from pathlib import Path

from open95598.registry.grid import network, opendss, simbench
from open95598.registry.grid.described import Described


def read(path: Path) -> tuple[str, Described]:
    """Return the name of what was read and the grid in it; ``path``: a script of OpenDSS, or a folder of OpenDSS or
    SimBench.

    Raises ``ValueError`` for a folder that holds neither, ``OSError`` when it cannot be read.
    """
    if path.is_dir() and simbench.is_one(path):
        return path.resolve().name, network.tree(simbench.read(path))
    master = opendss.master_of(path) if path.is_dir() else path
    if master is None:
        raise ValueError(f"{path}: no script here makes a circuit, and no Node.csv")
    return master.resolve().name, network.tree(network.of_script(opendss.read(master), path.resolve().stem))
