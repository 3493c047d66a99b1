"""Publishing rulebooks, and applying to open cases what a version declares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import files, hooks, store
from open95598.foundation.rulebook.build import Layer, read_layer
from open95598.foundation.rulebook.models import Publication
from open95598.foundation.rulebook.yamltext import Broken, Mark, Problem

#: journal stream of all rulebooks
STREAM = "rulebook"
_LOCK = 955981


@dataclass(frozen=True)
class Published:
    """What a publication did: versions that are new, and those that were there already, unchanged."""

    new: tuple[str, ...]
    unchanged: tuple[str, ...]


def publish(root: Path, actor: Person | None, now: datetime) -> Published:
    """Check and publish every version under ``root`` that is not published yet; all or nothing.

    Raises ``Broken`` when a file is wrong, or when the files of a published version have changed since: a published
    version is for ever, a change is a new dated folder. Journalled in the stream ``rulebook``.
    """
    files.check_root(root)
    bases, overlays = files.read_root(root)
    new: list[Publication] = []
    unchanged: list[str] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        held = {row.version: row for row in Publication.objects.all()}
        problems = [p for layer in bases + overlays if layer.version in held for p in _changed(layer, held)]
        if problems:
            raise Broken(problems)
        for layer in bases + overlays:
            if layer.version in held:
                unchanged.append(layer.version)
            else:
                new.append(_publication(layer, layer in overlays, actor, now))
        Publication.objects.bulk_create(new)
        append_to_stream(
            STREAM,
            [
                Draft(
                    head=Stream(key=STREAM),
                    stream=STREAM,
                    kind="rulebook.published",
                    at=now,
                    actor_id=actor.pk if actor else None,
                    actor_name=actor.name if actor else "",
                    data={"version": row.version, "digest": row.digest, "starts_on": row.starts_on.isoformat()},
                )
                for row in new
            ],
        )
    store.forget()
    transaction.on_commit(store.forget)
    return Published(tuple(row.version for row in new), tuple(unchanged))


def _publication(layer: Layer, overlay: bool, actor: Person | None, now: datetime) -> Publication:
    content = store.content_of(layer)
    amends = bool(read_layer(layer).get("amends_open_cases"))
    return Publication(
        version=layer.version,
        name=layer.name,
        starts_on=layer.starts_on,
        is_overlay=overlay,
        applies_to=files.applies_to(layer) if overlay else "",
        digest=store.digest_of(content),
        content=content,
        published_at=now,
        published_by=actor,
        amends=amends,
    )


def _changed(layer: Layer, held: dict[str, Publication]) -> list[Problem]:
    row = held[layer.version]
    if row.digest == store.digest_of(store.content_of(layer)):
        return []
    before: dict[str, str] = json.loads(row.content)
    names = sorted(n for n in {*before, *layer.files} if before.get(n) != layer.files.get(n))
    reason = f"published on {row.published_at:%Y-%m-%d}, must not change: make a new dated folder"
    return [Problem(Mark(f"{layer.version}/{name}", _first_change(before.get(name, ""), layer.files.get(name, ""))),
                    reason) for name in names]  # fmt: skip


def _first_change(before: str, after: str) -> int:
    """Return the first line that differs, counted from 1."""
    old, new = before.splitlines(), after.splitlines()
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return same + 1


def apply_amendments(now: datetime) -> list[str]:
    """Let every version that has started and declares amendments reach the open cases, once; return those versions.

    Each version is one transaction: the hooks' changes and the mark that they are done. Cheap when there is nothing
    to do, so the sweeper may call it every round.
    """
    due = Publication.objects.filter(amends=True, amended_at=None, starts_on__lte=store.local_date(now))
    done = []
    for version in list(due.order_by("starts_on", "id").values_list("version", flat=True)):
        with transaction.atomic():
            waiting = Publication.objects.select_for_update(skip_locked=True)
            row = waiting.filter(version=version, amended_at=None).first()
            if row is None:
                continue  # another process is at it, or has just done it
            amendments = store.amendments_of(row)
            for hook in hooks.amendment:
                hook(version, amendments, now)
            row.amended_at = now
            row.save(update_fields=["amended_at"])
            append_to_stream(
                STREAM,
                [
                    Draft(
                        head=Stream(key=STREAM),
                        stream=STREAM,
                        kind="rulebook.amended",
                        at=now,
                        data={"version": version, "reasons": [a.reason.zh for a in amendments]},
                    )
                ],
            )
        done.append(version)
    return done
