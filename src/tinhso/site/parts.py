"""Which rooms offer parts of packs: wiring and nothing else."""

from importlib import import_module
from importlib.util import find_spec

from tinhso.packs.parts import Part, register

# From the top of the house down: the first part whose pattern matches takes a file, and `packs` takes what is left.
ROOMS = ("cases", "notices", "documents", "identity", "places", "packs")
# A room whose checks are long keeps them, and PARTS, in parts.py beside the structs in pack_part.py.
MODULES = ("parts", "pack_part")


def register_all() -> None:
    """Register the parts of every room; again changes nothing."""
    for room in ROOMS:
        for part in _parts_of(room):
            register(part)


def _parts_of(room: str) -> tuple[Part[object], ...]:
    for name in MODULES:
        if find_spec(f"tinhso.{room}.{name}"):
            parts: tuple[Part[object], ...] = getattr(import_module(f"tinhso.{room}.{name}"), "PARTS", ())
            if parts:
                return parts
    return ()
