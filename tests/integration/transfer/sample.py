"""A real importer over a table that every installation has: each row becomes a journal stream's head."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from open95598.foundation.errors import Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.transfer import importers
from open95598.foundation.transfer.importers import Context, Field, Parsed


class Streams:
    """Creates ``Stream`` rows keyed ``sample/<external id or row>``; ``pause`` seconds a batch."""

    name = "sample-streams"
    label = "Streams"
    fields = (
        Field("external_id", "Number", "digits", synonyms=("留言编号", "编号"), max_length=40),
        Field("text", "Text", required=True, synonyms=("内容", "留言详情"), max_length=500),
        Field("at", "Time", "datetime", synonyms=("时间", "留言时间")),
    )
    pause = 0.0

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        return {r.number: Refused("no", fields={"text": "says bad"}) for r in rows if r.values["text"] == "bad"}

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        time.sleep(self.pause)
        if any(r.values["text"] == "explode" for r in rows):
            raise Refused("cannot be created")
        made = [Stream(key=f"sample/{r.values.get('external_id') or r.number}") for r in rows]
        Stream.objects.bulk_create(made)
        return [s.key for s in made]


IMPORTER = Streams()
importers.add(IMPORTER)
