"""Editors see the shapes that the program reads."""

import json

import jsonschema
import pytest
from small_house import SERVICE, SERVICE_YAML

from tinhso.packs import schemas
from tinhso.packs.load import read_bytes


def errors(text):
    validator = jsonschema.Draft202012Validator(schemas.schema(SERVICE))
    return [error.message for error in validator.iter_errors(read_bytes(text.encode(), "p/x.yaml").tree)]


def test_a_sound_document_fits_its_schema():
    assert errors(SERVICE_YAML) == []


@pytest.mark.parametrize("line", ["chanel: online", "channel: onlin", "form: 12", "steps: [A]"])
def test_an_editor_shows_what_the_check_would_say(line):
    assert errors(SERVICE_YAML + line + "\n")


def test_every_part_that_is_written_in_yaml_has_a_valid_schema():
    made = dict(schemas.schemas())
    assert set(made) == {"service.json", "form.json", "pack.json", "part-examples.json"}
    for text in made.values():
        jsonschema.Draft202012Validator.check_schema(json.loads(text))


def test_written_schemas_are_current_until_a_struct_changes(tmp_path):
    (tmp_path / ".schemas").mkdir()
    (tmp_path / ".schemas" / "gone.json").write_text("{}")
    assert "gone.json" in schemas.stale(tmp_path)
    assert [path.name for path in schemas.write(tmp_path)] == [
        "service.json",
        "form.json",
        "pack.json",
        "part-examples.json",
    ]
    assert schemas.stale(tmp_path) == []
    (tmp_path / ".schemas" / "pack.json").write_text("{}")
    assert schemas.stale(tmp_path) == ["pack.json"]
