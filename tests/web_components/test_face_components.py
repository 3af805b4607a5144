"""Every component, as a reader, a keyboard and a screen reader meet it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils import translation

import tinhso.web
from tinhso.web import assets, gallery
from tinhso.web.components import Field, Figure, Province, Ticket, errors_of, parts_of, ruler_cells
from tinhso.web.templatetags import face

TEMPLATES = Path(tinhso.web.__file__).parent / "templates"
STYLES = Path(tinhso.web.__file__).parents[3] / "frontend" / "styles"
DUE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _built(tmp_path, monkeypatch):
    """Pages are tried without a built front end: its addresses are known, its files are not needed."""
    monkeypatch.setattr(assets, "_file", lambda source: f"assets/{Path(source).name}")


def page(name="web/gallery.html", language="vi"):
    province = Province(title="Tỉnh Mẫu", name="tỉnh Mẫu", committee="Ủy ban nhân dân tỉnh Mẫu")
    with translation.override(language):
        return BeautifulSoup(render_to_string(name, {**gallery.samples(), "province": province}), "html.parser")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["web/gallery.html", "web/gallery_desk.html"])
def test_every_control_has_a_label_and_every_described_by_points_somewhere(name, language):
    soup = page(name, language)
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    for control in soup.select("input:not([type=hidden]), select, textarea"):
        labelled = control.get("aria-label") or soup.find("label", attrs={"for": control.get("id")})
        assert labelled, control
    for tag in soup.select("[aria-describedby]"):
        assert set(tag["aria-describedby"].split()) <= ids, tag
    assert soup.html["lang"] == language


def test_no_id_stands_twice_on_a_page():
    ids = [tag["id"] for tag in page().find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_the_error_summary_leads_to_the_part_of_the_date_that_is_wrong():
    born = Field(kind="date", name="child.born", label="Ngày sinh", error="Tháng 13 không có", error_parts=("month",))
    (error,) = errors_of([born, Field(kind="text", name="a", label="A")])
    assert error.anchor == "f-child-born-month"
    html = face.field({}, born)
    assert 'id="f-child-born-month"' in html
    assert html.count("govuk-input--error") == 1


def test_what_was_typed_comes_back_escaped():
    typed = '"><script>alert(1)</script>'
    for kind in ("text", "textarea", "select", "radios", "file", "date"):
        html = face.field({}, Field(kind=kind, name="a", label=typed, value=typed, error=typed, hint=typed))
        assert "<script>" not in html


def test_a_chip_carries_its_state_by_shape_and_word():
    for state in ("new", "active", "due", "late", "stopped", "done"):
        chip = BeautifulSoup(face.chip(state, "Lời"), "html.parser")
        assert chip.svg["aria-hidden"] == "true"
        assert chip.get_text() == "Lời"
    shapes = {face.shape(state) for state in ("new", "active", "due", "late", "stopped", "done")}
    assert len(shapes) == 6


@pytest.mark.parametrize(("left", "state"), [(5, "active"), (2, "active"), (1, "due"), (0, "due"), (-1, "late")])
def test_a_deadline_turns_amber_at_one_day_left_and_red_when_over(left, state):
    assert f"chip--{state}" in face.deadline_chip(left, DUE)


def test_a_deadline_of_today_is_late_after_its_hour():
    with translation.override("vi"):
        chip = face.deadline_chip(0, DUE, datetime(2026, 11, 20, 10, 1, tzinfo=UTC))
    assert "chip--late" in chip
    assert "Quá hạn từ 17:00" in chip


def test_a_stopped_clock_is_neither_late_nor_due():
    assert "chip--stopped" in face.deadline_chip(-3, DUE, stopped=True)


def test_the_ruler_has_a_cell_a_day_and_adds_the_days_beyond_the_limit():
    assert ruler_cells(4, 2) == ("used", "now", "free", "free")
    assert ruler_cells(3, 5) == ("used", "used", "used", "over", "over")
    assert ruler_cells(3, 1, stopped=1) == ("used", "stopped", "free", "free")
    assert len(ruler_cells(60, 10)) == 12, "above twenty days a cell is a week"


def test_a_level_is_told_in_words_and_in_bars():
    with translation.override("vi"):
        soup = BeautifulSoup(render_to_string("web/components/level_badge.html", face.level_badge(3)), "html.parser")
    assert len(soup.select("rect.on")) == 3
    assert "Mức 3" in soup.get_text()
    assert "Một phần" in soup.get_text()


@pytest.mark.parametrize(("reach", "grade"), [(98.0, ""), (90.0, "short"), (70.0, "worse"), (None, "")])
def test_a_figure_is_amber_when_short_and_red_when_short_by_a_fifth(reach, grade):
    assert Figure(label="Đúng hạn", value="x", reach=reach, target=98).grade == grade


def test_a_part_of_a_form_is_a_link_once_it_is_filled_in():
    parts = parts_of(("A", "B", "C"), current=1, hrefs=("/a", "/b", "/c"), filled={0, 1})
    assert [(part.state, part.href) for part in parts] == [("filled", "/a"), ("current", ""), ("open", "")]


def test_a_dossier_code_breaks_only_before_its_last_groups():
    code = Ticket(procedure="", code="H53.31.02-261120-0042", received_at=DUE, due="").code_parts
    assert code == ("H53.31.02-", "261120-0042")


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_the_last_pages_need_neither_database_nor_built_styles(name, monkeypatch):
    def missing(_source):
        raise assets.NotBuiltError

    monkeypatch.setattr(assets, "_file", missing)
    with translation.override("vi"):
        soup = BeautifulSoup(render_to_string(name), "html.parser")
    assert soup.h1.get_text()


def test_an_unbuilt_front_end_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
    with pytest.raises(assets.NotBuiltError, match="npm run build"):
        assets.address("portal.css")


def template_files():
    return sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", template_files(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_no_template_carries_a_style_or_a_script_of_its_own(path):
    markup = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)", markup)


def test_every_class_of_the_components_has_a_rule():
    """A class without a rule is a slip of the pen; those of govuk-frontend have theirs in its package."""
    rules = set(re.findall(r"\.([a-z][\w-]*)", " ".join(p.read_text(encoding="utf-8") for p in STYLES.rglob("*.css"))))
    markers = {"desk", "portal", "filing-form", "uploads", "main", "num"}
    used = {
        name
        for soup in (page(), page("web/gallery_desk.html"))
        for tag in soup.find_all(class_=True)
        for name in tag["class"]
    }
    unknown = {name for name in used if not name.startswith("govuk-")} - rules - markers
    assert not unknown
