"""Parameters in the address of the interface: one that an operation does not declare is refused by its name.

A filter that is misspelt must not look like one that everything passes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from ninja.operation import Operation
from ninja.params.models import QueryModel

from open95598.foundation.errors import Invalid

MOST_NAMED = 10


def declared(operation: Operation) -> frozenset[str]:
    """Return the names of the parameters that an operation takes in its address."""
    models = (model for model in operation.models if issubclass(model, QueryModel))
    return frozenset(name for model in models for name in getattr(model, "__ninja_flatten_map__", ()))


def known_only(run: Callable[..., Any]) -> Callable[..., Any]:
    """Let a reading operation refuse parameters that it does not declare with ``Invalid``, after its own checks.

    A decorator for ``NinjaAPI.add_decorator(…, mode="view")``, which gives the bound ``run`` of each operation.
    """
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    if "GET" not in operation.methods:
        return run
    names, view = declared(operation), operation.view_func

    @wraps(view)
    def checked(request: Any, **values: Any) -> Any:
        if unknown := [name for name in request.GET if name not in names]:
            reason = _("There is no such parameter here. There are: %(names)s.") % {"names": ", ".join(sorted(names))}
            if not names:
                reason = _("Nothing can be asked for here.")
            raise Invalid(_("Some fields need your attention."), fields={n[:64]: reason for n in unknown[:MOST_NAMED]})
        return view(request, **values)

    operation.view_func = checked
    return run
