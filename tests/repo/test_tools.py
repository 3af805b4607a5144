"""The tools that read all code agree with it: what they say is the failure's text."""

import subprocess
import sys
from pathlib import Path

import pytest

from tinhso.site import setup

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def said_by(*command: str, folder: Path = REPOSITORY) -> str:
    """Nothing where the tool is content, else what it says."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_code_is_formatted():
    assert not said_by(str(BIN / "ruff"), "format", "--check", ".")


def test_lint_finds_nothing():
    assert not said_by(str(BIN / "ruff"), "check", "--output-format", "concise", ".")


@pytest.mark.slow
def test_types_fit():
    assert not said_by(str(BIN / "mypy"))


def test_imports_go_down_only():
    assert not said_by(str(BIN / "lint-imports"))


def test_the_front_ends_types_fit():
    assert not said_by(*setup.find_node().npm, "run", "--silent", "check", folder=REPOSITORY / "frontend")


def test_migrations_say_what_the_models_say():
    assert not said_by(
        sys.executable, "-W", "ignore", "-m", "tinhso.site.manage", "makemigrations", "--check", "--dry-run"
    )
