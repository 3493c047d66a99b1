"""A cable between the zones that can be cut: a TCP relay in front of the inner house."""

from __future__ import annotations

import contextlib
import socket
import threading


class Cable:
    """Listens on a port of its own and carries what comes to the inner house.

    ``cut`` refuses new connections and breaks those that stand. ``swallow`` lets requests through and breaks the line
    before the answer comes back: the inner house has done it, and nobody knows.
    """

    def __init__(self, to: tuple[str, int]) -> None:
        self._to = to
        self._server = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self._server.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.is_cut = False
        self.swallows = 0
        self.swallowed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cut the cable."""
        self.is_cut = True
        with self._lock:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self, *, swallow: int = 0) -> None:
        """Mend it; the answers of the next ``swallow`` requests get lost."""
        self.swallows = swallow
        self.is_cut = False

    def close(self) -> None:
        """Take it away."""
        self.cut()
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._server.accept()
            except OSError:
                return
            if self.is_cut:
                # a reset, as from a host that is down
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                client.close()
                continue
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            house = socket.create_connection(self._to, timeout=60)
        except OSError:
            client.close()
            return
        with self._lock:
            self._open |= {client, house}
        threading.Thread(target=self._pump, args=(client, house, False), daemon=True).start()
        self._pump(house, client, True)

    def _pump(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        try:
            while data := source.recv(65536):
                if answers and self._takes_away(data):
                    break
                target.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            with self._lock:
                self._open -= {source, target}

    def _takes_away(self, data: bytes) -> bool:
        """Say whether this answer, of something that was registered, gets lost."""
        with self._lock:
            if self.swallows and data.startswith(b"HTTP/1.1 201"):
                self.swallows -= 1
                self.swallowed += 1
                return True
        return False
