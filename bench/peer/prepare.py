"""Makes the peer's tables, a staff account, and tickets from lines of JSON on standard input; prints credentials."""

import json
import os
import sys
from datetime import datetime
from itertools import islice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peer.settings")

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from helpdesk.models import Queue, Ticket
from rest_framework.authtoken.models import Token


def main() -> None:
    call_command("migrate", verbosity=0)
    user, _ = get_user_model().objects.get_or_create(username="agent", is_staff=True, is_superuser=True)
    queue, _ = Queue.objects.get_or_create(title="95598", slug="q95598", allow_public_submission=True)
    if not Ticket.objects.exists():
        while lines := list(islice(sys.stdin, 5000)):
            Ticket.objects.bulk_create(_ticket(json.loads(line), queue) for line in lines)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    token, _ = Token.objects.get_or_create(user=user)
    known = {"queue": queue.pk, "token": token.key, "session": session.session_key, "last": _last()}
    print(json.dumps(known))


def _ticket(row: dict, queue: Queue) -> Ticket:
    at = datetime.fromisoformat(row["at"])
    status = Ticket.OPEN_STATUS if row["open"] else Ticket.CLOSED_STATUS
    return Ticket(
        title=row["title"][:200], queue=queue, created=at, modified=at, submitter_email="", status=status,
        description=row["description"], priority=3, secret_key="x",
    )  # fmt: skip


def _last() -> int:
    return Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


if __name__ == "__main__":
    main()
