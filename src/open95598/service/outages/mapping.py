"""A window on the plane: what of the grid's coordinates lies where in a drawing, and how one moves on it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Self

#: size of the drawing in its own units
WIDTH, HEIGHT = 1000.0, 620.0
#: the narrowest and the widest window, in degrees (or the source's plane units)
NARROWEST, WIDEST = 0.0005, 1e7
#: so much wider than what must be in it is a window that shows all
_MARGIN = 1.12


@dataclass(frozen=True)
class Window:
    """A window around a middle, ``width`` wide in the unit of the coordinates: degrees, or the source's plane units."""

    x: float
    y: float
    width: float

    @classmethod
    def around(cls, left: float, bottom: float, right: float, top: float) -> Self:
        """Return the window that shows a box whole."""
        x, y = (left + right) / 2, (bottom + top) / 2
        width = max(right - left, (top - bottom) * WIDTH / HEIGHT / _shrunk(x, y), NARROWEST * 8)
        return cls(x, y, min(width * _MARGIN, WIDEST))

    @property
    def height(self) -> float:
        """How high it is, in the unit of the coordinates; of degrees of latitude fewer are as long as one of
        longitude."""
        return self.width * HEIGHT / WIDTH * _shrunk(self.x, self.y)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        w, h = self.width / 2, self.height / 2
        return self.x - w, self.y - h, self.x + w, self.y + h

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies in the drawing, to a tenth."""
        left, _bottom, _right, top = self.box
        return round((x - left) / self.width * WIDTH, 1), round((top - y) / self.height * HEIGHT, 1)

    def spot(self, across: float, down: float) -> tuple[float, float]:
        """Return the point that lies at a place of the drawing."""
        left, _bottom, _right, top = self.box
        return left + across / WIDTH * self.width, top - down / HEIGHT * self.height

    def zoomed(self, factor: float) -> Window:
        """Return the window that is ``factor`` times as wide, around the same middle."""
        return Window(self.x, self.y, min(max(self.width * factor, NARROWEST), WIDEST))

    def moved(self, right: float, up: float) -> Window:
        """Return the window moved by shares of its width and height."""
        return Window(self.x + right * self.width, self.y + up * self.height, self.width)


def _shrunk(x: float, y: float) -> float:
    """How long a degree of longitude is in degrees of latitude there; 1 where the coordinates are of a plane."""
    return max(cos(radians(y)), 0.05) if abs(x) <= 180 and abs(y) <= 90 else 1.0


def asked(x: str, y: str, width: str) -> Window | None:
    """Return the window that an address asks for; None where it asks for none, or for nonsense."""
    try:
        window = Window(float(x), float(y), float(width))
    except ValueError:
        return None
    sane = abs(window.x) <= WIDEST and abs(window.y) <= WIDEST and NARROWEST <= window.width <= WIDEST
    return window if sane else None
