"""What a first visit carries, as `make setup` built it: the portal stays light on a poor connection."""

import gzip

from tinhso.web import assets

PORTAL = ("portal.css", "portal.js", "emblem.svg", "images/seam.svg", "images/mountain.svg")


def compressed(name):
    return len(gzip.compress((assets.BUILT / assets._file(assets.SOURCES.get(name, name))).read_bytes()))


def test_the_portal_without_fonts_and_page_takes_less_than_forty_kilobytes():
    shared = sum(len(gzip.compress(path.read_bytes())) for path in (assets.BUILT / "assets").glob("page-*.js"))
    assert sum(compressed(name) for name in PORTAL) + shared < 40_000


def test_all_fonts_together_take_at_most_120_kilobytes():
    fonts = list((assets.BUILT / "assets").glob("*.woff2"))
    assert len(fonts) == 6
    assert sum(path.stat().st_size for path in fonts) <= 120_000


def test_no_typeface_of_gov_uk_is_shipped():
    names = " ".join(path.name for path in (assets.BUILT / "assets").iterdir())
    assert "light-94a07e06a1" not in names
    assert "GDS Transport" not in (assets.BUILT / assets._file("styles/portal.scss")).read_text(encoding="utf-8")
