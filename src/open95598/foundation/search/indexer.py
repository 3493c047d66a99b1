"""The process ``indexer``: the one writer of the index. It takes what changed, and makes the index anew when it must.

A change's row is deleted after the index is committed: killed in between, it is indexed once more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

import structlog
from django.conf import settings
from django.db import transaction

from open95598.foundation import process
from open95598.foundation.search import meaning, services, shelf, sources, vocabulary
from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.documents import Document
from open95598.foundation.search.engine import Index
from open95598.foundation.search.models import Change

log = structlog.get_logger(__name__)
EVERY = 0.5
#: changes taken in one round, documents loaded at once
BATCH = 500
#: how long a source rests that failed: the first time, and at most
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=10)


class Resting:
    """Sources that failed: each rests twice as long as the time before, up to ``LONGEST``. What waits for it stays."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[datetime, int]] = {}

    def names(self, now: datetime) -> list[str]:
        """Return the sources that rest now."""
        return [name for name, (until, _times) in self._until.items() if until > now]

    def failed(self, name: str, error: Exception, now: datetime) -> None:
        """Let a source rest, and say so: health tells of it while it lasts."""
        times = self._until.get(name, (now, 0))[1] + 1
        rest = min(LONGEST, SHORTEST * 2 ** min(times - 1, 12))
        self._until[name] = (now + rest, times)
        log.error("source failed", source=name, times=times, rests_seconds=rest.total_seconds(), exc_info=error)
        shelf.tell_failing({name: times for name, (_until, times) in self._until.items()})

    def went_well(self, name: str) -> None:
        """Forget that a source failed."""
        if self._until.pop(name, None) is not None:
            log.info("source recovered", source=name)
            shelf.tell_failing({name: times for name, (_until, times) in self._until.items()})


class Indexer:
    """Keeps one generation of the index in step with the sources. Used by whoever holds the writer's lock."""

    def __init__(self) -> None:
        self._made: shelf.Made | None = None
        self._index: Index | None = None
        self._resting = Resting()

    def round(self, now: datetime) -> int:
        """Take the changes that wait, at most ``BATCH``; return how many. Makes the index first when it must be made:
        there is none, its format, its lexicon or its sources are others, or all of it is asked for."""
        analyser = vocabulary.current(now)
        held = self._resting.names(now)
        waiting = list(Change.objects.exclude(source__in=held).order_by("pk")[:BATCH])
        everything = any(change.object_id is None and not change.source for change in waiting)
        self._open(analyser)
        if self._index is None or everything:
            self.rebuild(analyser, now)
            Change.objects.filter(pk__in=[change.pk for change in waiting]).delete()
            return len(waiting)
        if not waiting:
            return 0
        taken: list[int] = []
        for name in dict.fromkeys(change.source for change in waiting):
            its = [change for change in waiting if change.source == name]
            if self._tried(name, its, analyser, now):
                taken += [change.pk for change in its]
        Change.objects.filter(pk__in=taken).delete()
        return len(taken)

    def _tried(self, name: str, changes: list[Change], analyser: Analyser, now: datetime) -> bool:
        """Take and commit the changes of one source; False when it fails: it rests then, what it had stays."""
        assert self._index is not None
        try:
            with transaction.atomic():
                if any(change.object_id is None for change in changes):
                    self._renew(name, analyser)
                self._take(name, {c.object_id for c in changes if c.object_id is not None}, analyser)
        except Exception as error:
            self._index.rollback()
            self._resting.failed(name, error, now)
            return False
        self._index.commit()
        self._resting.went_well(name)
        return True

    def rebuild(self, analyser: Analyser, now: datetime) -> int:
        """Make a new generation of all sources and put it in use; return how many documents it holds.

        What changes meanwhile waits in the table and is taken afterwards. A source that fails is left out; it is asked
        for again as a whole once it has rested.
        """
        self.close()
        generation = uuid.uuid4().hex[:12]
        folder = shelf.home() / generation
        index = Index(folder)
        count = 0
        learned: list[Document] = []
        for source in sources.declared():
            try:
                with transaction.atomic():
                    for ids in _parts(source.ids()):
                        documents = list(source.load(ids))
                        count += index.add(documents, analyser)
                        learned += documents[: meaning.LEARNED - len(learned)] if settings.SEARCH_MEANING else ()
            except Exception as error:
                self._resting.failed(source.name, error, now)
                services.all_changed(source.name, now)
        index.commit()
        if (near := meaning.learn(learned, analyser)) is not None:
            near.save(folder)
        made = shelf.Made(generation, analyser.lexicon.digest, _names())
        shelf.put_in_use(made)
        self._made, self._index = made, index
        log.info("index made", generation=generation, documents=count)
        return count

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index.close()
        self._index = self._made = None

    def _open(self, analyser: Analyser) -> None:
        """Open the generation in use, unless it was made by another lexicon or of other sources."""
        made = shelf.made()
        if made is None or made.lexicon != analyser.lexicon.digest or made.sources != _names():
            self.close()
        elif made != self._made:
            self.close()
            self._made, self._index = made, Index(shelf.home() / made.generation)

    def _take(self, name: str, ids: Iterable[int], analyser: Analyser) -> None:
        source, wanted = sources.get(name), set(ids)
        if source is None or self._index is None:
            return
        documents = list(source.load(wanted))
        gone = wanted - {document.id for document in documents}
        self._index.write(documents, analyser, [f"{name}/{id_}" for id_ in sorted(gone)])

    def _renew(self, name: str, analyser: Analyser) -> None:
        source = sources.get(name)
        if self._index is None:
            return
        self._index.forget(name)
        for ids in _parts(source.ids()) if source is not None else ():
            self._index.add(source.load(ids) if source is not None else (), analyser)


def _names() -> tuple[str, ...]:
    return tuple(source.name for source in sources.declared())


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, BATCH)):
        yield part


def run() -> None:
    """Index until SIGTERM or SIGINT; waits while another process writes (``open95598 search rebuild``)."""
    indexer, writing = Indexer(), shelf.Writing()
    try:
        process.loop("indexer", lambda now: indexer.round(now) if writing.take() else 0, every=EVERY)
    finally:
        indexer.close()
        writing.release()
