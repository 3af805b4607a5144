"""Finding a procedure as people write and say it."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.cases import search
from tinhso.cases.catalogue import offered_all
from tinhso.cases.models import CatalogueEntry, CatalogueWord
from tinhso.cases.search import Asked, find, words_of

BIRTH, COPIES, EXTRACT, BUSINESS, DEATH, MARRIAGE, SINGLE = (
    "1.001193", "2.000815", "2.000635", "1.001612", "1.000656", "1.000894", "1.004873",
)  # fmt: skip


def first(text: str, **more) -> str:
    found = find(Asked(text=text, **more))
    return found.lines[0].code if found.lines else ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("đăng ký khai sinh", BIRTH),
        ("Đăng Ký KHAI SINH", BIRTH),
        ("dang ky khai sinh", BIRTH),
        ("dang ky khai sin", BIRTH),
        ("dang ki khai sinh", BIRTH),
        ("dnag ky khai sinh", BIRTH),
        ("dag kyy khai snh", BIRTH),
        ("khai sinh dang ky", BIRTH),
        ("làm khai sinh", BIRTH),
        ("sao y", COPIES),
        ("mở quán", BUSINESS),
        ("độc thân", SINGLE),
        ("doc than", SINGLE),
        ("kết hôn", MARRIAGE),
        ("khai tử", DEATH),
        ("trích lục", EXTRACT),
        ("1.004873", SINGLE),
        ("1.004873.H53", SINGLE),
        ("birth", BIRTH),
    ],
)
def test_what_people_write_finds_what_they_mean_first(province, said, meant):
    assert first(said) == meant


def test_every_saying_of_the_packs_finds_its_procedures_on_the_first_page(province):
    listed = {code: row.sayings for code, row in CatalogueEntry.objects.in_bulk().items()}
    pages = {
        saying: {line.code for line in find(Asked(text=saying)).lines} for one in listed.values() for saying in one
    }
    assert len(pages) > 50
    assert [(saying, code) for code, one in listed.items() for saying in one if code not in pages[saying]] == []


def test_every_title_finds_itself_first(province):
    for row in CatalogueEntry.objects.all():
        assert first(row.title_vi) == row.code, row.title_vi


def test_filters_narrow_and_never_widen(province):
    everything = {line.code for line in find(Asked(), limit=500).lines}
    assert everything == set(CatalogueEntry.objects.values_list("code", flat=True))
    for asked, holds in (
        (Asked(field="civil-status"), lambda row: row.field == "civil-status"),
        (Asked(handled_by="commune_committee"), lambda row: row.handled_by == "commune_committee"),
        (Asked(audience="organisation"), lambda row: "organisation" in row.audience),
        (Asked(life_event="children"), lambda row: "children" in row.life_events),
        (Asked(online_level=4), lambda row: row.online_level == 4),
        (
            Asked(field="civil-status", online_level=3),
            lambda row: row.field == "civil-status" and row.online_level == 3,
        ),
        (Asked(field="x' OR true --"), lambda _row: False),
    ):
        found = find(asked, limit=500)
        assert {line.code for line in found.lines} == {row.code for row in CatalogueEntry.objects.all() if holds(row)}
        assert found.total == len(found.lines)
        assert {line.code for line in find(Asked(text="đăng ký", **_but_text(asked)), limit=500).lines} <= {
            line.code for line in found.lines
        }


def _but_text(asked: Asked) -> dict:
    return {name: getattr(asked, name) for name in ("field", "handled_by", "audience", "life_event", "online_level")}


def test_pages_follow_one_another_without_gap(province):
    pages, offset = [], 0
    while True:
        found = find(Asked(text="đăng ký"), offset=offset, limit=7)
        pages += [line.code for line in found.lines]
        if not found.more:
            break
        offset += 7
    assert len(pages) == len(set(pages)) == found.total


def test_without_a_text_they_stand_in_the_order_of_the_alphabet(province):
    found = find(Asked(), limit=500)
    keys = dict(CatalogueEntry.objects.values_list("code", "sort_key"))
    assert [keys[line.code] for line in found.lines] == sorted(keys[line.code] for line in found.lines)


def test_counting_stops_at_a_bound(province):
    row = CatalogueEntry.objects.get(code=BIRTH)
    copies = []
    for number in range(1_100):
        copy = (
            CatalogueEntry.objects.get(code=BIRTH)
            if False
            else CatalogueEntry(**{f.attname: getattr(row, f.attname) for f in CatalogueEntry._meta.concrete_fields})
        )
        copy.code = f"9.{number:06}"
        copies.append(copy)
    CatalogueEntry.objects.bulk_create(copies)
    for asked in (Asked(text="khai sinh"), Asked()):
        found = find(asked)
        assert (len(found.lines), found.total, found.more) == (search.PAGE, search.FOUND_LIMIT + 1, True)
    # the alphabet is not cut before it is sorted
    assert find(Asked()).lines[0].code == CatalogueEntry.objects.order_by("sort_key", "code").first().code


ODD = [
    "'",
    "''",
    "\\",
    "a'b",
    "!",
    "&",
    "|",
    "a & b",
    "x:*",
    "(",
    "<->",
    "' | 'x",
    "%",
    "_",
    "\x00",
    "𝕏",
    "đ" * 300,
    "a." * 40,
    "²³",
    "ª",
    "1.",
    ".",
    "ı",
    "ß",
]


def test_odd_input_finds_nothing_or_something_and_breaks_nothing(province):
    CatalogueWord.objects.bulk_create([CatalogueWord(word=word, count=1) for word in ("nhà's", "a'|b", "x:*", "\\q")])

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.one_of(
            st.text(max_size=80),
            st.lists(st.sampled_from([*ODD, "khai", "sinh", "nha", "a|b"]), max_size=6).map(" ".join),
        )
    )
    def ask(text):
        found = find(Asked(text=text))
        assert found.total <= search.FOUND_LIMIT + 1
        find(Asked(text=text, field=text.replace("\x00", ""), audience="citizen"))

    ask()
    with connection.cursor() as cursor:  # the transaction still works
        cursor.execute("SELECT 1")


@given(st.text(max_size=200))
def test_words_of_a_query_are_plain_and_few(text):
    words = words_of(text)
    assert len(words) <= search.WORDS_MAX
    assert all(word and all(sign.isalnum() or sign == "." for sign in word) for word in words)


def test_the_catalogue_of_a_day_is_what_is_offered_that_day(province):
    from datetime import date

    from tinhso.cases.actions.indexing import index_catalogue

    for day in (date(2025, 7, 1), date(2026, 11, 21)):
        assert index_catalogue(on=day) == len(offered_all(day)) == CatalogueEntry.objects.count()
    assert index_catalogue(on=date(2025, 6, 30)) == 0
