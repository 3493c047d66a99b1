"""Static files with their digest in the name, so that browsers may keep them for ever (production)."""

from __future__ import annotations

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names carry a digest, also inside the ``import`` lines of our own ES modules; a missing file fails the build.

    Other packages' scripts are left as they are: some name imports that they do not bring.
    """

    support_js_module_import_aggregation = True
    # Django offers no public way to name the scripts whose imports it rewrites
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        HashedFilesMixin._js_module_import_aggregation_patterns[1],  # type: ignore[attr-defined]  # noqa: SLF001
    )
