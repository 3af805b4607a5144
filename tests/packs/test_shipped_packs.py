"""The packs that are shipped: nothing is wrong with them, and editors know their shapes."""

import pytest
from django.conf import settings

from tinhso.packs import parts, schemas, words
from tinhso.packs.check import check
from tinhso.site.parts import register_all


@pytest.fixture(autouse=True)
def the_rooms_own_parts(small_house, monkeypatch):
    monkeypatch.setattr(parts, "_register", parts._Register())
    register_all()


def test_the_shipped_packs_have_no_errors():
    report = check(settings.PACKS_DIR)
    assert [words.line(found) for found in report.errors] == []


@pytest.mark.parametrize("province", ["tay-ninh", "tuyen-quang"])
def test_each_province_stands_alone(province):
    report = check(settings.PACKS_DIR, province=province, standing={})
    assert [words.line(found) for found in report.errors] == []


def test_the_schemas_for_editors_are_current():
    assert schemas.stale(settings.PACKS_DIR) == [], "run `tinhso packs schemas`"


def test_every_part_is_in_the_documentation():
    written = (settings.PACKS_DIR.parent / "docs" / "packs.md").read_text(encoding="utf-8")
    assert [part.name for part in parts.registered() if f"| `{part.pattern}` | {part.name} |" not in written] == []
