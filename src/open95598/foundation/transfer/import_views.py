"""The pages of imports: upload, match columns, check, run, correct. Everybody sees their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.foundation.errors import Invalid, NotFound, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer import importers, imports, mapping, tasks, uploads
from open95598.foundation.transfer.models import ImportRun, RunState
from open95598.foundation.transfer.values import as_text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: the choice that leaves a field as the mapping text has it
_KEEP = "="
_MAPPING_BYTES = 200_000


@needs(Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def index(request: Any) -> HttpResponse:
    """Show my imports and take a file."""
    problem: Refused | None = None
    if request.method == "POST":
        try:
            return redirect("transfer:import", _upload(request).pk)
        except Refused as refusal:
            problem = refusal
    runs = ImportRun.objects.filter(person=request.user)[:50]
    known = {i.name: i.label for i in importers.every()}
    context = {
        "importers": importers.every(),
        "chosen": request.POST.get("importer", request.GET.get("importer", "")),
        "runs": [(run, known.get(run.importer, run.importer)) for run in runs],
        "problem": problem,
    }
    return render(request, "transfer/imports.html", context, status=problem.status if problem else 200)


def _upload(request: Any) -> ImportRun:
    importer = importers.get(request.POST.get("importer", ""))
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(_("Choose a file."), fields={"file": _("must not be empty")})
    with transaction.atomic():
        draft = imports.upload(importer, upload, upload.name, person=request.user, now=request.now)
        given = request.FILES.get("mapping")
        if given is not None:
            if given.size > _MAPPING_BYTES:
                raise Invalid(_("The mapping file is too large."))
            try:
                text = given.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise Invalid(_("The mapping file must be text in UTF-8.")) from error
            draft.mapping = mapping.load(text, importer, name=given.name).dump()
            draft.save(update_fields=("mapping",))
    return draft


def _mine(request: Any, pk: int) -> ImportRun:
    run = ImportRun.objects.select_related("person").filter(pk=pk, person=request.user).first()
    if run is None:
        raise NotFound(_("There is no such import."))
    return run


@needs(Permission.IMPORT)
@require_GET
def page(request: Any, pk: int) -> HttpResponse:
    """Show a draft's columns and first rows, or how a run goes."""
    run = _mine(request, pk)
    if (run.state == RunState.DRAFT or "edit" in request.GET) and uploads.is_kept(run):
        return _mapping_page(request, run, run.mapping)
    return render(request, "transfer/import_run.html", _run_context(run))


def _mapping_page(request: HttpRequest, run: ImportRun, text: str, problem: Refused | None = None) -> HttpResponse:
    importer = importers.get(run.importer)
    try:
        plan = mapping.load(text, importer) if text.strip() else mapping.Plan(importer.name)
    except Invalid:
        plan = mapping.Plan(importer.name)  # nothing is guessed yet, or the text is what the problem is about
    table, rows = uploads.preview(run, plan)
    fields = []
    for f in importer.fields:
        source = plan.fields.get(f.name)
        simple = source == mapping.Source(columns=source.columns) and len(source.columns) == 1 if source else True
        fields.append({
            "field": f,
            "column": source.columns[0] if source and simple else "",
            "words": "" if simple or source is None else _words(source),
            "problem": (problem.fields.get(f.name) if problem else None),
        })  # fmt: skip
    context = {
        "run": run,
        "importer": importer,
        "fields": fields,
        "table": table,
        "rows": [
            (row, [(as_text(v)[:80], any(p.column == h for p in row.problems)) for h, v in row.cells.items()])
            for row in rows
        ],
        "text": text,
        "keep": _KEEP,
        "problem": problem,
    }
    return render(request, "transfer/import_mapping.html", context, status=problem.status if problem else 200)


def _words(source: mapping.Source) -> str:
    """Say in a few words what the mapping text does with a field."""
    if source.template:
        return source.template.replace("\n", " ⏎ ")
    return "、".join(source.columns) if source.columns else f"= {as_text(source.constant)}"


@needs(Permission.IMPORT)
@require_POST
def start(request: Any, pk: int) -> HttpResponse:
    """Check the columns and put the run, or the trial run, into the queue."""
    draft = _mine(request, pk)
    way = request.POST.get("way", "as_it_is")
    text = draft.mapping
    try:
        if way == "text":
            text = request.POST.get("text", "")
        elif way == "columns":
            text = _from_columns(draft, request.POST)
        with transaction.atomic():
            run = imports.prepare(
                draft,
                text,
                dry_run=request.POST.get("do") != "import",
                all_or_nothing=request.POST.get("all_or_nothing") == "on",
                now=request.now,
                name=_("mapping"),
            )
            tasks.run_import.defer(run_id=run.pk)
            if draft.state == RunState.DRAFT:
                ImportRun.objects.filter(pk=draft.pk).update(mapping=run.mapping)
    except Invalid as refusal:
        return _mapping_page(request, draft, text, refusal)
    return redirect("transfer:import", run.pk)


def _from_columns(draft: ImportRun, posted: Any) -> str:
    importer = importers.get(draft.importer)
    try:
        plan = mapping.load(draft.mapping, importer)
    except Invalid:
        plan = mapping.Plan(importer.name)
    fields = dict(plan.fields)
    for f in importer.fields:
        choice = posted.get(f"column.{f.name}", "")
        if choice == _KEEP:
            continue
        if choice:
            fields[f.name] = mapping.Source(columns=(choice,))
        else:
            fields.pop(f.name, None)
    return replace(plan, fields=fields).dump()


def _run_context(run: ImportRun) -> dict[str, Any]:
    importer = next((i for i in importers.every() if i.name == run.importer), None)
    labels = {f.name: f.label for f in importer.fields} if importer else {}
    names = getattr(importer, "found_labels", {})
    share = 100 * run.read // run.total if run.total else 0
    return {
        "run": run,
        "label": importer.label if importer else run.importer,
        "open": run.state in (RunState.QUEUED, RunState.RUNNING),
        "share": min(share, 100),
        "problems": list(run.problems.all()[:100]),
        "changes": [(c, labels.get(c.field, c.field)) for c in run.changes.all()[:100]],
        "findings": [(f, names.get(f.kind, f.kind)) for f in run.findings.all()[:100]],
        "found": run.findings.count(),
        "can_import": run.dry_run and run.state == RunState.DONE and run.created + run.changed > 0,
        "wanted": run.created + run.changed,
        "kept": uploads.is_kept(run),
    }


@needs(Permission.IMPORT)
@require_GET
def status(request: Any, pk: int) -> HttpResponse:
    """Return the part of the page that moves."""
    return render(request, "transfer/_status.html", _run_context(_mine(request, pk)))


@needs(Permission.IMPORT)
@require_GET
def errors(request: Any, pk: int) -> FileResponse:
    """Hand out the refused rows with their reasons."""
    run = _mine(request, pk)
    name = f"{run.file_name.rsplit('.', 1)[0]}-{run.pk}-{_('refused')}.xlsx"
    return FileResponse(uploads.error_report(run), as_attachment=True, filename=name, content_type=_XLSX)


@needs(Permission.IMPORT)
@require_POST
def cancel(request: Any, pk: int) -> HttpResponse:
    """Stop a run behind its current batch."""
    imports.cancel(_mine(request, pk), request.now)
    return redirect("transfer:import", pk)
