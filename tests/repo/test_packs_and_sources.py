"""What we ship and did not write: each pack says from where and under which terms, fonts and drawings too."""

from collections.abc import Iterator

from repo_sources import REPOSITORY, tracked

FONT_LICENCES = {"src/tinhso/documents/fonts": "OFL.txt"}
FOREIGN = (".geojson", ".csv", ".zip", ".woff2", ".ttf", ".png", ".jpg")


def packs() -> list[str]:
    return sorted(
        {name.split("/")[1] for name in tracked() if name.startswith("packs/") and name.count("/") > 1} - {".schemas"}
    )


def faults(pack: str, files: set[str], header: dict[str, object]) -> Iterator[str]:
    """`header` is the tree of pack.yaml."""
    if not header.get("licence"):
        yield f"{pack}: pack.yaml names no licence"
    taken = {name for name in files if name.endswith(FOREIGN)}
    if taken and "SOURCES.md" not in files and not header.get("source"):
        yield f"{pack}: {len(taken)} files and no word of where they are from"
    if header.get("source") == "SOURCES.md" and "SOURCES.md" not in files:
        yield f"{pack}: no SOURCES.md"


def test_every_pack_says_where_its_content_is_from():
    found = []
    for pack in packs():
        files = {name.split("/", 2)[2] for name in tracked() if name.startswith(f"packs/{pack}/")}
        assert "pack.yaml" in files, pack
        header = load_header(pack)
        found += faults(pack, files, header)
    assert found == []


def load_header(pack: str) -> dict[str, object]:
    import yaml

    return yaml.safe_load((REPOSITORY / "packs" / pack / "pack.yaml").read_text("utf-8"))


def test_shipped_fonts_come_with_their_licence():
    for folder, licence in FONT_LICENCES.items():
        assert "SIL OPEN FONT LICENSE" in (REPOSITORY / folder / licence).read_text("utf-8").upper()
    fonts = {name.rsplit("/", 1)[0] for name in tracked() if name.endswith((".ttf", ".woff2", ".otf"))}
    assert fonts <= set(FONT_LICENCES)


def test_a_pack_without_licence_or_source_is_noticed():
    assert len(list(faults("x", {"pack.yaml", "list.csv"}, {}))) == 2
    assert list(faults("x", {"pack.yaml"}, {"licence": "EUPL-1.2", "source": "SOURCES.md"}))
    assert not list(faults("x", {"pack.yaml", "list.csv", "SOURCES.md"}, {"licence": "MIT", "source": "SOURCES.md"}))
