"""Cold start of a province and warm start, in seconds: from nothing in the data folder to a page that answers.

The set-up of Python and Node packages is not in it (it depends on the network); `make demo` prints how long that took.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _house import report, wait_for

PORT = 8973


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tinhso-start-") as folder:
        Path(folder).chmod(0o755)
        cold, warm = _start(folder), _start(folder)
    rows = [
        ("cold: tables, packs, places, demonstration data", f"{cold:.1f} s"),
        ("warm: everything is there", f"{warm:.1f} s"),
    ]
    report("start", rows, ours=warm, unit="seconds, warm", peer=cold)


def _start(folder: str) -> float:
    environment = os.environ | {"DATA_DIR": f"{folder}/province", "PORT": str(PORT), "MAIL_PORT": str(PORT + 1)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tinhso.site", "demo"],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{PORT}/", seconds=300)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


if __name__ == "__main__":
    main()
