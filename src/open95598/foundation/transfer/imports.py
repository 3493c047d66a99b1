"""The import engine: a table, a mapping and an importer become created things, each row once, for ever.

A batch of rows is one transaction: the created things, the rows marked as imported, the refusals and the run's new
position are committed together. A run that is killed anywhere goes on behind its last batch; a row cannot come in
twice, because its key is unique in ``ImportedRow``; a row that was refused left no key and can be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import IO

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from open95598.foundation import bulk
from open95598.foundation.errors import Impossible, Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.models import Person
from open95598.foundation.transfer import importers, mapping, uploads, vault
from open95598.foundation.transfer.importers import Change, Context, Found, Importer, Parsed
from open95598.foundation.transfer.models import (
    UNDER_WAY,
    ImportChange,
    ImportedRow,
    ImportFinding,
    ImportProblem,
    ImportRun,
    RunState,
)
from open95598.foundation.transfer.reading import Problem, Row, Table, read_table
from open95598.foundation.transfer.rows import parse, refusal_of

BATCH = 200
_OVER = (RunState.DONE, RunState.REJECTED, RunState.CANCELLED)


class ContinuedElsewhere(Exception):
    """Another process works on the same run; this one leaves it alone."""


class _Cancelled(Exception):
    """Somebody stopped the run while it was under way."""


class _Rejected(Exception):
    """All or nothing, and something was wrong."""


def upload(importer: Importer, stream: IO[bytes], name: str, *, person: Person | None, now: datetime) -> ImportRun:
    """Keep a file and return its draft of a run, with the total of its rows. Raises ``Unreadable``."""
    stream.seek(0)
    sha256 = vault.put("imports", stream)
    table = read_table(vault.path("imports", sha256))
    return ImportRun.objects.create(
        importer=importer.name,
        person=person,
        file_name=name[-200:],
        file_sha256=sha256,
        mapping=mapping.guess(importer, table.headers).dump(),
        created_at=now,
    )


def prepare(
    draft: ImportRun,
    mapping_text: str,
    *,
    dry_run: bool,
    all_or_nothing: bool,
    now: datetime,
    name: str = "mapping.yaml",
) -> ImportRun:
    """Check the mapping against the file and return the run to carry out.

    The same file with the same mapping that is still under way, or was broken off, is that run: it goes on. A dry run
    is a run of its own. Raises ``Invalid`` naming file and line, or the columns that are missing.
    """
    importer = importers.get(draft.importer)
    if mapping_text == draft.mapping == (nothing := mapping.Plan(importer.name)).dump():  # no header was recognised
        nothing.check(importer, uploads.open_table(draft.file_sha256, nothing).headers)
    plan = mapping.load(mapping_text, importer, name=name)
    table = uploads.open_table(draft.file_sha256, plan)
    plan.check(importer, table.headers)
    digest = plan.digest()
    same = ImportRun.objects.filter(importer=importer.name, file_sha256=draft.file_sha256, mapping_sha256=digest)
    with transaction.atomic():
        if not dry_run:
            under_way = same.filter(
                dry_run=False, state__in=(*UNDER_WAY, RunState.FAILED), all_or_nothing=all_or_nothing
            )
            run = under_way.select_for_update().first()
            if run is not None:
                if run.state == RunState.FAILED:
                    run.state, run.message = RunState.QUEUED, ""
                    run.save(update_fields=("state", "message"))
                return run
        fields = {
            "mapping": plan.dump(),
            "mapping_sha256": digest,
            "dry_run": dry_run,
            "all_or_nothing": all_or_nothing,
            "state": RunState.QUEUED,
            "created_at": now,
        }
        try:
            with transaction.atomic():
                return ImportRun.objects.create(
                    importer=importer.name,
                    person_id=draft.person_id,
                    file_name=draft.file_name,
                    file_sha256=draft.file_sha256,
                    **fields,
                )
        except IntegrityError as error:
            raise Impossible(_("This file is being imported already.")) from error


@dataclass(frozen=True)
class _Job:
    """What stays the same through a run."""

    record: ImportRun
    importer: Importer
    plan: mapping.Plan
    table: Table
    #: a dry run leaves no marks: what it has seen so far stands here, key → (content, row)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass
class _Batch:
    """What a batch came to."""

    read: int = 0
    created: int = 0
    doubles: int = 0
    #: by row: what it changes of something that is there
    changes: dict[int, Sequence[Change]] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=dict)

    def refuse(self, row: int, *problems: Problem) -> None:
        self.problems.setdefault(row, []).extend(problems)


def run(
    run_id: int,
    tick: Callable[[], datetime],
    *,
    progress: Callable[[ImportRun], None] | None = None,
    batch: int | None = None,
) -> ImportRun:
    """Carry a run out, or on, to its end. ``tick`` tells the time, once a batch; ``progress`` hears after each.

    A run that somebody cancels meanwhile ends behind its current batch and stays CANCELLED. Raises ``Refused`` when the
    file or the mapping does not hold (the run is then FAILED and can be started again), ``ContinuedElsewhere`` when
    another process is at it.
    """
    record = ImportRun.objects.select_related("person").get(pk=run_id)
    if record.state in _OVER:
        return record
    if record.state == RunState.DRAFT:
        raise Impossible(_("The mapping of this import has not been confirmed."))
    try:
        _carry_out(record, tick, progress or (lambda _run: None), batch)
    except ContinuedElsewhere:
        raise
    except _Cancelled:
        pass
    except Exception as error:
        message = str(error) if isinstance(error, Refused) else _("An internal error; it was logged.")
        ImportRun.objects.filter(pk=run_id).exclude(state=RunState.CANCELLED).update(
            state=RunState.FAILED, message=message, finished_at=tick()
        )
        raise
    record.refresh_from_db()
    return record


def _carry_out(
    record: ImportRun, tick: Callable[[], datetime], progress: Callable[[ImportRun], None], batch: int | None
) -> None:
    importer = importers.get(record.importer)
    plan = mapping.load(record.mapping, importer)
    table = uploads.open_table(record.file_sha256, plan)
    plan.check(importer, table.headers)
    now = tick()
    if (
        record.dry_run and record.position
    ):  # broken off: what it had seen is forgotten, and it costs nothing to look again
        record.problems.all().delete()
        record.changes.all().delete()
        record.findings.all().delete()
        record.position = record.read = record.created = record.changed = record.doubles = record.rejected = 0
    if record.total is None:
        record.total = sum(1 for _row in table)
    with transaction.atomic():
        if ImportRun.objects.select_for_update().get(pk=record.pk).state == RunState.CANCELLED:
            raise _Cancelled
        record.state = RunState.RUNNING
        if record.started_at is None:
            record.started_at = now
            _tell(record, "import.started", now)
        record.save()
    progress(record)
    size: int = batch or int(getattr(importer, "batch", BATCH))
    job = _Job(record, importer, plan, table)
    steps = _steps(job, tick, progress, size)
    if record.all_or_nothing and not record.dry_run:
        _all_or_nothing(job, steps, tick)
    else:
        for _step in steps:
            pass
        _finish(job, tick)
    record.state = RunState.REJECTED if record.all_or_nothing and record.rejected else RunState.DONE
    record.finished_at = tick()
    with transaction.atomic():
        record.save(
            update_fields=("state", "finished_at", "read", "created", "changed", "doubles", "rejected", "position")
        )
        _tell(record, "import.finished", record.finished_at)
    progress(record)


def _all_or_nothing(job: _Job, steps: Iterator[_Batch], tick: Callable[[], datetime]) -> None:
    """Take all batches in one transaction; when a row was refused, keep the refusals and undo the rest."""
    record = job.record
    problems: dict[int, list[Problem]] = {}
    try:
        with transaction.atomic():
            for step in steps:
                problems |= step.problems
            if problems:
                raise _Rejected
            _finish(job, tick)
    except _Rejected:
        record.created = record.changed = 0
        _keep_problems(record, problems)


@transaction.atomic
def _finish(job: _Job, tick: Callable[[], datetime]) -> None:
    """Let an importer that gathers bring in what it gathered, and keep what it found of the whole."""
    finish = getattr(job.importer, "finish", None)
    if finish is None:
        return
    record = job.record
    found: Sequence[Found] = finish(Context(record.person, tick(), record.pk), trial=record.dry_run)
    record.findings.all().delete()
    ImportFinding.objects.bulk_create(
        [
            ImportFinding(run=record, kind=one.kind[:20], about=_xml(one.about)[:200], text=_xml(one.text)[:400])
            for one in found
        ],
        batch_size=1000,
    )


def _steps(
    job: _Job, tick: Callable[[], datetime], progress: Callable[[ImportRun], None], size: int
) -> Iterator[_Batch]:
    """Do one batch a step; every step is committed (or, all or nothing, part of the transaction around)."""
    record = job.record
    rows = (row for row in job.table if row.number > record.position)
    while chunk := list(islice(rows, size)):
        context = Context(record.person, tick(), record.pk)
        with transaction.atomic():
            locked = ImportRun.objects.select_for_update().get(pk=record.pk)
            if locked.position != record.position or locked.state in (RunState.DONE, RunState.REJECTED):
                raise ContinuedElsewhere(record.pk)
            if locked.state == RunState.CANCELLED:
                raise _Cancelled
            done = _batch(job, chunk, context)
            _keep_problems(record, done.problems)
            _keep_changes(record, done.changes)
            record.position = chunk[-1].number
            record.read += done.read
            record.created += done.created
            record.changed += len(done.changes)
            record.doubles += done.doubles
            record.rejected += len(done.problems)
            record.save(update_fields=("position", "read", "created", "changed", "doubles", "rejected"))
        progress(record)
        yield done


def _batch(job: _Job, rows: Sequence[Row], context: Context) -> _Batch:
    record, importer, plan = job.record, job.importer, job.plan
    done = _Batch(read=len(rows))
    parsed: dict[str, Parsed] = {}
    for row in rows:
        outcome = parse(row, importer, plan, job.table.sheet)
        if isinstance(outcome, list):
            done.refuse(row.number, *outcome)
        elif outcome.key in parsed:
            _double(done, outcome, parsed[outcome.key].content, parsed[outcome.key].number)
        else:
            parsed[outcome.key] = outcome
    compare, gather = getattr(importer, "compare_many", None), getattr(importer, "gather", None)
    before: dict[str, tuple[str, int]] = {}
    if compare is None:
        marks = ImportedRow.objects.filter(importer=importer.name, source_key__in=list(parsed))
        before = {key: (content, number) for key, content, number in marks.values_list("source_key", "content", "row")}
    before |= {key: job.seen[key] for key in parsed if key in job.seen}
    for key, (content, number) in before.items():
        _double(done, parsed.pop(key), content, number)
    for number, refusal in importer.check_many(list(parsed.values()), context).items():
        done.refuse(number, *refusal_of(refusal, plan))
    wanted = [p for p in parsed.values() if p.number not in done.problems]
    if compare is not None:
        found: Mapping[int, Sequence[Change]] = compare(wanted, context)
        same = {number for number, changes in found.items() if not changes}
        done.doubles += len(same)
        done.changes = {number: changes for number, changes in found.items() if changes}
        if gather is not None:
            gather(wanted, context)  # what is the same as before as well: rows are judged together
            done.created = len(wanted) - len(found)
            return done
        wanted = [p for p in wanted if p.number not in same]
    if record.dry_run:
        done.created = len(wanted) - len(done.changes)
        job.seen.update({p.key: (p.content, p.number) for p in wanted})
    elif wanted:
        if compare is None:
            _create(job, wanted, context, done)
        else:
            _bring_up_to_date(job, wanted, context, done)
    return done


def _bring_up_to_date(job: _Job, rows: list[Parsed], context: Context, done: _Batch) -> None:
    """Write rows of an importer that compares: what is there tells what came in already, no marks are needed."""
    for row, result in zip(rows, _try(job.importer, rows, context), strict=True):
        if isinstance(result, Refused):
            done.refuse(row.number, *refusal_of(result, job.plan))
            done.changes.pop(row.number, None)
        elif row.number not in done.changes:
            done.created += 1


def _double(done: _Batch, row: Parsed, content: str, first: int) -> None:
    """The same again is no error; the same number with other content is one, or a change would be lost silently."""
    if row.content == content:
        done.doubles += 1
    else:
        reason = _("row %(row)s was imported under the same number with other content") % {"row": first}
        done.refuse(row.number, Problem("", reason, str(row.values.get("external_id") or "")[:80]))


def _create(job: _Job, rows: list[Parsed], context: Context, done: _Batch) -> None:
    record, importer, plan = job.record, job.importer, job.plan
    # in the order of the keys, so that two imports of the same rows cannot wait for each other
    marks = [
        ImportedRow(importer=importer.name, source_key=p.key, content=p.content, run=record, row=p.number)
        for p in sorted(rows, key=lambda p: p.key)
    ]
    # somebody else's import of the same row makes this wait for their commit, and then find their mark
    ImportedRow.objects.bulk_create(marks, ignore_conflicts=True)
    ours = dict(
        ImportedRow.objects.filter(
            importer=importer.name, run=record, source_key__in=[p.key for p in rows]
        ).values_list("source_key", "pk")
    )
    won = [p for p in rows if p.key in ours]
    done.doubles += len(rows) - len(won)
    results = _try(importer, won, context)
    targets = []
    for row, result in zip(won, results, strict=True):
        if isinstance(result, Refused):
            done.refuse(row.number, *refusal_of(result, plan))
        else:
            targets.append(ImportedRow(pk=ours[row.key], target=result[:64]))
    refused = [ours[row.key] for row in won if row.number in done.problems]
    ImportedRow.objects.filter(pk__in=refused).delete()
    bulk.execute(
        "UPDATE transfer_importedrow r SET target = t.target FROM unnest(%s::bigint[], %s::text[]) AS t(id, target)"
        " WHERE r.id = t.id",
        [[t.pk for t in targets], [t.target for t in targets]],
    )
    done.created += len(targets)


def _try(importer: Importer, rows: list[Parsed], context: Context) -> Sequence[str | Refused]:
    """Create all at once; if that is refused, one by one, so that a bad row does not take the good ones with it."""
    if not rows:
        return []
    try:
        with transaction.atomic():
            return importer.create_many(rows, context)
    except Refused as error:
        if len(rows) == 1:
            return [error]
    except (IntegrityError, DataError) as error:
        if len(rows) == 1:
            cause = str(error).splitlines()[0][:200]
            return [Refused(_("the database refused the row: %(why)s") % {"why": cause})]
    return [result for row in rows for result in _try(importer, [row], context)]


def _keep_problems(record: ImportRun, problems: Mapping[int, Iterable[Problem]]) -> None:
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(run=record, row=row, column=p.column[:200], value=_xml(p.value)[:80], reason=_xml(p.reason))
            for row, found in sorted(problems.items())
            for p in found
        ],
        batch_size=1000,
    )


def _keep_changes(record: ImportRun, changes: Mapping[int, Sequence[Change]]) -> None:
    ImportChange.objects.bulk_create(
        [
            ImportChange(
                run=record, row=row, field=c.field[:60], before=_xml(c.before)[:300], after=_xml(c.after)[:300]
            )
            for row, found in sorted(changes.items())
            for c in found
        ],
        batch_size=1000,
    )


def _xml(text: str) -> str:
    """PostgreSQL holds no NUL."""
    return text.replace("\x00", "\ufffd")


def cancel(record: ImportRun, now: datetime) -> None:
    """Stop a run behind its current batch; what came in stays in. Raises ``Impossible`` when it is over."""
    with transaction.atomic():
        changed = ImportRun.objects.filter(
            pk=record.pk, state__in=(RunState.DRAFT, *UNDER_WAY, RunState.FAILED)
        ).update(state=RunState.CANCELLED, finished_at=now)
        if not changed:
            raise Impossible(_("The import is over already."))
        record.refresh_from_db()
        _tell(record, "import.cancelled", now)


def _tell(record: ImportRun, kind: str, at: datetime) -> None:
    append_to_stream(
        "transfer",
        [
            Draft(
                head=Stream(),  # set by append_to_stream
                stream="transfer",
                kind=kind,
                at=at,
                actor_id=record.person_id,
                actor_name=record.person.name if record.person else "command line",
                data={
                    "run": record.pk,
                    "importer": record.importer,
                    "file": record.file_sha256,
                    "mapping": record.mapping_sha256,
                    "dry_run": record.dry_run,
                    "read": record.read,
                    "created": record.created,
                    "changed": record.changed,
                    "doubles": record.doubles,
                    "rejected": record.rejected,
                },
            )
        ],
    )
