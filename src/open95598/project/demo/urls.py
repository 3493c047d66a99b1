"""Addresses of the room."""

from __future__ import annotations

from typing import Any

app_name = "demo"
urlpatterns: list[Any] = []
