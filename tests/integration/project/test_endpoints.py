"""The addresses for those who run the house."""

from __future__ import annotations

import pytest

from open95598.foundation import process


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def test_healthz_needs_no_database(client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_readyz_names_its_checks(client, home) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": "ok", "migrations": "ok"}}


@pytest.mark.django_db
def test_readyz_misses_a_process(client, home, settings) -> None:
    settings.EXPECTED_PROCESSES = ["worker", "sweeper"]
    process.Heartbeat("worker", every=5).beat()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
        "sweeper": "not running",
    }


@pytest.mark.django_db
def test_metrics_are_prometheus_text(client, home) -> None:
    process.Heartbeat("relay", every=5).beat()
    answer = client.get("/metrics")
    assert answer["Content-Type"].startswith("text/plain")
    assert b"python_info" in answer.content
    assert b'open95598_process_heartbeat_age_seconds{process="relay"}' in answer.content


def test_metrics_are_for_this_machine_or_with_a_token(client, monkeypatch) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    monkeypatch.setenv("OPEN95598_METRICS_TOKEN", "s3cret")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403


@pytest.mark.django_db
def test_metrics_with_the_token_from_anywhere(client, monkeypatch) -> None:
    monkeypatch.setenv("OPEN95598_METRICS_TOKEN", "s3cret")
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer s3cret"})
    assert answer.status_code == 200


def test_every_answer_has_a_content_policy(client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
