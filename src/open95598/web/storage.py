"""Static files with their digest in the name, so that browsers may keep them for ever (production)."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names carry a digest, also inside the ``import`` lines of our ES modules; a missing file fails the build."""

    support_js_module_import_aggregation = True
