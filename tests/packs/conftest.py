"""Every test of packs reads its own files with the parts of the small house."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from small_house import PARTS

from tinhso.packs import parts


@pytest.fixture(autouse=True)
def small_house(monkeypatch):
    """The parts of these tests, in place of the rooms' own."""
    monkeypatch.setattr(parts, "_register", parts._Register())
    for part in PARTS:
        parts.register(part)


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Writes files of packs below a folder `packs` and gives that folder."""

    def write_files(files: dict[str, str]) -> Path:
        folder = tmp_path / "packs"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return folder

    return write_files
