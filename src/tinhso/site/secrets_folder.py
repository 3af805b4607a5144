"""Secrets: made once, kept in DATA_DIR/secrets, readable by their owner only.

Reading never writes: a program that only looks at settings (a type checker, `--help`) leaves no trace.
"""

import os
import secrets
from pathlib import Path

NAMES = ("secret_key", "app_password", "owner_password", "superuser_password")


def folder(data_dir: Path) -> Path:
    return data_dir / "secrets"


def read(data_dir: Path, name: str) -> str | None:
    """The secret, or None where none was made yet."""
    try:
        return (folder(data_dir) / name).read_text("ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None


def make_all(data_dir: Path) -> None:
    """Makes the secrets that are missing; those that exist stay."""
    folder(data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in NAMES:
        if read(data_dir, name) is None:
            _write_once(folder(data_dir) / name, secrets.token_urlsafe(48))


def _write_once(path: Path, text: str) -> None:
    # Written beside and linked into place: two starting processes agree on the first one's secret.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first
    finally:
        draft.unlink()
