"""What authors of these packs are told, and what the province's document says."""

import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from django.conf import settings

from tinhso.packs.actions import publish_all
from tinhso.packs.check import check
from tinhso.places import queries
from tinhso.places.rules import ProvinceNotLoaded

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for pack in ("vietnam", "tay-ninh", "tuyen-quang"):
        shutil.copytree(settings.PACKS_DIR / pack, tmp_path / "packs" / pack)
    for publications in (tmp_path / "packs").glob("*/publications.yaml"):
        publications.unlink()  # they name procedures of packs that are not here; tests/packs checks all packs together
    return tmp_path / "packs"


def findings(folder: Path, file: str) -> list[str]:
    report = check(folder)
    return [
        f"{one.file}:{one.position.line}: {one.finding.message.format(**one.finding.values)}"
        for one in report.errors
        if one.file.endswith(file)
    ]


def test_the_packs_of_places_have_no_errors(folder):
    assert [f"{one.file}:{one.position.line} {one.finding}" for one in check(folder).errors] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("tay-ninh/agencies.yaml", "code: H53.04,", "code: H53.03,", "the code “H53.03” stands twice"),
        ("tay-ninh/agencies.yaml", 'unit: "25459"', 'unit: "25458"', "there is no unit “25458”"),
        ("tay-ninh/agencies.yaml", "parent: H53.07.01,", "parent: H53.98,", "there is no agency “H53.98” in this file"),
        ("tay-ninh/units/successions-2025-07-01.csv", "25456,25459,whole,yes", "25456,25459,whole,no", "0 default"),
        ("tay-ninh/units/successions-2025-07-01.csv", "25456,25459,", "25456,99999,", "there is no unit “99999”"),
        ("vietnam/units/units-2025-07-01.csv", "25459,commune,80", "25459,commune,70", "there is no unit “70”"),
        ("vietnam/units/units-2025-07-01.csv", "25480,", "25459,", "the code “25459” stands twice in this list"),
        ("vietnam/units/units-2025-07-01.csv", "25459,commune", "254,commune", "does not fit the level commune"),
        ("tay-ninh/units.yaml", "valid_until: 2025-07-01", "valid_until: 2018-01-01", "ends before it begins"),
        ("tay-ninh/province.yaml", '["13:30", "17:00"]', '["11:00", "17:00"]', "do not follow one another"),
        ("tay-ninh/province.yaml", 'code: "80"', 'code: "81"', "there is no unit “81”"),
    ],
)
def test_a_mistake_is_found_at_its_line(folder, file, old, new, says):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    said = findings(folder, file)
    assert any(says in one for one in said), said
    assert any(f":{number}:" in one for one in said for number in (line - 1, line, line + 1)), said


@pytest.mark.usefixtures("db")
class TestPublished:
    def test_the_province_speaks_in_both_languages(self, folder):
        publish_all(by=None, folder=folder, province="tay-ninh", at=AT)
        province = queries.province(TODAY)
        assert (province.code, province.agency) == ("80", "H53")
        assert province.full_name.in_("vi") == "Tỉnh Tây Ninh"
        assert province.portal.name.in_("en") == "Public service portal of Tay Ninh Province"
        assert [notice.on for notice in province.notices if notice.shown(TODAY)] == [date(2026, 11, 24)]
        assert not province.is_difficult("25459", TODAY)

    def test_the_calendar_has_the_days_off_and_the_provinces_hours(self, folder):
        publish_all(by=None, folder=folder, province="tay-ninh", at=AT)
        calendar = queries.calendar(TODAY)
        assert not calendar.is_working(date(2026, 9, 1))
        assert calendar.is_working(date(2026, 8, 22))
        assert calendar.hours.closing == time(17, 0)
        assert queries.calendar(TODAY) is calendar

    def test_a_unit_may_keep_hours_of_its_own(self, folder):
        path = folder / "tay-ninh" / "province.yaml"
        own = '  - {valid_from: 2026-01-01, units: ["25459"], intervals: [["07:00", "11:00"], ["13:00", "16:30"]]}\n'
        path.write_text(
            path.read_text(encoding="utf-8").replace("working_hours:\n", "working_hours:\n" + own), encoding="utf-8"
        )
        publish_all(by=None, folder=folder, province="tay-ninh", at=AT)
        assert queries.calendar(TODAY, unit_code="25459").hours.closing == time(16, 30)
        assert queries.calendar(TODAY, unit_code="25480").hours.closing == time(17, 0)
        assert queries.calendar(date(2025, 12, 31), unit_code="25459").hours.closing == time(17, 0)

    def test_without_a_published_province_there_is_nothing_to_say(self):
        with pytest.raises(ProvinceNotLoaded):
            queries.province(TODAY)
