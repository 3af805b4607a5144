"""The command line: help that answers a stranger, refusals without a trace."""

import subprocess
import sys

import pytest
from typer.main import get_command

from tinhso.site import cli


def commands(group=None, path=()):
    """Every command with its path: (("packs", "check"), command)."""
    for name, command in (group or get_command(cli.app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "tinhso.site", *arguments],
        env=os.environ | {"COLUMNS": "100"} | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_promised_commands_are_there():
    promised = ["demo", "serve", "packs check", "journal verify", "bench", "backup", "restore"]
    assert set(promised) <= {" ".join(path) for path, _ in commands()}


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_each_command_says_what_it_does_and_what_each_of_its_words_means(path, command):
    assert command.help.strip().split("\n")[0].endswith((".", ":"))
    for parameter in command.params:
        assert parameter.name == "help" or parameter.help, f"{path} {parameter.name}"


def test_help_needs_no_database_and_leaves_nothing_behind(tmp_path):
    done = run("demo", "--help", DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 0
    assert "Start a province with invented people" in done.stdout
    assert not (tmp_path / "data").exists()


def test_a_pack_with_an_error_is_named_with_its_line_and_the_command_fails(tmp_path):
    (tmp_path / "data").mkdir()
    pack = tmp_path / "packs" / "broken"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("id: broken\nid: twice\n")
    done = run("packs", "check", str(tmp_path / "packs"), DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    assert "broken/pack.yaml:2:" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["restore", "/nowhere"], {}, "is not a backup made by"),
        (["serve"], {"PORT": "many"}, "PORT='many' is not a port number"),
        (["demo"], {"PROVINCE": "atlantis"}, "There is no province “atlantis”. There are: tay-ninh, tuyen-quang"),
    ],
)
def test_a_refusal_is_one_message_and_no_trace(tmp_path, arguments, environment, words):
    done = run(*arguments, DATA_DIR=str(tmp_path / "data"), **environment)
    assert done.returncode == 1
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_an_unknown_figure_gets_the_list_of_those_that_exist(tmp_path):
    done = run("bench", "no-such-figure", DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 2
    assert done.stdout.startswith("Figures: ")
