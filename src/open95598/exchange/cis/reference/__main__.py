"""``python -m open95598.exchange.cis.reference STORE PORT [TOKEN]``: the reference billing system alone."""

from __future__ import annotations

import sys
from pathlib import Path

from open95598.exchange.cis.reference import serving


def main(path: str, port: str, token: str = "") -> None:
    """Serve a store that is there until killed; prints one line with the address when it does."""
    server = serving.server(serving.Application(Path(path), token), "127.0.0.1", int(port))
    print(f"reference CIS at http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
