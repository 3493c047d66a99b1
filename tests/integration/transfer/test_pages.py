"""The pages with a real client: upload, match, trial run, import, correct; ask, approve, fetch."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from open95598.foundation.people import services
from open95598.foundation.transfer import tasks
from open95598.foundation.transfer.models import ImportRun, RunState
from open95598.foundation.transfer.reading import read_table
from open95598.foundation.units import services as units
from open95598.foundation.units.changes import HOUSE

pytestmark = pytest.mark.django_db
TEXT = "编号,内容,时间,别的\n1,停电,2020/1/6 12:09:38,x\n2,bad,2020/1/7,y\n3,<script>alert(1)</script>,2020/1/7,z\n"


@pytest.fixture
def sign_in(clock: Any, now: Any) -> Callable[[str, str], Client]:
    unit = units.create(code="HQ", name="总部", level="headquarters", parent=None, now=now, by=HOUSE)

    def sign_in(username: str, role: str) -> Client:
        person = services.hire(
            username=username, unit=unit, actor=services.HOUSE, now=now, name=username, must_change_password=False
        )
        services.assign_role(person, role, unit, actor=services.HOUSE, now=now)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_from_upload_to_refused_rows(sign_in: Any, keys: Any) -> None:
    client = sign_in("li", "agent")
    assert client.get(reverse("transfer:imports")).status_code == 200
    answer = client.post(
        reverse("transfer:imports"),
        {"importer": "sample-streams", "file": SimpleUploadedFile("订单.csv", TEXT.encode())},
    )
    draft = ImportRun.objects.get()
    assert answer["Location"] == reverse("transfer:import", args=[draft.pk])
    page = client.get(answer["Location"]).content.decode()
    assert '<option value="编号" selected>' in page
    assert "<script>alert(1)" not in page

    columns = {"way": "columns", "column.external_id": "编号", "column.text": "", "column.at": "时间", "do": "check"}
    wrong = client.post(reverse("transfer:import_start", args=[draft.pk]), columns)
    assert wrong.status_code == 422, "a required field without a column"
    answer = client.post(reverse("transfer:import_start", args=[draft.pk]), {**columns, "column.text": "内容"})
    trial = ImportRun.objects.get(dry_run=True)
    assert answer["Location"] == reverse("transfer:import", args=[trial.pk])
    assert "every 1s" in client.get(answer["Location"]).content.decode()
    tasks.run_import(trial.pk)
    assert keys() == []
    page = client.get(answer["Location"]).content.decode()
    assert "says bad" in page
    assert "every 1s" not in page

    client.post(reverse("transfer:import_start", args=[trial.pk]), {"do": "import"})
    run = ImportRun.objects.get(dry_run=False, state=RunState.QUEUED)
    tasks.run_import(run.pk)
    assert keys() == ["sample/1", "sample/3"]
    report = client.get(reverse("transfer:import_errors", args=[run.pk]))
    (row,) = read_table(io.BytesIO(b"".join(report.streaming_content)))
    assert row.cells["编号"] == "2"

    other = sign_in("wang", "agent")
    for name in ("import", "import_errors", "import_status"):
        assert other.get(reverse(f"transfer:{name}", args=[run.pk])).status_code == 404


def test_a_hostile_file_is_refused_on_the_page(sign_in: Any) -> None:
    client = sign_in("li", "agent")
    answer = client.post(
        reverse("transfer:imports"), {"importer": "sample-streams", "file": SimpleUploadedFile("x.xlsx", b"%PDF-1.4")}
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_crews_may_not_import(sign_in: Any) -> None:
    assert sign_in("crew", "crew_member").get(reverse("transfer:imports")).status_code == 403


def test_ask_approve_fetch(sign_in: Any, settings: Any, now: Any) -> None:
    import sample  # registers the sample listing

    from open95598.foundation.transfer.models import ExportRequest

    settings.EXPORT_DIRECT_LIMIT = 0
    agent, leader = sign_in("li", "agent"), sign_in("leader", "shift_leader")
    ask = reverse("transfer:export_ask", args=[sample.LISTING.name])
    assert agent.get(ask).status_code == 200
    assert agent.post(ask).status_code == 422
    assert agent.post(ask, {"reason": "走访名单"}).status_code == 302
    wanted = ExportRequest.objects.get()
    assert "走访名单" in leader.get(reverse("transfer:exports")).content.decode()
    decide = reverse("transfer:export_decide", args=[wanted.pk])
    assert agent.post(decide, {"decision": "approve"}).status_code == 403
    assert leader.post(decide, {"decision": "approve"}).status_code == 302
    tasks.make_export(wanted.pk)
    fetch = reverse("transfer:export_file", args=[wanted.pk])
    assert leader.post(fetch).status_code == 404
    assert agent.get(fetch).status_code == 405
    first = agent.post(fetch)
    assert len(list(read_table(io.BytesIO(b"".join(first.streaming_content))))) == 2
    assert agent.post(fetch).status_code == 409

    settings.EXPORT_DIRECT_LIMIT = 10
    direct = agent.post(ask)
    assert direct["Content-Disposition"].startswith("attachment")
