"""The national calendar as it ships, and the vectors that it is compared with."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import yaml
from hypothesis import strategies as st

from tinhso.kernel.calendar import VIETNAM, Calendar, CalendarDocument

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"


def vectors(name):
    return json.loads((VECTORS / name).read_text("utf-8"))


def rows(name):
    with (VECTORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def at(text):
    """An instant as clocks in Vietnam show it: at("2026-08-10 16:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def load_document():
    tree = yaml.safe_load((ROOT / "packs" / "vietnam" / "calendar.yaml").read_text("utf-8"))
    return msgspec.convert(tree, CalendarDocument)


VIETNAMESE_CALENDAR = Calendar.from_document(load_document())

# Any second of the years that the calendar knows, with room for a term after it.
MOMENTS = st.integers(0, 11 * 365 * 86_400).map(lambda seconds: at("2019-01-01 00:00") + timedelta(seconds=seconds))
