"""The province under test: where it listens, and taking its database away for a while."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tinhso.site.processes import Supervisor, start_own_database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Portal:
    address: str
    supervisor: Supervisor | None = None

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """PostgreSQL itself is stopped, and started again afterwards; the portal goes on running."""
        assert self.supervisor, "Not with TINHSO_PORTAL: that database is somebody else's."
        server = self.supervisor.server
        assert server
        server.stop_adopted()
        try:
            yield
        finally:
            self.supervisor.server = start_own_database(self.supervisor.environment.data_dir)
            self._wait_until_healthy()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError:
                time.sleep(0.2)
        raise TimeoutError(f"{self.address} did not recover within 30 s")
