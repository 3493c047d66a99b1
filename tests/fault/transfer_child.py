"""A process that carries an import out and is killed in the middle. Arguments: database, home, run, pause, batch."""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]

import django  # noqa: E402

django.setup()
settings.HOME = Path(sys.argv[2])
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration" / "transfer"))
import sample  # noqa: E402

from open95598.foundation import clock  # noqa: E402
from open95598.foundation.transfer import imports  # noqa: E402

sample.IMPORTER.pause = float(sys.argv[4])
imports.run(int(sys.argv[3]), clock.now, batch=int(sys.argv[5]), progress=lambda run: print(run.position, flush=True))
