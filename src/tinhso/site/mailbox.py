"""The demo's mail catcher: speaks SMTP with the portal and keeps each message as a file; nothing leaves the machine.

Files are DATA_DIR/mail/<arrival in nanoseconds>-<number>.eml, complete as soon as they have that name.
"""

import itertools
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

MESSAGES_KEPT_MAX = 500


class Mailbox:
    """Keeps what arrives, and the newest five hundred of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.keep(envelope.original_content or envelope.content)
        return "250 Message kept"

    def keep(self, message: bytes) -> Path:
        path = self.folder / f"{time.time_ns()}-{next(self.numbers):04d}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(message)
        draft.rename(path)
        for old in sorted(self.folder.glob("*.eml"))[:-MESSAGES_KEPT_MAX]:
            old.unlink(missing_ok=True)
        return path


def serve(folder: Path, port: int) -> None:
    """Catches mail until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=port, data_size_limit=20 * 1024 * 1024)
    controller.start()
    try:
        while not ended.wait(timeout=60):
            if os.getppid() == 1:  # whoever started us is gone
                break
    finally:
        controller.stop()
