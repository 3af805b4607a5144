"""JSON Schemas of pack files for editors, made out of the same structs that the program reads.

`tinhso packs schemas` writes packs/.schemas/<part>.json; a test keeps them current. A file names its schema in a
comment that yaml-language-server reads (docs/packs.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tinhso.packs.parts import Part, registered

FOLDER = ".schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def write(folder: Path) -> list[Path]:
    """Write the schema of every part below `folder`; removes those of parts that are gone. Gives what it wrote."""
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    wanted = dict(schemas())
    for stale in target.glob("*.json"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (target / name).write_text(text, encoding="utf-8")
    return [target / name for name in wanted]


def stale(folder: Path) -> list[str]:
    """Names of schemas that are missing, old, or of no part."""
    target = folder / FOLDER
    wanted = dict(schemas())
    there = {path.name: path.read_text(encoding="utf-8") for path in target.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def schemas() -> Iterator[tuple[str, str]]:
    """File name and text of each schema: of every part that is written in YAML."""
    for part in registered():
        if part.pattern.endswith((".yaml", ".yml")):
            yield f"{part.name}.json", json.dumps(schema(part), ensure_ascii=False, indent=1) + "\n"


def schema(part: Part[Any]) -> dict[str, Any]:
    """The schema of one part."""
    made = msgspec.json.schema(part.struct)
    head = {"$schema": _DIALECT, "title": part.name, "description": f"tinhso: {part.pattern}"}
    written: dict[str, Any] = _as_written(made)
    return head | written


def _as_written(node: Any) -> Any:
    """What YAML allows beside what JSON does: a decimal number may stand without quotes."""
    if isinstance(node, Mapping):
        if node.get("format") == "decimal":
            rest = {key: value for key, value in node.items() if key not in ("type", "format")}
            return rest | {"type": ["string", "number"]}
        return {key: _as_written(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_as_written(item) for item in node]
    return node
