"""The room's jobs. Each can run twice without harm: a run knows its position, an export its state."""

from __future__ import annotations

from django.utils import translation
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.foundation.transfer import exports, imports, uploads
from open95598.foundation.transfer.models import ExportRequest, ImportRun


@app.task(queue="transfer", name="transfer.import")
def run_import(run_id: int) -> None:
    """Carry an import out in the language of whoever started it."""
    run = ImportRun.objects.select_related("person").get(pk=run_id)
    with translation.override(run.person.language if run.person else None):
        try:
            imports.run(run_id, clock.now)
        except imports.ContinuedElsewhere:
            return


@app.task(queue="transfer", name="transfer.export")
def make_export(request_id: int) -> None:
    """Make the file of an approved export."""
    request = ExportRequest.objects.select_related("person").get(pk=request_id)
    with translation.override(request.person.language):
        exports.make(request_id, clock.now())


@app.periodic(cron="17 * * * *", periodic_id="transfer.tidy")
@app.task(queue="transfer", name="transfer.tidy")
def tidy(timestamp: int) -> None:
    """Take away exports that nobody fetched in time, and uploads that are of no use any more."""
    now = clock.now()
    exports.expire(now)
    uploads.forget(now)
