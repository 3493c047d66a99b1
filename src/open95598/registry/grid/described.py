"""A grid as a file describes it, before anything is kept: devices by code, points by code, and what was not understood.

Pure: no Django, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from open95598.registry.grid.topology import NOWHERE, Finding, Kind, Topology, build


@dataclass(frozen=True)
class Device:
    """A device as described: ``parent`` is a code, "" for a root; ``x``, ``y`` as in the file (longitude, latitude)."""

    code: str
    kind: Kind
    parent: str = ""
    name: str = ""
    x: float | None = None
    y: float | None = None
    normal_open: bool = False
    owner: str = "utility"  # or customer: whose it is, and so who repairs it
    formerly: str = ""  # the code that it had: the device of that code gets this one
    rated: float | None = None  # what it may carry: a line in A, anything else in kVA; None: not told


@dataclass(frozen=True)
class Point:
    """A usage point as described: what hangs on the device ``device`` (a code)."""

    code: str
    device: str


@dataclass(frozen=True)
class Problem:
    """What a file says that was not understood or does not fit: where (a file or "", a line or 0), and why."""

    file: str
    line: int
    code: str
    text: str

    def __str__(self) -> str:
        if not self.file:
            return self.text
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass
class Described:
    """A whole grid: devices and points in the order of the file, with every problem."""

    devices: list[Device] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def topology(self) -> tuple[Topology, list[Finding]]:
        """The topology of these devices; the id of a device is its index in ``devices``."""
        index: dict[str, int] = {}
        for at, device in enumerate(self.devices):
            index.setdefault(device.code, at)
        hanging = np.zeros(len(self.devices), dtype=np.int64)
        for point in self.points:
            if point.device in index:
                hanging[index[point.device]] += 1
        return build(
            [index[device.code] for device in self.devices],
            [_parent(device, index, len(self.devices)) for device in self.devices],
            [device.kind for device in self.devices],
            hanging,
        )


def _parent(device: Device, index: dict[str, int], unknown: int) -> int:
    return NOWHERE if not device.parent else index.get(device.parent, unknown)


def codes(devices: Sequence[Device], finding: Finding) -> tuple[str, ...]:
    """The codes of the devices that a finding of `Described.topology` is about; of an unknown parent its code."""
    own = devices[finding.device]
    return own.code, *(devices[one].code if one < len(devices) else own.parent for one in finding.others)
